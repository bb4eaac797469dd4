"""An episode for everybody who has been here: what hurts, and for most a red-flag screen that still counts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from patients.models import Appointment, Patient, Status
from programs.models import Concern, Episode, PainArea, RedFlagScreen, Side

COMPLAINTS = (
    ("Low-back pain", "low_back"),
    ("Low-back pain", "low_back"),
    ("Low-back pain after lifting", "low_back"),
    ("Hip pain when walking", "hip"),
    ("Pain at the side of the hip", "hip"),
    ("Ankle stiff after a sprain", "ankle"),
)
QUALITIES = ("ache", "ache", "sharp", "burning")
NOT_SCREENED = 0.15  # somebody has to meet that gate
SCREEN_AGAIN = timedelta(days=21)


def visits_by_patient(appointments: Sequence[Appointment]) -> dict[int, list[Appointment]]:
    """What took place or is going on, by patient, in the order of time."""
    found: dict[int, list[Appointment]] = {}
    for one in appointments:
        if one.status in {Status.COMPLETED, Status.IN_SESSION}:
            found.setdefault(one.patient_pk, []).append(one)
    return found


def open_charts(patients: Sequence[Patient], seen: Mapping[int, Sequence[Appointment]], rng: Random) -> None:
    """Inside the clinic's scope; in bulk. `seen` holds at least one visit for each of them."""
    told = [(patient, rng.choice(COMPLAINTS), rng.randrange(2, 60), rng.randrange(2, 8)) for patient in patients]
    episodes = Episode.objects.bulk_create(
        Episode(
            patient=patient,
            complaint=complaint,
            began_on=_day(seen[patient.pk][0]) - timedelta(weeks=weeks),
            started_on=_day(seen[patient.pk][0]),
        )
        for patient, (complaint, _region), weeks, _pain in told
    )
    PainArea.objects.bulk_create(
        PainArea(
            episode=episode,
            region=region,
            side=rng.choice([Side.LEFT, Side.RIGHT]),
            quality=rng.choice(QUALITIES),
            intensity=pain,
            noted_on=episode.started_on,
        )
        for episode, (_patient, (_complaint, region), _weeks, pain) in zip(episodes, told, strict=True)
    )
    RedFlagScreen.objects.bulk_create(_screens(episodes, seen, rng))


def _screens(
    episodes: Sequence[Episode], seen: Mapping[int, Sequence[Appointment]], rng: Random
) -> Iterator[RedFlagScreen]:
    for episode in episodes:
        if rng.random() < NOT_SCREENED:
            continue
        last = episode.started_on - SCREEN_AGAIN
        for visit in seen[episode.patient_id]:
            if _day(visit) - last >= SCREEN_AGAIN:
                last = _day(visit)
                yield RedFlagScreen(
                    episode=episode,
                    concern=Concern.CLEAR,
                    screened_on=last,
                    screened_by_id=visit.therapist_id,
                    recorded_at=visit.starts_at,
                )


def _day(visit: Appointment) -> date:
    return visit.local_start.date()
