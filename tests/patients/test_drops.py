"""What the calendar is told when a hand has moved something: done, taken, changed meanwhile, or not possible."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from clinics.models import AuditEvent, Membership, Room
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from patients.services.known import known
from tests.factories import NINE, Cast, appointment_at

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def one(north: Cast) -> Appointment:
    with clinic_scope(north.clinic.pk):
        return appointment_at(north, NINE + timedelta(hours=1))


def drop(client: Client, one: Appointment, **changes: Any) -> tuple[int, dict[str, Any]]:
    facts = {
        "version": one.version, "therapist": one.therapist_id, "room": one.room_id, "day": "2021-03-01",
        "time": "10:00", "minutes": 45, "notify": "on",
    }  # fmt: skip
    response = client.post(f"/appointments/{one.pk}/drop/", {**facts, **changes})
    return response.status_code, response.json()


def now(cast: Cast, one: Appointment) -> Appointment:
    with clinic_scope(cast.clinic.pk):
        found: Appointment = Appointment.every.get(pk=one.pk)
        return found


def test_it_is_where_it_was_dropped_and_the_way_back_is_known(desk: Client, north: Cast, one: Appointment) -> None:
    status, said = drop(desk, one, time="11:15", minutes=60, room=north.room.pk)
    assert (status, said) == (
        200,
        {"text": "Moved to Mon 1 Mar, 11:15, Theo North, Ash. The patient is told in 3 min."},
    )
    row = now(north, one)
    assert (row.starts_at, row.ends_at - row.starts_at) == (NINE + timedelta(hours=2.25), timedelta(hours=1))
    said = desk.post(f"/appointments/{one.pk}/undo/", headers={"accept": "application/json"}).json()
    assert said["text"] == (
        "Back at Mon 1 Mar, 10:00, Theo North, Ash. Nothing is sent: the patient knows it like this."
    )
    assert now(north, one).starts_at == one.starts_at


def test_another_length_is_named(desk: Client, one: Appointment) -> None:
    _, said = drop(desk, one, minutes=60)
    assert said["text"] == "Now from 10:00 to 11:00, 60 minutes. The patient is told in 3 min."


def test_outside_the_hours_is_asked_first_and_done_when_it_is_right(desk: Client, one: Appointment) -> None:
    status, said = drop(desk, one, time="19:00", notify="")
    question = "That is outside the hours of Theo North. It is back where it was."
    assert (status, said) == (409, {"text": question, "ask": True})
    _, said = drop(desk, one, time="19:00", notify="", outside_ok="on")
    assert said["text"] == "Moved to Mon 1 Mar, 19:00, Theo North, Ash."


def test_what_stands_outside_the_hours_already_is_not_asked_again(desk: Client, north: Cast, one: Appointment) -> None:
    drop(desk, one, time="19:00", outside_ok="on")
    assert drop(desk, one, version=2, time="19:00", room=north.plain_room.pk, notify="")[0] == 422
    assert drop(desk, one, version=2, time="19:00", minutes=50)[0] == 409


def test_a_taken_time_is_refused_with_who_is_there(desk: Client, north: Cast, one: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, NINE + timedelta(hours=3), patient=north.neighbour)
    status, said = drop(desk, one, time="12:15")
    assert (status, said) == (
        409,
        {
            "text": "Theo North has Pete North from 12:00 to 12:55. It is back where it was.",
            "ways": f"/appointments/{one.pk}/move/",
        },
    )
    assert now(north, one).version == 1


def test_without_a_room_said_another_that_is_free_will_do(desk: Client, north: Cast, one: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        elm = Room.objects.create(location=north.location, name="Elm", features=north.room.features)
        facts = {"patient": north.neighbour, "therapist": north.colleague, "service": north.follow_up}
        appointment_at(north, NINE + timedelta(hours=3), **facts)
    assert drop(desk, one, time="12:15")[0] == 409
    status, said = drop(desk, one, time="12:15", room="")
    assert (status, said["text"][:43]) == (200, "Moved to Mon 1 Mar, 12:15, Theo North, Elm.")
    assert now(north, one).room_id == elm.pk


def test_a_therapist_in_the_way_is_said_whatever_the_room(desk: Client, north: Cast, one: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        Room.objects.create(location=north.location, name="Elm", features=north.room.features)
        appointment_at(north, NINE + timedelta(hours=3), patient=north.neighbour, room=north.plain_room,
                       service=north.follow_up)  # fmt: skip
    status, said = drop(desk, one, time="12:15", room="")
    assert (status, said["text"].startswith("Theo North has Pete North from 12:00")) == (409, True)


def test_whoever_comes_second_learns_what_the_first_did(desk: Client, manager: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        one = appointment_at(north, NINE + timedelta(hours=1))
    assert drop(manager, one, time="11:00")[0] == 200
    status, said = drop(desk, one, time="12:00")
    assert (status, said["text"].startswith("Mara North moved this appointment")) == (409, True)
    assert "Mon" in said["text"]
    assert now(north, one).starts_at == NINE + timedelta(hours=2)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": "2021-02-26"}, "That day is over. Choose today or a day to come."),
        ({"minutes": 0}, "An appointment takes five minutes to twelve hours."),
        ({"minutes": 721}, "An appointment takes five minutes to twelve hours."),
        ({"time": "25:00"}, "A time such as 09:45, please."),
        ({"day": "2021-02-30"}, "A day such as 2027-03-01, please."),
        ({"therapist": "99999"}, "That is not among the choices."),
        ({"room": "x"}, "That is not among the choices."),
        ({"version": ""}, "Please fill this in."),
    ],
)
def test_what_may_not_be_is_said(desk: Client, one: Appointment, changes: dict[str, Any], words: str) -> None:
    status, said = drop(desk, one, **changes)
    assert (status, said["text"]) == (422, f"{words} It is back where it was.")


def test_a_colleague_without_the_credential_is_named(desk: Client, north: Cast, one: Appointment) -> None:
    status, said = drop(desk, one, therapist=north.colleague.pk)
    wanted = "Tara North holds no credential for Functional dry needling that is valid on 1 March 2021."
    assert (status, said["text"]) == (422, f"{wanted} It is back where it was.")


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.NO_SHOW, Status.CANCELLED])
def test_what_is_over_stays(desk: Client, north: Cast, status: Status) -> None:
    with clinic_scope(north.clinic.pk):
        one = appointment_at(north, status=status)
    assert drop(desk, one, time="11:00")[0] == 422
    assert now(north, one).starts_at == NINE


def test_another_clinics_rows_are_not_found(desk: Client, south: Cast, one: Appointment) -> None:
    with clinic_scope(south.clinic.pk):
        foreign = appointment_at(south, NINE + timedelta(hours=1))
    assert desk.post(f"/appointments/{foreign.pk}/drop/", {}).status_code == 404
    assert desk.post(f"/appointments/{foreign.pk}/quiet/", {}).status_code == 404
    assert drop(desk, one, room=south.room.pk)[0] == 422


def test_kept_times_and_places_in_a_class_are_not_moved(desk: Client, north: Cast) -> None:
    until = datetime.now(UTC) + timedelta(minutes=5)
    with clinic_scope(north.clinic.pk):
        held = appointment_at(north, status=Status.HELD, expires_at=until)
        group = appointment_at(north, NINE + timedelta(hours=3), patient=None, places=2)
        place = appointment_at(north, NINE + timedelta(hours=3), group=group)
    assert [desk.post(f"/appointments/{row.pk}/drop/", {}).status_code for row in (held, place)] == [404, 404]


def test_in_the_hour_that_comes_twice_it_keeps_its_pass(desk: Client, north: Cast) -> None:
    start = datetime(2021, 10, 31, 1, 30, tzinfo=UTC)  # the second 01:30 of that night
    with clinic_scope(north.clinic.pk):
        one = appointment_at(north, start)
    assert drop(desk, one, day="2021-10-31", time="01:30", minutes=60, outside_ok="on")[0] == 200
    assert now(north, one).starts_at == start


def test_nothing_goes_out_where_the_desk_says_so(desk: Client, north: Cast, one: Appointment) -> None:
    drop(desk, one, time="11:00")
    answer = desk.post(f"/appointments/{one.pk}/quiet/")
    assert answer.json() == {"text": "No message goes out. Tell the patient yourself."}
    with clinic_scope(north.clinic.pk):
        assert AuditEvent.objects.filter(action="keep_quiet", by=north.desk).count() == 1
    told = now(north, one).told
    assert now(north, one).news_at is None
    assert (told is not None and told["starts_at"][:16]) == "2021-03-01T11:00"


def test_nothing_goes_out_to_a_class_either(desk: Client, north: Cast) -> None:
    start = NINE + timedelta(hours=3)
    with clinic_scope(north.clinic.pk):
        group = appointment_at(north, start, patient=None, places=2)
        place = appointment_at(north, start, group=group)
    drop(desk, group, time="13:00")
    assert now(north, place).news_at == NINE
    desk.post(f"/appointments/{group.pk}/quiet/")
    assert now(north, place).news_at is None


def test_who_has_been_told_already_is_said(desk: Client, north: Cast) -> None:
    start = NINE + timedelta(hours=3)
    with clinic_scope(north.clinic.pk):
        group = appointment_at(north, start, patient=None, places=3)
        places = [appointment_at(north, start, group=group, patient=one) for one in (north.patient, north.neighbour)]
        for place in places[:1]:
            Appointment.objects.filter(pk=place.pk).update(told=known(place).as_json())
    answer = desk.post(f"/appointments/{group.pk}/quiet/").json()["text"]
    assert answer == "One of them has been told already. No message goes to the others: tell them yourself."
    answer = desk.post(f"/appointments/{group.pk}/quiet/").json()["text"]
    assert answer == "They have all been told already."


def test_whoever_may_not_book_may_not_drop(patient: Client, one: Appointment) -> None:
    assert patient.post(f"/appointments/{one.pk}/drop/", {}).status_code == 404


def test_a_therapist_who_left_may_keep_what_they_have(desk: Client, north: Cast, one: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        Membership.objects.filter(user=north.therapist).update(is_active=False)
    assert drop(desk, one, minutes=30)[0] == 200
