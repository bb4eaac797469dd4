"""What the worked example must not be able to do: the negative tests of its case, by their keys."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from clinics.models import Credential
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from patients.services.booking import Booked, book
from programs.services.sessions import sign
from programs.session_draft import Site
from tests.factories import NINE, Cast, appointment_at
from tests.patients.test_booking_page import offered
from tests.patients.test_close_visits import facts, monday
from tests.programs.needles import LOT
from tests.programs.pages import words
from tests.programs.test_cases import MAYA
from tests.programs.test_episodes import opened
from tests.programs.test_session_pages import SITE, note
from tests.programs.test_sessions import screened, shut, written

__all__ = ["monday"]  # the fixture: needling on Monday at nine

REFUSALS = {one["key"]: one["expect"] for one in MAYA["negative_tests"]}
NEEDLE: dict[str, Any] = {"diameter_mm": Decimal("0.30"), **LOT}
HIP = {"muscle": "gluteus_medius", "length_mm": 60, "technique": "pistoning", **NEEDLE}
BACK = {"muscle": "lumbar_multifidus", "length_mm": 50, "technique": "static", **NEEDLE}


def visit_two(*, out: int) -> list[Site]:
    """Two in the right gluteus medius, one each at L4 and L5. `out` of the first two come out."""
    hip: Any = {**HIP, "side": "right", "needles_in": 2, "needles_out": out}
    back: Any = {**BACK, "side": "right", "needles_in": 1, "needles_out": 1}
    backs = [{**back, "level": level} for level in ("L4", "L5")]
    return [Site(**one) for one in (hip, *backs)]


def test_all_four_are_here() -> None:
    assert REFUSALS == {
        "out_3_of_4": "refused: in and out differ",
        "visit4_day8": "hard warning: same muscle within 48 h",
        "site_t12": "upper-lumbar guard shown",
        "no_credential": "therapist not offered",
    }


def test_out_3_of_4(in_north: Cast) -> None:
    session = written(in_north, sites=visit_two(out=1))
    assert sum(one.needles_out for one in session.needling_sites.all()) == 3
    assert shut(sign(session=session, by=in_north.therapist)) == ["needles"]


@pytest.mark.usefixtures("monday_morning")
def test_site_t12(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        screened(opened(north), north)
        visit = appointment_at(north, status=Status.IN_SESSION)
    page = reverse("session", args=[visit.pk])
    back = {**SITE, "muscle": "lumbar_multifidus", "length_mm": "40"}
    at = {
        level: words(therapist.post(page, {**note({**back, "level": level}), "change": "count"}))
        for level in ("T12", "L4")
    }
    guards = ("From T12 to L2 the canal has been reached", "Lung is close.", "At most 40 mm long here.")
    assert [[said in at[level] for said in guards] for level in ("T12", "L4")] == [[True] * 3, [False] * 3]
    assert "Direct the needle towards the lamina" in at["L4"]


@pytest.mark.usefixtures("monday_morning")
def test_visit4_day8(north: Cast, monday: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        wanted = facts(north, patient=north.patient, service=north.needling, starts_at=NINE + timedelta(hours=24))
        with pytest.raises(ValidationError, match="less than 48 hours apart"):
            book(**wanted)
        assert isinstance(book(**wanted, spacing_reason="Another muscle."), Booked)


@pytest.mark.usefixtures("monday_morning")
def test_no_credential(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        assert not Credential.objects.filter(therapist=north.colleague).exists()
    query: dict[str, Any] = {"day": "2021-03-01", "service": north.needling.pk}
    page: Any = desk.get(reverse("appointment-new"), query)
    assert offered(page, "therapist") == ["Theo North"]
