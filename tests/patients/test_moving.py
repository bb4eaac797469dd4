"""Moving through the service: another time, length, person or room, or a reason why not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinics.models import AuditEvent, EquipmentPool, Service, User
from patients.models import Appointment, Status
from patients.services.cancelling import cancel
from patients.services.claims import Taken
from patients.services.moving import Changed, Moved, move
from patients.services.visits import seal
from tests.factories import NINE, Cast, appointment_at

pytestmark = pytest.mark.usefixtures("monday_morning")
HOUR = timedelta(hours=1)


def moving(cast: Cast, one: Appointment, **changes: Any) -> Moved | Taken | Changed:
    facts = {
        "version": one.version, "starts_at": one.starts_at, "therapist": one.therapist, "room": one.room,
        "by": cast.desk,
    }  # fmt: skip
    return move(appointment=one, **{**facts, **changes})


def moved(cast: Cast, one: Appointment, **changes: Any) -> Appointment:
    outcome = moving(cast, one, **changes)
    assert isinstance(outcome, Moved)
    return outcome.appointment


def facts_of(one: Appointment) -> tuple[Any, ...]:
    row = Appointment.every.get(pk=one.pk)
    return (row.starts_at, row.ends_at, row.therapist_id, row.room_id, row.version)


def test_it_keeps_its_length_and_the_way_back_is_told(in_north: Cast) -> None:
    one = appointment_at(in_north)
    outcome = moving(in_north, one, starts_at=NINE + HOUR)
    assert isinstance(outcome, Moved)
    assert (outcome.before.starts_at, outcome.appointment.blocked.lower) == (NINE, NINE + HOUR)
    assert facts_of(one)[:2] == (NINE + HOUR, NINE + HOUR + timedelta(minutes=45))
    assert outcome.appointment.version == facts_of(one)[4] == 2


def test_length_therapist_and_room_change_together(in_north: Cast) -> None:
    one = appointment_at(in_north, service=in_north.follow_up)
    end = NINE + timedelta(minutes=20)
    moved(in_north, one, ends_at=end, therapist=in_north.colleague, room=in_north.plain_room)
    assert facts_of(one) == (NINE, end, in_north.colleague.pk, in_north.plain_room.pk, 2)


def test_it_is_audited_from_and_to(in_north: Cast) -> None:
    one = appointment_at(in_north, service=in_north.follow_up)
    moved(in_north, one, starts_at=NINE + HOUR, room=in_north.plain_room)
    event = AuditEvent.objects.get()
    assert (event.action, event.by, event.patient_id) == ("move", in_north.desk, in_north.patient.pk)
    assert event.detail == {
        "version": 2, "starts_at": [NINE.isoformat(), (NINE + HOUR).isoformat()],
        "ends_at": [(NINE + timedelta(minutes=45)).isoformat(), (NINE + timedelta(minutes=105)).isoformat()],
        "room_id": [in_north.room.pk, in_north.plain_room.pk],
    }  # fmt: skip


def test_a_move_that_cannot_be_audited_is_not_made(in_north: Cast) -> None:
    one = appointment_at(in_north)
    with pytest.raises(DataError):
        moving(in_north, one, starts_at=NINE + HOUR, by=User(pk=2**63))
    assert facts_of(one)[0] == NINE


@pytest.mark.parametrize("shared", ["therapist", "room", "patient"])
def test_what_stands_there_is_named_and_nothing_moves(in_north: Cast, shared: str) -> None:
    one = appointment_at(in_north, service=in_north.follow_up)
    others: dict[str, Any] = {
        "therapist": in_north.colleague, "room": in_north.plain_room, "patient": in_north.neighbour,
    }  # fmt: skip
    others.pop(shared)
    there = appointment_at(in_north, NINE + HOUR, service=in_north.follow_up, **others)
    assert moving(in_north, one, starts_at=NINE + HOUR) == Taken((there,))
    assert (facts_of(one)[0], AuditEvent.objects.count()) == (NINE, 0)


def test_a_little_later_is_not_in_its_own_way(in_north: Cast) -> None:
    one = appointment_at(in_north)
    assert moved(in_north, one, starts_at=NINE + timedelta(minutes=15))


def test_the_second_of_two_tabs_hears_who_changed_what(in_north: Cast) -> None:
    one = appointment_at(in_north)
    moved(in_north, one, starts_at=NINE + HOUR, by=in_north.manager)
    outcome = moving(in_north, one, starts_at=NINE + 2 * HOUR)
    assert isinstance(outcome, Changed)
    assert outcome.event is not None
    assert (outcome.event.action, outcome.event.by) == ("move", in_north.manager)
    assert (outcome.appointment.starts_at, facts_of(one)[0]) == (NINE + HOUR, NINE + HOUR)


def test_what_is_cancelled_meanwhile_is_a_change_too(in_north: Cast) -> None:
    one = appointment_at(in_north)
    cancel(appointment=one, version=1, reason="ill", by=in_north.desk)
    outcome = moving(in_north, one, starts_at=NINE + HOUR)
    assert isinstance(outcome, Changed)
    assert outcome.event is not None
    assert outcome.event.action == "cancel"


@pytest.mark.parametrize("status", [Status.NO_SHOW, Status.CANCELLED, Status.COMPLETED])
def test_what_is_over_stays_where_it_was(in_north: Cast, status: Status) -> None:
    one = appointment_at(in_north, status=status)
    with pytest.raises(ValidationError, match=f"“{status.label}” now, so its time stays"):
        moving(in_north, one, starts_at=NINE + HOUR)


def test_a_documented_visit_stays_as_well(in_north: Cast) -> None:
    one = seal(appointment=appointment_at(in_north, status=Status.COMPLETED), by=in_north.therapist)
    with pytest.raises(ValidationError, match="its time stays"):
        moving(in_north, one, starts_at=NINE + HOUR)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"ends_at": NINE}, {"ends": ["The end must be later than the start."]}),
        ({"ends_at": NINE - HOUR}, {"ends": ["The end must be later than the start."]}),
        ({"ends_at": NINE + 13 * HOUR}, {"ends": ["Nothing is longer than twelve hours."]}),
        ({"starts_at": NINE - 24 * HOUR}, {"day": ["That day is over. Choose today or a day to come."]}),
        ({"starts_at": NINE + 733 * 24 * HOUR}, {"day": ["A day within the next two years, please."]}),
    ],
)
def test_impossible_times_are_refused_by_field(
    in_north: Cast, changes: dict[str, datetime], errors: dict[str, list[str]]
) -> None:
    one = appointment_at(in_north)
    with pytest.raises(ValidationError) as refused:
        moving(in_north, one, **changes)
    assert (refused.value.message_dict, facts_of(one)[0]) == (errors, NINE)


def test_a_day_that_is_over_is_open_to_the_manager(in_north: Cast) -> None:
    one = appointment_at(in_north)
    assert moved(in_north, one, starts_at=NINE - 24 * HOUR, by=in_north.manager)


def test_who_is_here_does_not_move_to_another_day(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's own clock decides about days, so ours goes with it."""
    monkeypatch.setattr(timezone, "now", lambda: datetime.now(UTC))
    one = appointment_at(in_north, status=Status.ARRIVED)
    with pytest.raises(ValidationError) as refused:
        moving(in_north, one, starts_at=datetime.now(NINE.tzinfo) + 72 * HOUR)
    assert refused.value.message_dict == {"day": ["The patient is here already, so the visit stays on its day."]}


