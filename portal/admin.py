from typing import Any

from django.contrib import admin

from clinics.admin_base import ReadOnlyAdmin
from portal.models import PatientLogin


@admin.register(PatientLogin)
class PatientLoginAdmin(ReadOnlyAdmin):
    """Who may see a patient's portal. Links are made by inviting a patient, not here."""

    list_display = ["patient", "user", "pk"]
    list_select_related = ["patient", "user"]
    ordering = ["patient__search_name", "pk"]

    def patient_of(self, obj: Any) -> int | None:
        patient_id: int = obj.patient_id
        return patient_id
