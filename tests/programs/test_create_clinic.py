"""`manage.py create_clinic`: the operator's one deed for a new clinic."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clinics.models import AuditEvent, Clinic, Location, Membership
from clinics.tenancy import clinic_scope
from programs import catalogue
from programs.models import Exercise
from programs.models import Test as ClinicTest


def test_the_operator_opens_a_clinic_and_invites_its_owner(
    db: None, django_capture_on_commit_callbacks: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        call_command(
            "create_clinic", "West Clinic", zone="Europe/Lisbon", owner_email="Ines@X.example", owner_name="Ines"
        )
    assert len(callbacks) == 1
    clinic = Clinic.objects.get(name="West Clinic")
    with clinic_scope(clinic.pk):
        membership = Membership.objects.select_related("user").get()
        assert (membership.role, membership.is_active, str(membership)) == ("owner", False, "ines@x.example")
        assert Location.objects.get().time_zone == "Europe/Lisbon"
        assert (ClinicTest.objects.count(), Exercise.objects.count()) == (
            len(catalogue.tests()),
            len(catalogue.exercises()),
        )
        assert [(event.action, event.by_id) for event in AuditEvent.objects.order_by("pk")] == [
            ("open", None),
            ("invite", None),
            ("install_catalogue", None),
        ]
    assert capsys.readouterr().out.count("/accounts/invitations/") == 1


@pytest.mark.parametrize(("zone", "email"), [("Europe/Nowhere", "a@x.example"), ("UTC", "not an address")])
def test_a_clinic_with_bad_facts_is_not_opened(zone: str, email: str, db: None) -> None:
    with pytest.raises(CommandError):
        call_command("create_clinic", "West", zone=zone, owner_email=email, owner_name="Ines")
    assert not Clinic.objects.exists()
