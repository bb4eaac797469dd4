"""Recalling needles: which patients had a lot."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.models import NeedlingSite

PER_PAGE = 50


@require_safe
@staff(Permission.READ_CHART)
def lots(request: StaffRequest) -> HttpResponse:
    """By the lot as it is printed on the pack. What was never signed counts as well: the needle went in."""
    lot = request.GET.get("lot", "").strip()
    found = NeedlingSite.objects.of_lot(lot) if lot else NeedlingSite.objects.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    audit.seen(*{site.session.patient_id for site in page})
    return render(request, "programs/lots.html", {"lot": lot, "page": page})
