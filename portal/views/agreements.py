"""What a patient agreed to: the exact words, to read and print, and to take back at any time."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinics.access import PortalRequest, portal
from portal.views.fetch import patient_of
from programs.models import Consent
from programs.services.consents import NotInForce, withdraw


@require_safe
@portal
def agreements(request: PortalRequest) -> HttpResponse:
    found = Consent.objects.of_patient(patient_of(request).pk)
    return render(request, "portal/agreements.html", {"found": found})


@require_safe
@portal
def agreement(request: PortalRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Consent.objects.of_patient(patient_of(request).pk), pk=pk)
    return render(request, "portal/agreement.html", {"consent": found})


@require_POST
@portal
def agreement_end(request: PortalRequest, pk: int) -> HttpResponseBase:
    consent = get_object_or_404(Consent.objects.of_patient(patient_of(request).pk), pk=pk)
    try:
        withdraw(consent=consent, why="", by=request.user)
        messages.success(request, _("Taken back. It counts from this moment, and your other care goes on."))
    except NotInForce:
        messages.error(request, _("You took this back before."))
    return redirect("portal-agreement", pk)
