from django.http import HttpRequest

from clinics.access import settle
from clinics.tenancy import Scope
from portal.models import PatientLogin

SESSION_KEY = "portal_login_id"


def patient_scope(request: HttpRequest, user_id: int) -> Scope | None:
    """The patient chosen in the session where the link still exists, else the oldest link's."""
    chosen = request.session.get(SESSION_KEY)
    links = list(PatientLogin.own.filter(user_id=user_id).select_related("clinic").order_by("pk"))
    if not links:
        return None
    link = next((one for one in links if one.pk == chosen), links[0])
    settle(request, SESSION_KEY, link.pk)
    request.patient_id = link.patient_id  # type: ignore[attr-defined]  # see PortalRequest
    request.patient_login = link  # type: ignore[attr-defined]  # see PortalRequest
    request.patient_logins = links  # type: ignore[attr-defined]  # see PortalRequest
    return Scope(link.clinic_id, link.patient_id, link.clinic.time_zone)
