"""Staff's side of the portal: may this patient sign in?"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.models import Patient
from portal.models import PatientLogin
from portal.services import access as service


@require_safe
@staff(Permission.EDIT_PATIENTS)
def access(request: StaffRequest, patient_id: int) -> HttpResponse:
    return _page(request, get_object_or_404(Patient, pk=patient_id))


@require_POST
@staff(Permission.EDIT_PATIENTS)
def invite(request: StaffRequest, patient_id: int) -> HttpResponseBase:
    patient = get_object_or_404(Patient, pk=patient_id)
    try:
        service.invite(patient=patient, by=request.user)
    except ValidationError as refused:
        return _page(request, patient, refused=refused.messages[0], status=409)
    messages.success(request, _("The invitation is on its way."))
    return HttpResponseRedirect(reverse("portal-access", args=[patient_id]), status=303)


@require_POST
@staff(Permission.EDIT_PATIENTS)
def end(request: StaffRequest, patient_id: int) -> HttpResponseBase:
    service.end_access(patient=get_object_or_404(Patient, pk=patient_id), by=request.user)
    messages.success(request, _("The access is ended."))
    return HttpResponseRedirect(reverse("portal-access", args=[patient_id]), status=303)


def _page(request: StaffRequest, patient: Patient, refused: str = "", status: int = 200) -> HttpResponse:
    audit.seen(patient.pk)
    login = PatientLogin.objects.filter(patient=patient).order_by("pk").first()
    may_administer = request.membership.can(Permission.ADMINISTER)
    context = {
        "patient": patient,
        "login": login,
        "has_moved": login is not None and login.email != service.address_of(patient),
        "refused": refused,
        "objection": service.objection(patient=patient, by=request.user),
        "may_administer": may_administer,
        "is_of_the_team": may_administer and service.is_of_the_team(service.address_of(patient)),
    }
    return render(request, "portal/access.html", context, status=status)
