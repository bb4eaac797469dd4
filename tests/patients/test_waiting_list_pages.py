"""The waiting list at the desk."""

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinics.models import Location
from clinics.tenancy import clinic_scope
from patients.models import Appointment, FreedTime, Offer, OfferState, Patient, Status, WaitlistEntry, WaitStatus
from patients.services.offers import accept, decline, offer_next
from portal.models import PatientLogin
from tests.factories import NINE, Cast, appointment_at
from tests.patients.statements import of_the_page
from tests.patients.waiting_list import ELEVEN, FRIDAY, came_free, offered, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]
LIST = "/waiting-list/"


def texts(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def form(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {"service": cast.needling.pk, "valid_until": FRIDAY.isoformat(), "priority": "0", **changes}


def entries(cast: Cast) -> list[WaitlistEntry]:
    with clinic_scope(cast.clinic.pk):
        return list(WaitlistEntry.objects.order_by("pk"))


def new_for(patient: Patient) -> str:
    return f"{LIST}new/?patient={patient.pk}"


def test_wishes_are_noted_and_read_back_in_words(desk: Client, north: Cast) -> None:
    wishes = {"therapists": [north.therapist.pk], "weekdays": ["2", "5"], "not_before": "09:00", "not_after": "12:00"}
    response = desk.post(new_for(north.patient), form(north, priority="2", **wishes))
    assert (response.status_code, response["Location"]) == (302, LIST)
    (entry,) = entries(north)
    assert (entry.therapists, entry.weekdays, entry.not_before, entry.priority) == (
        [north.therapist.pk], [2, 5], time(9), 2,
    )  # fmt: skip
    said = texts(desk.get(LIST))
    assert "with Theo North; Tue or Fri; between 09:00 and 12:00" in said
    assert "urgent" in said
    assert "of use until 5 Mar" in said


def test_no_wishes_is_any_time_with_anybody(desk: Client, north: Cast) -> None:
    desk.post(new_for(north.patient), form(north))
    assert "any time, with anybody" in texts(desk.get(LIST))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("service", "", "What do they wait for?"),
        ("service", "999999", "That is not among the choices."),
        ("therapists", ["999999"], "Please choose from the list only."),
        ("weekdays", ["8"], "Please choose from the list only."),
        ("not_before", "nine", "A time such as 09:45, please."),
        ("valid_until", "", "Until which day is it of use?"),
        ("valid_until", "2021-02-28", "That day is over."),
        ("valid_until", "2029-02-28", "A day within the next year, please."),
        ("priority", "7", "Please choose one of the list."),
        ("not_after", "08:00", "“Over by” must be later than “Not before”."),
        ("not_after", "09:30", "takes 45 minutes, which is longer than that."),
    ],
)
def test_each_field_is_refused_in_words(desk: Client, north: Cast, field: str, value: Any, said: str) -> None:
    given = {"not_before": "09:00", field: value}
    response = desk.post(new_for(north.patient), form(north, **given))
    assert response.status_code == 422
    assert said in texts(response)
    assert entries(north) == []


def test_nobody_waits_for_the_same_twice(desk: Client, north: Cast) -> None:
    desk.post(new_for(north.patient), form(north))
    response = desk.post(new_for(north.patient), form(north))
    assert response.status_code == 422
    assert "Pia North waits for this service already." in texts(response)


