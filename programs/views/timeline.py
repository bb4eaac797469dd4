from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.addresses import Care
from programs.queries.timeline import KINDS, Mark, timeline_of
from programs.views.fetch import chart_for


@require_safe
@staff(Permission.READ_CHART)
def timeline(request: StaffRequest, care: Care) -> HttpResponse:
    """What happened, newest first; of one kind where the address says so."""
    chart = chart_for(request, care, tab="timeline")
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    page = None
    if chart.episode:
        zone = request.membership.clinic.zone
        page = timeline_of(chart.episode, zone, kind=kind, below=Mark.read(request.GET.get("below", "")))
    context = {"chart": chart, "page": page, "kinds": KINDS.items(), "kind": kind}
    return render(request, "programs/timeline.html", context)
