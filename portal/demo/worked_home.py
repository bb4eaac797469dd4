"""Maya at home: six weeks of three exercises with 65 of 78 occasions done, and the programme that runs today.

Occasions fall on Tuesday to Saturday, so the example's weeks (day 1 to 7) and the calendar's hold the same 13.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F

from clinics.models import Channel, Message, MessageStatus, User
from clinics.timekeeping import instant
from programs import catalogue
from programs.adherence import due_days
from programs.models import Completion, Episode, Exercise, ExerciseLog, HomeProgramme, Prescription
from programs.services import home, reminders

WEEKS = 6
MORNING, EVENING = time(7, 20), time(18, 40)  # before and after the reminder at 17:30


@dataclass(frozen=True, slots=True)
class Home:
    """One exercise at home. `missed`: week -> ISO weekdays on which nothing came of it."""

    key: str
    weekdays: tuple[int, ...]
    factors: tuple[str, ...]
    side: str
    why: str  # the factor whose sentence of the library the patient reads
    missed: Mapping[int, tuple[int, ...]]

    @property
    def name(self) -> str:
        return catalogue.exercise(self.key).name


DOSES = (
    Home(
        "half_kneel_glute", (2, 3, 4, 5, 6), ("hip_weak", "hip_tight", "core_control"), "right", "hip_weak",
        {1: (6,), 3: (5, 6), 4: (2,), 5: (5,)},
    ),
    Home("lumbar_extension", (2, 4, 6), ("lumbar_weak", "fear_avoidance"), "none", "lumbar_weak", {3: (6,), 4: (6,)}),
    Home(
        "hip_hinge", (2, 3, 4, 5, 6), ("core_control", "hip_weak", "lumbar_weak"), "none", "core_control",
        {1: (3,), 2: (6,), 3: (5, 6), 4: (2,), 6: (3,)},
    ),
)  # fmt: skip
FLARE_WEEK, FLARE_KEY, FLARE_PAIN = 3, "lumbar_extension", 6
FLARE_NOTE = "Sore since the gardening."


def exercise(*, episode: Episode, case: Mapping[str, Any], day0: date, today: date, by: User) -> None:
    """The plan's own programme runs since day 0; the one after it goes on without a plan."""
    first = HomeProgramme.objects.get(episode=episode)
    rng = Random(f"{case['key']} at home")  # noqa: S311  # invented logs
    logs = [_log(one, episode, rng) for one in _six_weeks(first, case, rng)]
    second = _start(episode, day0 + timedelta(days=7 * WEEKS + 1), _days_with(today), by)
    logs += [_log(one, episode, rng) for one in _since_then(second, today)]
    ExerciseLog.objects.bulk_create(logs)
    ExerciseLog.objects.filter(patient_id=episode.patient_id).update(received_at=F("done_at"))
    _reminders(episode, first, second, today)


@dataclass(frozen=True, slots=True)
class Occasion:
    prescription: Prescription
    day: date
    pain: int
    effort: int
    wall: time = MORNING
    note: str = ""
    is_skipped: bool = False


def _start(episode: Episode, starts_on: date, weekdays: Sequence[Sequence[int]], by: User) -> HomeProgramme:
    doses = [dose(one, tuple(days)) for one, days in zip(DOSES, weekdays, strict=True)]
    return home.start_programme(episode=episode, starts_on=starts_on, weeks=WEEKS, doses=doses, by=by)


def dose(source: Home, weekdays: tuple[int, ...]) -> home.Dose:
    found = Exercise.objects.get(key=source.key)
    usual = found.dose
    return home.Dose(
        exercise=found,
        side=source.side,
        sets=usual["sets"],
        reps=usual["reps"],
        hold_seconds=usual["hold_s"],
        tempo=usual["tempo"] or "",
        rest_seconds=usual["rest_s"],
        weekdays=weekdays,
        pain_limit=usual["pain_limit_nrs"],
        effort_target=usual["effort_rpe10"],
        why=catalogue.exercise(source.key).why_by_factor[source.why],
    )


def _days_with(today: date) -> list[list[int]]:
    """Five, three and five days a week: all three exercises are due today, and two were yesterday."""
    now = today.isoweekday() - 1
    five, three = (-2, -1, 0, 1, 3), (-2, 0, 2)
    return [[(now + n) % 7 + 1 for n in days] for days in (five, three, five)]