def test_whoever_is_not_in_care_is_not_put_on_the_list(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        Patient.objects.update(is_active=False)
    response = desk.post(new_for(north.patient), form(north))
    assert (response.status_code, entries(north)) == (422, [])


def test_wishes_change_and_the_place_in_the_row_stays(
    desk: Client, north: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clinic_scope(north.clinic.pk):
        entry = waiting(north)
        Location.objects.create(name="Second House", time_zone="Europe/Dublin")
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(hours=2))
    assert f'value="{FRIDAY}"' in desk.get(f"{LIST}{entry.pk}/").content.decode()
    response = desk.post(f"{LIST}{entry.pk}/", form(north, not_after="12:00", service=north.follow_up.pk))
    assert response.status_code == 302
    (changed,) = entries(north)
    assert (changed.service_id, changed.not_after, changed.created_at) == (north.follow_up.pk, time(12), NINE)


def test_a_later_visit_may_be_replaced_by_an_earlier_one(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        later = appointment_at(north, NINE + timedelta(days=3))
        other = appointment_at(north, NINE + timedelta(days=4), patient=north.neighbour)
    assert desk.post(new_for(north.patient), form(north, instead_of=other.pk)).status_code == 422
    assert desk.post(new_for(north.patient), form(north, instead_of=later.pk)).status_code == 302
    assert "instead of Thu 4 Mar, 09:00" in texts(desk.get(LIST))


def test_off_the_list(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        offer = offered(north)
    assert desk.post(f"{LIST}{offer.entry_id}/leave/").status_code == 303
    assert entries(north)[0].status == WaitStatus.WITHDRAWN
    assert "Nobody waits" in texts(desk.get(LIST))
    assert desk.get(f"{LIST}{offer.entry_id}/").status_code == 404


def test_the_run_shows_who_was_asked_and_how_long_is_left(
    desk: Client, north: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clinic_scope(north.clinic.pk):
        waiting(north, north.neighbour)
        decline(offer=offered(north, priority=2))
        FreedTime.objects.get()
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(minutes=2, seconds=10))
    said = texts(desk.get(LIST))
    assert "To be offered in office hours" in said
    assert "asked Mon 09:00, for 11:00 · declined" in said
    with clinic_scope(north.clinic.pk):
        offer = _next()
    said = texts(desk.get(LIST))
    assert "asked Mon 09:02, for 11:00 · 15 min 0 s left" in said
    assert 'hx-trigger="every 10s"' in desk.get(LIST).content.decode()
    with clinic_scope(north.clinic.pk):
        accept(offer=offer)
    assert "Filled" in texts(desk.get(LIST))


def _next() -> Offer:
    from_here = FreedTime.objects.get()
    FreedTime.objects.update(freed_at=NINE - timedelta(hours=1))
    offer = offer_next(freed_id=from_here.pk)
    assert offer is not None
    return offer


def test_an_offer_is_taken_back(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        offer = offered(north)
    assert desk.post(f"{LIST}offers/{offer.pk}/back/").status_code == 303
    with clinic_scope(north.clinic.pk):
        assert Offer.objects.get().state == OfferState.WITHDRAWN
    assert "Not offered any more" in texts(desk.get(LIST))


def test_nobody_could_come_says_so(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        assert offer_next(freed_id=came_free(north).pk) is None
    assert "Nobody on the list could come" in texts(desk.get(LIST))


def test_whom_no_message_reaches_is_marked(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        PatientLogin.objects.all().delete()
        Patient.objects.update(email="")
        entry = waiting(north)
    for page in (LIST, f"{LIST}{entry.pk}/"):
        assert "no portal" in texts(desk.get(page))


def test_by_hand_one_tap_offers_a_free_time(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        entry = waiting(north, therapists=[north.therapist])
    page = desk.get(f"{LIST}{entry.pk}/offer/")
    offers = re.findall(r'name="offer"\s+value="([^"]+)"', page.content.decode())
    assert offers[:2] == [f"{north.therapist.pk} {north.room.pk} 2021-03-01 09:{minute}" for minute in ("00", "15")]
    chosen = f"{north.therapist.pk} {north.room.pk} 2021-03-01 11:00"
    assert desk.post(f"{LIST}{entry.pk}/offer/", {"offer": chosen}).status_code == 303
    with clinic_scope(north.clinic.pk):
        assert Appointment.every.get().status == Status.OFFERED


def test_by_hand_it_says_where_nothing_suits_and_what_is_near(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        entry = waiting(north, weekdays=[7])
    page = desk.get(f"{LIST}{entry.pk}/offer/")
    assert "Free, and near to what was wished" in texts(page)
    assert f'value="{north.therapist.pk} {north.room.pk} 2021-03-01 09:00"' in page.content.decode()


def test_by_hand_needling_too_soon_is_said(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        type(north.needling).objects.filter(pk=north.needling.pk).update(contains=["needling"])
        appointment_at(north, NINE + timedelta(hours=30))
        entry = waiting(north)
    said = texts(desk.get(f"{LIST}{entry.pk}/offer/"))
    assert "less than 48 hours from another needling visit" in said


def test_by_hand_a_time_that_is_taken_is_409_with_others(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        entry = waiting(north)
        appointment_at(north, ELEVEN, patient=north.neighbour)
    response = desk.post(
        f"{LIST}{entry.pk}/offer/", {"offer": f"{north.therapist.pk} {north.room.pk} 2021-03-01 11:00"}
    )
    assert response.status_code == 409
    assert "Theo North has Pete North from 11:00 to 11:55." in texts(response)


@pytest.mark.parametrize(
    "given", ["", "x", "1 2 3", "{t} 0 2021-03-01 11:00", "{t} {r} 2021-02-30 11:00", "{t} {r} 2021-03-01 09:00"]
)
def test_by_hand_what_is_no_time_is_422(desk: Client, north: Cast, given: str) -> None:
    with clinic_scope(north.clinic.pk):
        entry = waiting(north)
    chosen = given.format(t=north.therapist.pk, r=north.room.pk)
    assert desk.post(f"{LIST}{entry.pk}/offer/", {"offer": chosen}).status_code == 422


def test_foreign_and_unknown_patients_are_404(desk: Client, north: Cast, south: Cast) -> None:
    for patient in (south.patient.pk, 999_999_999, "", "x"):
        assert desk.get(f"{LIST}new/?patient={patient}").status_code == 404
    assert desk.get(f"{new_for(north.patient)}&service=x").status_code == 404


def test_the_patients_page_and_a_taken_time_lead_there(desk: Client, north: Cast) -> None:
    assert f'href="{new_for(north.patient)}"' in desk.get(f"/patients/{north.patient.pk}/").content.decode()
    with clinic_scope(north.clinic.pk):
        appointment_at(north, ELEVEN, patient=north.neighbour)
    booking = {
        "patient": north.patient.pk, "service": north.needling.pk, "therapist": north.therapist.pk,
        "room": north.room.pk, "day": "2021-03-01", "time": "11:00",
    }  # fmt: skip
    response = desk.post("/appointments/new/", booking)
    assert response.status_code == 409
    link = f"{new_for(north.patient)}&amp;service={north.needling.pk}"
    assert f'href="{link}"' in response.content.decode()
    assert desk.get(link.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_statements_for_one_as_for_three(desk: Client, north: Cast, count: int) -> None:
    with clinic_scope(north.clinic.pk):
        offered(north)
        for number in range(count - 1):
            more = Patient.objects.create(given_name=f"P{number}", birth_date="1990-01-01", time_zone="Europe/Dublin")
            waiting(north, more, therapists=[north.therapist])
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(LIST).status_code == 200
    assert len(of_the_page(queries)) == 7
