"""What to mind about a patient at every visit. Health data: for those who may read charts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.forms.flags import EndFlagForm, FlagForm
from patients.models import FlagKind, Patient, PatientFlag
from patients.views.clock import today


@require_safe
@staff(Permission.READ_CHART)
def flags(request: StaffRequest, pk: int) -> HttpResponse:
    patient = get_object_or_404(Patient, pk=pk)
    return _page(request, patient, FlagForm(today=today(request)))


@require_POST
@staff(Permission.DOCUMENT)
def note(request: StaffRequest, pk: int) -> HttpResponse:
    patient = get_object_or_404(Patient, pk=pk)
    form = FlagForm(request.POST, today=today(request))
    if not (form.is_valid() and form.save(patient=patient, by=request.user)):
        return _page(request, patient, form, status=422)
    messages.success(request, _("Noted. It stands at the name on every clinical page."))
    return redirect("patient-flags", pk=pk)


@require_POST
@staff(Permission.DOCUMENT)
def end(request: StaffRequest, pk: int, flag_pk: int) -> HttpResponse:
    patient = get_object_or_404(Patient, pk=pk)
    flag = get_object_or_404(PatientFlag, pk=flag_pk, patient=patient)
    form = EndFlagForm(request.POST, prefix=f"end{flag.pk}")
    if not (form.is_valid() and form.save(flag=flag, day=today(request), by=request.user)):
        return _page(request, patient, FlagForm(today=today(request)), ending=form, ending_pk=flag.pk, status=422)
    messages.success(request, _("Ended. It stays in the history."))
    return redirect("patient-flags", pk=pk)


def _page(request: StaffRequest, patient: Patient, form: FlagForm, status: int = 200, **more: Any) -> HttpResponse:
    audit.seen(patient.pk)
    day, rows = today(request), PatientFlag.objects.filter(patient=patient).select_related("noted_by", "ended_by")
    standing = list(rows.current(day))
    ending: EndFlagForm | None = more.get("ending")
    context = {
        "patient": patient,
        "form": form,
        "standing": [
            (row, ending if ending and row.pk == more["ending_pk"] else EndFlagForm(prefix=f"end{row.pk}"))
            for row in standing
        ],
        "past": rows.past(day),
        "ending_refused": ending and "".join(map(str, ending.non_field_errors())),
        "may_ask": not any(row.kind == FlagKind.ALLERGY for row in standing),
        "may_document": request.membership.can(Permission.DOCUMENT),
    }
    return render(request, "patients/flags.html", context, status=status)
