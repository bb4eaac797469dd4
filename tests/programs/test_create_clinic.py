"""`manage.py create_clinic`: the operator's one deed for a new clinic."""

import pytest
from django.core.management import CommandError, call_command

from clinics.models import AuditEvent, Clinic, Location, Membership, Message
from clinics.tenancy import clinic_scope
from programs import catalogue
from programs.models import Exercise
from programs.models import Test as ClinicTest

FACTS = {
    "zone": "America/New_York",
    "phone": "+1 212 555 0100",
    "emergency_number": "911",
    "owner_email": "Ines@X.example",
    "owner_name": "Ines",
}


def test_the_operator_opens_a_clinic_and_invites_its_owner(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_clinic", "West Clinic", **FACTS)
    clinic = Clinic.objects.get(name="West Clinic")
    assert (clinic.phone, clinic.emergency_number) == ("+1 212 555 0100", "911")
    with clinic_scope(clinic.pk):
        assert list(Message.objects.values_list("address", "status")) == [("ines@x.example", "pending")]
        membership = Membership.objects.select_related("user").get()
        assert (membership.role, membership.is_active, str(membership)) == ("owner", False, "ines@x.example")
        assert Location.objects.get().time_zone == "America/New_York"
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


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Europe/Nowhere"},
        {"owner_email": "not an address"},
        {"emergency_number": ""},
        {"emergency_number": "the ambulance"},
        {"phone": "ask Ines"},
    ],
)
def test_a_clinic_with_bad_facts_is_not_opened(wrong: dict[str, str], db: None) -> None:
    with pytest.raises(CommandError):
        call_command("create_clinic", "West", **{**FACTS, **wrong})
    assert not Clinic.objects.exists()


def test_the_emergency_number_is_never_guessed(db: None) -> None:
    with pytest.raises(CommandError, match="--emergency-number"):
        call_command("create_clinic", "West", zone="UTC", owner_email="i@x.example", owner_name="Ines")