def _six_weeks(programme: HomeProgramme, case: Mapping[str, Any], rng: Random) -> Iterator[Occasion]:
    for week, start in enumerate((programme.starts_on + timedelta(weeks=n) for n in range(WEEKS)), start=1):
        figures = case["weekly_log"][week - 1]
        dues = [
            (source, prescription, day)
            for source, prescription in zip(DOSES, programme.prescriptions.all(), strict=True)
            for day in due_days(start, start + timedelta(days=6), prescription.weekdays)
        ]
        yield from _one_week(week, dues, figures, rng)


def _one_week(
    week: int, dues: Sequence[tuple[Home, Prescription, date]], figures: Mapping[str, Any], rng: Random
) -> Iterator[Occasion]:
    """The week's strongest pain and its effort are the example's. In the flare week the back's exercise hurts twice."""
    done = [one for one in dues if one[2].isoweekday() not in one[0].missed.get(week, ())]
    is_flare = week == FLARE_WEEK
    strongest = 4 if is_flare else figures["pain_during_max"]
    worst = rng.randrange(len(done))
    for number, (source, prescription, day) in enumerate(done):
        hurts = is_flare and source.key == FLARE_KEY
        pain = FLARE_PAIN if hurts else strongest if number == worst else max(1, strongest - rng.randrange(1, 3))
        wall = EVENING if day.isoweekday() in {3, 5} else MORNING
        yield Occasion(prescription, day, pain, figures["effort"], wall, FLARE_NOTE if hurts else "")
    if is_flare:
        source, prescription, day = next(one for one in dues if one[0].key == FLARE_KEY and one not in done)
        yield Occasion(prescription, day, 0, 0, MORNING, FLARE_NOTE, is_skipped=True)


def _since_then(programme: HomeProgramme, today: date) -> Iterator[Occasion]:
    """Everything was done; today is still open."""
    for prescription in programme.prescriptions.all():
        for day in due_days(programme.starts_on, today - timedelta(days=1), prescription.weekdays):
            yield Occasion(prescription, day, 2, 4)


def _log(one: Occasion, episode: Episode, rng: Random) -> ExerciseLog:
    done = not one.is_skipped
    return ExerciseLog(
        patient_id=episode.patient_id,
        prescription=one.prescription,
        client_id=UUID(int=rng.getrandbits(128), version=4),
        due_on=one.day,
        done_at=instant(one.day, _minutes_later(one.wall, one.prescription.position * 9), episode.patient.zone),
        completion=Completion.FULL if done else Completion.SKIPPED,
        sets_done=one.prescription.sets if done else 0,
        reps_done=one.prescription.reps if done else 0,
        pain=one.pain if done else None,
        effort=one.effort if done else None,
        note=one.note,
    )


def _minutes_later(wall: time, minutes: int) -> time:
    return (datetime.combine(date.min, wall) + timedelta(minutes=minutes)).time()


def _reminders(episode: Episode, first: HomeProgramme, second: HomeProgramme, today: date) -> None:
    """One in the portal on each day on which something was open at the patient's time, as the sweep sends them."""
    logged = ExerciseLog.objects.filter(patient_id=episode.patient_id).values_list(
        "prescription_id", "due_on", "done_at"
    )
    done_at = {(prescription, day): moment for prescription, day, moment in logged}
    zone, rows = episode.patient.zone, []
    for programme in (first, second):
        prescriptions = list(programme.prescriptions.all())
        for day in due_days(programme.starts_on, min(programme.ends_on, today - timedelta(days=1)), range(1, 8)):
            slot = instant(day, home.USUAL_REMINDER, zone)
            due = [(one.pk, day) for one in prescriptions if day.isoweekday() in one.weekdays]
            if any(key not in done_at or done_at[key] > slot for key in due):
                rows.append(_reminder(episode, day, zone))
    rows[-1].read_at = None  # something to open
    Message.objects.bulk_create(rows)


def _reminder(episode: Episode, day: date, zone: ZoneInfo) -> Message:
    slot = instant(day, home.USUAL_REMINDER, zone)
    return Message(
        patient_id=episode.patient_id,
        channel=Channel.PORTAL,
        rule=reminders.RULE,
        subject_id=episode.patient_id,
        local_date=day,
        slot="daily",
        title="You have a plan for today",
        body=f"Hello {episode.patient.given_name},\n\nyour plan for today is ready whenever it suits you.",
        status=MessageStatus.SENT,
        due_at=slot,
        expires_at=slot + timedelta(hours=2),
        sent_at=slot + timedelta(seconds=20),
        read_at=slot + timedelta(hours=1),
    )
