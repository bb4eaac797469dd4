"""One patient whose numbness and growing weakness cannot wait: found at the last visit, not handed over yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from patients.models import Appointment
from programs import catalogue
from programs.models import Alert, AlertKind, Assessment, Concern, Episode, RaisedFlag, RedFlagScreen, Result, Test
from programs.queries.nerves import alarms_of
from programs.screening import suggested_concern
from programs.services.assessments import update_factors
from programs.services.red_flags import HAND_OVER_WITHIN

POWER, SKIN = "N04", "N11"
A_WHILE = timedelta(minutes=45)  # so long ago that somebody should have taken over by now
NOTE = (
    "Numb between the legs since last night, right foot weaker than at the first visit. Not been to the toilet today."
)


def candidate(seen: Sequence[Sequence[Appointment]], now: datetime) -> Sequence[Appointment]:
    """The visits, oldest first, of whoever came last, with enough of them to have got worse in between."""
    over = [[one for one in visits if one.starts_at <= now - A_WHILE] for visits in seen]
    return max(
        (visits for visits in over if len(visits) > 1),
        key=lambda visits: (visits[-1].starts_at, visits[-1].patient_pk),
        default=(),
    )


def tell(visits: Sequence[Appointment]) -> None:
    """Inside the clinic's scope; the episode is open."""
    first, last = visits[0], visits[-1]
    episode = Episode.objects.select_related("patient").get(patient_id=last.patient_pk)
    tests = {test.key: test for test in Test.objects.filter(key__in=[POWER, SKIN])}
    _examine(episode, first, [(tests[POWER], "right", "5"), (tests[POWER], "left", "5")])
    worse = [(tests[POWER], "right", "3"), (tests[POWER], "left", "5"), (tests[SKIN], "none", "altered")]
    _raise(_examine(episode, last, worse), last)
    update_factors(episode=episode, day=last.local_start.date())
    screen = RedFlagScreen.objects.create(
        episode=episode,
        concern=Concern.EMERGENCY,
        found=Concern.EMERGENCY,
        positive=["r01_bladder_hold", "r01_saddle", "r01_recent"],
        note=NOTE,
        screened_on=last.local_start.date(),
        screened_by=last.therapist,
        recorded_at=last.starts_at + timedelta(minutes=10),
    )
    Alert.objects.create(
        patient_id=episode.patient_id, episode=episode, kind=AlertKind.HAND_OVER, raised_at=screen.recorded_at,
        due_at=screen.recorded_at + HAND_OVER_WITHIN, raised_by=last.therapist,
    )  # fmt: skip


def _examine(episode: Episode, visit: Appointment, found: Sequence[tuple[Test, str, str]]) -> Assessment:
    sitting: Assessment = Assessment.objects.create(
        patient_id=episode.patient_id, episode=episode, done_on=visit.local_start.date(), assessor=visit.therapist
    )
    Result.objects.bulk_create(
        Result(assessment=sitting, test=test, side=side, word=word) for test, side, word in found
    )
    return sitting


def _raise(sitting: Assessment, visit: Appointment) -> None:
    """As services.raised would have done at the visit, whose clock is not this one."""
    age = sitting.patient.age_on(sitting.done_on)
    RaisedFlag.objects.bulk_create(
        RaisedFlag(
            episode_id=sitting.episode_id,
            assessment=sitting,
            question=alarm.question,
            level=suggested_concern([alarm.question], age=age, items=catalogue.red_flags()),
            because=[said.stored() for said in alarm.because],
            found_on=sitting.done_on,
            raised_at=visit.starts_at + timedelta(minutes=5),
        )
        for alarm in alarms_of(sitting)
    )
