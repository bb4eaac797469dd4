"""Book a series, move what is still to come of it, or cancel it: in one transaction, with one message."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import Room, User
from patients.models import Appointment, Series, Status
from patients.queries.search_world import Reading
from patients.queries.series_plan import SeriesPlan, SeriesWish
from patients.series import shifted
from patients.services.booking import row_for
from patients.services.cancelling import cancel
from patients.services.claims import Taken, claim, lock_resources
from patients.services.fitting import broken_rules_in_words, refuse_unfit
from patients.services.moving import Changed, Moved, last_change, move
from patients.services.notices import mark
from patients.services.spacing import ask_why, is_too_close
from patients.slots import Slot


class Scope(StrEnum):
    THIS = "this"
    FOLLOWING = "following"  # this one and those after it
    ALL = "all"  # that are still to come


@dataclass(frozen=True, slots=True)
class SeriesBooked:
    series: Series
    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True)
class SeriesTaken:
    """Some of it cannot be, so nothing was done: what is in the way, by the visit's number."""

    by_number: dict[int, Taken]


@dataclass(frozen=True, slots=True)
class SeriesMoved:
    appointments: tuple[Appointment, ...]


class _Refused(Exception):  # noqa: N818  # rolls the whole series back
    pass


def book_series(
    *, plan: SeriesPlan, by: User, notify: bool = True, spacing_reason: str = ""
) -> SeriesBooked | SeriesTaken:
    """All visits that the plan has a slot for, or none of them. A few statements for each visit.

    ValidationError where there is nothing to book, a row may not be at all, or needling visits are too close together
    and nobody says why.
    """
    rows = {number: _row(plan.wish, slot, plan.reading) for number, slot in plan.slots.items()}
    if not rows:
        raise ValidationError(_("Every visit is left out, so there is nothing to book."))
    for row in rows.values():
        refuse_unfit(row, by=by)
    try:
        with transaction.atomic():
            return _book(plan.wish, rows, by, notify=notify, spacing_reason=spacing_reason)
    except _Refused as refused:
        return SeriesTaken(refused.args[0])


def _row(wish: SeriesWish, slot: Slot, reading: Reading) -> Appointment:
    row = row_for(reading.therapists[slot.therapist], reading.rooms[slot.room], wish.service, slot.start)
    row.patient = wish.patient
    return row


def _book(
    wish: SeriesWish, rows: Mapping[int, Appointment], by: User, *, notify: bool, spacing_reason: str
) -> SeriesBooked:
    lock_resources(*rows.values())
    if is_too_close(list(rows.values())):
        ask_why(spacing_reason)
    series = Series.objects.create(
        patient=wish.patient, service=wish.service, therapist=wish.therapist, wall_time=wish.pattern.wall,
        weekdays=sorted(wish.pattern.weekdays), weeks=wish.pattern.weeks, starts_on=wish.pattern.starts_on,
        spacing_reason=spacing_reason,
    )  # fmt: skip
    taken = {number: found for number, row in rows.items() if (found := _claim(row, series, notify=notify))}
    if taken:
        raise _Refused(taken)
    made = tuple(rows.values())
    detail = {"series": series.pk, "close": True} if spacing_reason else {"series": series.pk}
    audit.record("book_series", subject=made, by=by, patient_id=wish.patient.pk, detail={**detail, "notify": notify})
    return SeriesBooked(series, made)


def _claim(row: Appointment, series: Series, *, notify: bool) -> Taken | None:
    row.series = series
    mark(row, notify=notify)
    with broken_rules_in_words(row):
        return claim(row)


def coming(series_id: int) -> list[Appointment]:
    """What a change of the series may touch: visits still to come, nobody here yet."""
    rows = Appointment.objects.filter(series=series_id, status=Status.BOOKED, starts_at__gt=timezone.now())
    rows = rows.select_related("patient", "therapist", "room__location", "service", "clinic")
    return list(rows.order_by("starts_at", "pk"))