def test_a_therapist_without_the_credential_and_a_room_without_the_bin_are_refused(in_north: Cast) -> None:
    one = appointment_at(in_north)
    with pytest.raises(ValidationError, match="holds no credential"):
        moving(in_north, one, therapist=in_north.colleague)
    with pytest.raises(ValidationError, match="Birch lacks what"):
        moving(in_north, one, room=in_north.plain_room)
    assert facts_of(one)[2:4] == (in_north.therapist.pk, in_north.room.pk)


def test_the_only_device_is_in_use(in_north: Cast) -> None:
    EquipmentPool.objects.create(location=in_north.location, kind="treadmill", units=1)
    Service.objects.filter(pk=in_north.follow_up.pk).update(equipment=["treadmill"])
    in_north.follow_up.refresh_from_db()
    appointment_at(in_north, service=in_north.follow_up)
    other = {"therapist": in_north.colleague, "room": in_north.plain_room, "patient": in_north.neighbour}
    one = appointment_at(in_north, NINE + HOUR, service=in_north.follow_up, **other)
    assert moving(in_north, one, starts_at=NINE) == Taken((), ("treadmill",))
    assert facts_of(one)[0] == NINE + HOUR


def test_over_a_conflict_with_a_reason(in_north: Cast) -> None:
    one = appointment_at(in_north)
    appointment_at(in_north, NINE + HOUR, patient=in_north.neighbour)
    row = moved(in_north, one, starts_at=NINE + HOUR, override_reason="Twins")
    assert (row.is_override, row.override_reason) == (True, "Twins")
    assert AuditEvent.objects.get().detail["override"] is True
    back = moved(in_north, row, starts_at=NINE)
    assert (back.is_override, back.override_reason) == (False, "")


def test_a_therapist_may_not_override(in_north: Cast) -> None:
    one = appointment_at(in_north)
    appointment_at(in_north, NINE + HOUR, patient=in_north.neighbour)
    with pytest.raises(PermissionDenied):
        moving(in_north, one, starts_at=NINE + HOUR, override_reason="Twins", by=in_north.therapist)
    assert facts_of(one)[0] == NINE


def test_old_and_new_resources_are_locked_in_one_order_before_the_row(in_north: Cast) -> None:
    """A race shows a missing lock by luck only, so it is asserted here."""
    one = appointment_at(in_north, service=in_north.follow_up)
    with CaptureQueriesContext(connection) as queries:
        moved(in_north, one, starts_at=NINE + HOUR, therapist=in_north.colleague, room=in_north.plain_room)
    texts = [query["sql"] for query in queries]
    lock = next(place for place, text in enumerate(texts) if "pg_advisory_xact_lock" in text)
    assert lock < next(place for place, text in enumerate(texts) if "FOR UPDATE" in text)
    keys = sorted(
        f"{name}:{row.pk}"
        for name, rows in (
            ("patient", [in_north.patient]), ("room", [in_north.room, in_north.plain_room]),
            ("therapist", [in_north.therapist, in_north.colleague]),
        )
        for row in rows
    )  # fmt: skip
    assert ",".join(keys) in texts[lock].replace("'", "").replace(", ", ",")
