from typing import Any

from django.contrib import admin

from clinics.admin_base import ClinicAdmin
from patients.forms.patient import PatientFile
from patients.models import Patient


@admin.register(Patient)
class PatientAdmin(ClinicAdmin):
    """Contact details. What is clinical stays in the chart. No search: its address would hold a patient's name."""

    form = PatientFile
    list_before_template = "patients/admin_search.html"  # type: ignore[assignment]  # unfold types it by its None
    list_display = ["name", "birth_date", "phone", "email", "is_active"]
    list_filter = ["is_active"]
    ordering = ["search_name", "pk"]
    fields = ["given_name", "family_name", "birth_date", "sex", "email", "phone", "time_zone", "is_active"]

    def patient_of(self, obj: Any) -> int | None:
        patient_id: int = obj.pk
        return patient_id
