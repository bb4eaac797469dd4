"""For the few addresses that staff and patients share: the clinic of whichever this person is."""

from django.http import HttpRequest

from clinics.access import staff_scope
from clinics.tenancy import Scope
from portal.access import patient_scope


def staff_or_patient(request: HttpRequest, user_id: int) -> Scope | None:
    return staff_scope(request, user_id) or patient_scope(request, user_id)
