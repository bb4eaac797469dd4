"""When therapists work: weekly hours, days on which they do not hold, and holidays."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import Holiday, HoursException, Location, Membership, User, WorkingHours
from clinics.rota import Weekly, from_today


@transaction.atomic
def set_weekly_hours(*, therapist: User, rows: Iterable[Weekly], today: date, by: User) -> None:
    """From today on these are the weekly hours. Days that are over keep what held on them."""
    member = Membership.objects.select_for_update().get(user=therapist)  # two editors take turns
    wanted = {row._replace(valid_until=None): row for row in rows}
    changed = 0
    for stored in WorkingHours.objects.filter(therapist=therapist).not_over(today):
        row = wanted.pop(_as_row(stored)._replace(valid_until=None), None)
        changed += _retire(stored, today) if row is None else _lasts_until(stored, row.valid_until)
    for row in wanted.values():
        _add(row, today)
    if changed or wanted:
        audit.record("set_hours", subject=member, by=by, detail={"changed": changed, "added": len(wanted)})


def _as_row(stored: WorkingHours) -> Weekly:
    return Weekly(
        stored.therapist_id, stored.location_id, stored.weekday, stored.starts, stored.ends, stored.valid_from,
        stored.valid_until, stored.every_weeks,
    )  # fmt: skip


def _lasts_until(stored: WorkingHours, last_day: date | None) -> int:
    if stored.valid_until == last_day:
        return 0
    stored.valid_until = last_day
    stored.save(update_fields=["valid_until"])
    return 1


def _retire(stored: WorkingHours, today: date) -> int:
    if stored.valid_from is None or stored.valid_from < today:
        return _lasts_until(stored, today - timedelta(days=1))
    stored.delete()
    return 1


def _add(row: Weekly, today: date) -> None:
    begun = from_today(row, today)
    if begun.valid_until is not None and begun.valid_from is not None and begun.valid_until < begun.valid_from:
        return  # its last day is this week, and this week is none of the working ones
    WorkingHours.objects.create(
        therapist_id=begun.therapist,
        location_id=begun.location,
        weekday=begun.weekday,
        starts=begun.starts,
        ends=begun.ends,
        valid_from=begun.valid_from,
        valid_until=begun.valid_until,
        every_weeks=begun.every_weeks,
    )


@transaction.atomic
def add_exception(*, exception: HoursException, by: User) -> HoursException:
    exception.full_clean()
    exception.save()
    audit.record("add_exception", subject=exception, by=by, detail={"kind": exception.kind})
    return exception


@transaction.atomic
def end_exception(*, exception: HoursException, today: date, by: User) -> None:
    """One that has begun ends yesterday, one still to come is deleted. What is over stays as it was."""
    row = HoursException.objects.select_for_update().filter(pk=exception.pk, last_day__gte=today).first()
    if row is None:
        return
    audit.record("end_exception", subject=row, by=by, detail={"kind": row.kind})
    if row.first_day >= today:
        row.delete()
        return
    row.last_day = today - timedelta(days=1)
    row.save(update_fields=["last_day"])


@transaction.atomic
def add_holiday(*, day: date, name: str, location: Location | None, by: User) -> Holiday:
    """ValidationError where the day is a holiday there already."""
    holiday = Holiday(day=day, name=name, location=location)
    try:
        with transaction.atomic():
            holiday.save()
    except IntegrityError as error:
        if broken_rule(error) != "clinics_holiday_once":
            raise
        raise ValidationError({"day": _("There is a holiday on that day already.")}) from error
    audit.record("add_holiday", subject=holiday, by=by)
    return holiday


@transaction.atomic
def remove_holiday(*, holiday: Holiday, by: User) -> None:
    audit.record("remove_holiday", subject=holiday, by=by)
    holiday.delete()
