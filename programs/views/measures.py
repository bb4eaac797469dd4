from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.addresses import Care
from programs.forms.measures import MeasuresForm
from programs.queries.measures import measures_page, measures_sheet
from programs.services.measures import record_scores
from programs.views.fetch import chart_for, episode_for


@require_safe
@staff(Permission.READ_CHART)
def measures(request: StaffRequest, care: Care) -> HttpResponse:
    chart = chart_for(request, care, tab="measures")
    page = measures_page(chart.episode, chart.today) if chart.episode else None
    return render(request, "programs/measures.html", {"chart": chart, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def measures_new(request: StaffRequest, care: Care) -> HttpResponseBase:
    """What is due first; everything else can be asked too."""
    chart = chart_for(request, care, tab="measures")
    episode = episode_for(chart)
    sheet = measures_sheet(episode, chart.today)
    form = MeasuresForm(
        request.POST or None, measures=sheet.asked, activities=sheet.activities, initial=sheet.given, for_patient=False
    )
    if form.is_valid():
        record_scores(episode=episode, taken_on=chart.today, by=request.user, **form.found())
        messages.success(request, _("Saved."))
        return redirect("measures", care)
    context = {"chart": chart, "form": form, "sheet": sheet}
    return render(request, "programs/measures_new.html", context, status=422 if form.is_bound else 200)
