"""Whether the patient is told: each form starts as the clinic has it, and whoever fills it in decides."""

import re
from typing import Any

import pytest
from django.test import Client

from clinics.models import Clinic, Service
from clinics.tenancy import clinic_scope
from tests.factories import Cast, appointment_at
from tests.patients.test_series_changes_page import booked
from tests.patients.test_series_page import PAGE, pattern

pytestmark = pytest.mark.usefixtures("monday_morning")
BOX = re.compile(r'<input[^>]+name="(?:move-|cancel-)?notify"[^>]*>')


def paths(cast: Cast) -> list[str]:
    """Every page that asks, and how often it does. The calendar does not ask: its hidden form says it."""
    series, _visits = booked(cast)
    with clinic_scope(cast.clinic.pk):
        pilates = Service.objects.create(key="pilates", name="Pilates", minutes=50, capacity=2)
        group = appointment_at(cast, patient=None, service=pilates, places=2)
        one = appointment_at(cast, patient=cast.neighbour, therapist=cast.colleague, service=cast.follow_up,
                             room=cast.plain_room)  # fmt: skip
    visit = f"/appointments/{one.pk}"
    return ["/appointments/new/", f"{visit}/move/", f"{visit}/cancel/", f"/classes/{group.pk}/", series]


def boxes(page: Any) -> list[str]:
    return BOX.findall(page.content.decode())


@pytest.mark.parametrize("is_told", [True, False])
def test_each_form_starts_as_the_clinic_has_it(desk: Client, north: Cast, is_told: bool) -> None:
    Clinic.objects.filter(pk=north.clinic.pk).update(tell_patients=is_told)
    found = [boxes(desk.get(path)) for path in paths(north)]
    found.append(boxes(desk.get(PAGE, pattern(north, starts_on="2021-05-04"))))
    assert [["checked" in box for box in page] for page in found] == [[is_told]] * 4 + [[is_told] * 2, [is_told]]


@pytest.mark.parametrize("is_told", [True, False])
def test_the_calendar_tells_as_the_clinic_has_it(desk: Client, north: Cast, is_told: bool) -> None:
    Clinic.objects.filter(pk=north.clinic.pk).update(tell_patients=is_told)
    html = desk.get("/calendar/2021-03-01/").content.decode()
    assert (BOX.findall(html), "Send nothing" in html) == (
        (['<input type="hidden" name="notify" value="on">'], True) if is_told else ([], False)
    )


def test_what_was_ticked_stays_while_somebody_is_looked_for(desk: Client, north: Cast) -> None:
    _new, _move, _cancel, group, _series = paths(north)
    searched = [desk.post(group, {"q": "pia", "find": "1", **ticked}) for ticked in ({"notify": "on"}, {})]
    assert [["checked" in box for box in boxes(page)] for page in searched] == [[True], [False]]
