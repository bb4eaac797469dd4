"""What the Django admin (unfold) shows of itself: its name, its places and how they are grouped."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def clinic_name(request: HttpRequest) -> str:
    membership = getattr(request, "membership", None)
    return membership.clinic.name if membership else ""


def _place(title: Any, model: str, icon: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{model}_changelist")}


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Plumbline",
    "SITE_HEADER": "Plumbline",
    "SITE_SUBHEADER": "config.admin.clinic_name",
    "SITE_URL": reverse_lazy("calendar"),
    "SHOW_BACK_BUTTON": True,
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {
        "navigation": [
            {
                "title": _("People"),
                "items": [
                    _place(_("Staff"), "clinics_membership", "badge"),
                    _place(_("Credentials"), "clinics_credential", "workspace_premium"),
                    _place(_("Working hours"), "clinics_workinghours", "schedule"),
                    _place(_("Days off and extra hours"), "clinics_hoursexception", "event_busy"),
                    _place(_("Patients"), "patients_patient", "group"),
                    _place(_("Portal logins"), "portal_patientlogin", "key"),
                ],
            },
            {
                "title": _("Clinic"),
                "items": [
                    _place(_("Name, phone and rules"), "clinics_clinic", "home_health"),
                    _place(_("Emergency contacts"), "clinics_emergencycontact", "emergency"),
                    _place(_("Services"), "clinics_service", "medical_services"),
                    _place(_("Locations"), "clinics_location", "location_on"),
                    _place(_("Rooms"), "clinics_room", "meeting_room"),
                    _place(_("Equipment"), "clinics_equipmentpool", "fitness_center"),
                    _place(_("Holidays"), "clinics_holiday", "celebration"),
                ],
            },
            {
                "title": _("Catalogue"),
                "items": [
                    _place(_("Exercises"), "programs_exercise", "exercise"),
                    _place(_("Tests"), "programs_test", "straighten"),
                    _place(_("Factors"), "programs_factorkind", "account_tree"),
                    _place(_("Protocols"), "programs_protocol", "assignment"),
                ],
            },
            {
                "title": _("Records"),
                "items": [
                    _place(_("Audit events"), "clinics_auditevent", "history"),
                    _place(_("Messages"), "clinics_message", "mail"),
                ],
            },
        ],
    },
}
