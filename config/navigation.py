"""The places of the product: one list for staff, one for patients. Lower apps link upwards by name only."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinics.permissions import Permission
from config.demo import ACCOUNTS, is_loopback


@dataclass(frozen=True, slots=True)
class Place:
    name: Promise
    url_name: str
    icon: str
    permission: Permission | None = None
    also: tuple[str, ...] = ()  # other pages that belong to this place

    @property
    def url(self) -> str:
        return reverse(self.url_name)


STAFF = (
    Place(
        _("Day"),
        "calendar",
        "calendar",
        Permission.SEE_DAY,
        (
            "calendar-on",
            "day",
            "day-on",
            "appointment-new",
            "appointment",
            "appointment-move",
            "appointment-cancel",
            "waiting-area",
            "alerts",
            "class",
            "class-new",
            "series-new",
            "series",
            "series-move",
            "series-cancel",
        ),
    ),
    Place(_("Find time"), "find-time", "calendar-clock", Permission.BOOK),
    Place(
        _("Waiting list"),
        "waiting-list",
        "clock",
        Permission.BOOK,
        ("waiting-list-new", "waiting-list-edit", "waiting-list-offer"),
    ),
    Place(
        _("Patients"),
        "patients",
        "users",
        Permission.SEE_PATIENTS,
        (
            "patient",
            "patient-new",
            "patient-edit",
            "chart",
            "episode-new",
            "red-flags",
            "safety-net",
            "emergency",
            "session-override",
            "referral-letter",
            "pain-map",
            "pain-compare",
            "assessments",
            "retest",
            "assessment-new",
            "factor-decide",
            "plan",
            "plan-new",
            "sessions",
            "session",
            "session-sign",
            "session-confirm",
            "home-programme",
            "portal-access",
            "portal-invite",
        ),
    ),
    Place(
        _("Hours"),
        "hours",
        "clock",
        Permission.ADMINISTER,
        ("hours-of", "hours-exception-new", "hours-exception-end", "holidays"),
    ),
    Place(_("Admin"), "admin:index", "settings", Permission.ADMINISTER),
)
PORTAL = (
    Place(
        _("Today"),
        "portal-today",
        "sun",
        also=(
            "portal-exercise",
            "portal-log",
            "portal-pain",
            "portal-pain-compare",
            "portal-check",
            "portal-check-sent",
        ),
    ),
    Place(_("Progress"), "portal-progress", "chart-line"),
    Place(_("Visits"), "portal-visits", "calendar"),
    Place(_("Messages"), "portal-messages", "message-circle"),
)


def places(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the places this person may go to, and where they are."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    membership = getattr(request, "membership", None)
    if membership is not None:
        found = [place for place in STAFF if place.permission is None or membership.can(place.permission)]
        clinic = membership.clinic
    elif getattr(request, "patient_id", None) is not None:
        found, clinic = list(PORTAL), request.patient_login.clinic  # type: ignore[attr-defined]  # see PortalRequest
    elif settings.DEMO and not request.user.is_authenticated and is_loopback(request):
        return {"demo_accounts": ACCOUNTS}
    else:
        return {}
    return {
        "places": [{"place": place, "current": here == place.url_name or here in place.also} for place in found],
        "clinic": clinic,
        "me": request.user,
        "membership": membership,
        "login": getattr(request, "patient_login", None),
        "memberships": getattr(request, "memberships", []),
        "patient_logins": getattr(request, "patient_logins", []),
    }