def move_series(
    *,
    anchor: Appointment,
    scope: Scope,
    seen: Mapping[int, int],
    shift: timedelta,
    by: User,
    therapist: User | None = None,
    room: Room | None = None,
    notify: bool = True,
    spacing_reason: str = "",
) -> SeriesMoved | SeriesTaken | Changed:
    """Each visit by the same on the wall; somebody or somewhere else where that is given.

    `seen`: the versions of the visits that the person saw. Visits that are over, here or documented stay as they are.
    """
    rows = _in_scope(anchor, scope)
    wanted = [_wanted(row, shift, therapist, room) for row in rows]
    try:
        with transaction.atomic():
            lock_resources(*rows, *wanted)
            if changed := _changed_since(anchor, seen):
                return changed
            if is_too_close(wanted, instead_of=[row.pk for row in rows]):
                ask_why(spacing_reason)
                Series.objects.filter(appointments=anchor).update(spacing_reason=spacing_reason)
            return _move(rows, wanted, shift, by, notify=notify)
    except _Refused as refused:
        return SeriesTaken(refused.args[0])


def _move(
    rows: Sequence[Appointment], wanted: Sequence[Appointment], shift: timedelta, by: User, *, notify: bool
) -> SeriesMoved:
    """From the end they move to, so that no visit meets the next one of its own series on the way."""
    made, taken = [], {}
    order = list(zip(rows, wanted, strict=True))
    for row, new in reversed(order) if shift > timedelta() else order:
        outcome = move(
            appointment=row, version=row.version, starts_at=new.starts_at, therapist=new.therapist, room=new.room,
            by=by, notify=notify, is_spaced=True,
        )  # fmt: skip
        if isinstance(outcome, Moved):
            made.append(outcome.appointment)
        elif isinstance(outcome, Taken):
            taken[row.pk] = outcome
    if taken:
        raise _Refused(taken)
    return SeriesMoved(tuple(sorted(made, key=lambda one: one.starts_at)))


def cancel_series(
    *,
    anchor: Appointment,
    scope: Scope,
    seen: Mapping[int, int],
    reason: str,
    by: User,
    note: str = "",
    exemption: str = "",
    notify: bool = True,
) -> SeriesMoved | Changed:
    rows = _in_scope(anchor, scope)
    with transaction.atomic():
        lock_resources(*rows)
        if changed := _changed_since(anchor, seen):
            return changed
        for row in rows:
            cancel(
                appointment=row, version=row.version, reason=reason, by=by, note=note, exemption=exemption,
                notify=notify,
            )  # fmt: skip
    return SeriesMoved(tuple(rows))


def _in_scope(anchor: Appointment, scope: Scope) -> list[Appointment]:
    assert anchor.series_id is not None  # noqa: S101  # the page knows visits of a series only
    rows = coming(anchor.series_id)
    if scope == Scope.THIS:
        rows = [row for row in rows if row.pk == anchor.pk]
    elif scope == Scope.FOLLOWING:
        rows = [row for row in rows if row.starts_at >= anchor.starts_at]
    if not rows:
        raise ValidationError(_("Nothing of that is still to come, so nothing was changed."), code="over")
    return rows


def _wanted(row: Appointment, shift: timedelta, therapist: User | None, room: Room | None) -> Appointment:
    wanted = copy(row)
    wanted.therapist, wanted.room = therapist or row.therapist, room or row.room
    zones = {"zone": row.room.location.zone, "to": wanted.room.location.zone}
    wanted.starts_at = shifted(row.starts_at, by=shift, **zones)
    wanted.ends_at = wanted.starts_at + (row.ends_at - row.starts_at)
    return wanted


def _changed_since(anchor: Appointment, seen: Mapping[int, int]) -> Changed | None:
    """Any visit of the series that is not as it was seen, or was not there."""
    rows = Appointment.objects.filter(series=anchor.series_id).order_by("starts_at", "pk")
    still_coming = {row.pk for row in coming(anchor.series_id or 0)}
    for row in rows.select_related("therapist", "room__location", "service"):
        if (row.pk in seen or row.pk in still_coming) and seen.get(row.pk) != row.version:
            return Changed(row, last_change(row))
    return None
