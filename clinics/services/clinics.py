"""A clinic begins: the operator's deed, before anybody works there."""

from django.db import transaction

from clinics import audit
from clinics.models import Clinic, Location, Membership
from clinics.permissions import Role
from clinics.services import staff
from clinics.tenancy import clinic_scope


@transaction.atomic
def open_clinic(
    *, name: str, zone: str, phone: str, emergency_number: str, owner_email: str, owner_name: str
) -> Membership:
    """The clinic, its first location and an invitation to its owner. Raises ValidationError."""
    clinic = Clinic(name=name, time_zone=zone, phone=phone, emergency_number=emergency_number)
    clinic.full_clean()
    clinic.save()
    with clinic_scope(clinic.pk):
        audit.record("open", subject=clinic, by=None)
        Location.objects.create(name=name, time_zone=zone)
        return staff.invite(email=owner_email, name=owner_name, role=Role.OWNER, treats=False, by=None)
