from typing import Any

from django.contrib import admin

from clinics.admin_base import ReadOnlyAdmin
from portal.models import PatientLogin


@admin.register(PatientLogin)
class PatientLoginAdmin(ReadOnlyAdmin):
    """Who may see a patient's portal. Made, and ended, on the patient's page: portal/services/access.py.

    Without the account: who it belongs to is not the clinic's to see (ADR 9).
    """

    list_display = ["patient", "email", "invited_at"]
    fields = ["patient", "email", "invited_at"]
    readonly_fields = ["patient", "email", "invited_at"]
    list_select_related = ["patient"]
    ordering = ["patient__search_name", "pk"]

    def patient_of(self, obj: Any) -> int | None:
        patient_id: int = obj.patient_id
        return patient_id
