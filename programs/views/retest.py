from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.addresses import Care
from programs.queries.retest import retest_of
from programs.views.fetch import chart_for, episode_for


@require_safe
@staff(Permission.READ_CHART)
def retest(request: StaffRequest, care: Care) -> HttpResponse:
    """What is to be repeated, and what has moved since the first time."""
    chart = chart_for(request, care, tab="assessments")
    page = retest_of(episode_for(chart), chart.today)
    return render(request, "programs/retest.html", {"chart": chart, "page": page, "due": page.due})
