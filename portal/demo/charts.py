"""An episode for everybody who has been here: what hurts, and for most a red-flag screen that still counts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from patients.models import Appointment, Patient, Status
from programs.models import Concern, Episode, PainMap, PainMark, PainSource, RedFlagScreen
from programs.models.pain import figure_for

COMPLAINTS = (
    ("Low-back pain", "back.low_back"),
    ("Low-back pain", "back.low_back"),
    ("Low-back pain after lifting", "back.low_back"),
    ("Hip pain when walking", "front.hip"),
    ("Pain at the side of the hip", "back.hip"),
    ("Ankle stiff after a sprain", "front.ankle"),
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
        for patient, (complaint, _place), weeks, _pain in told
    )
    places = [(place, pain) for _patient, (_complaint, place), _weeks, pain in told]
    _draw(episodes, places, seen, rng)
    RedFlagScreen.objects.bulk_create(_screens(episodes, seen, rng))


def _draw(
    episodes: Sequence[Episode],
    places: Sequence[tuple[str, int]],
    seen: Mapping[int, Sequence[Appointment]],
    rng: Random,
) -> None:
    maps = PainMap.objects.bulk_create(
        PainMap(
            patient=one.patient,
            episode=one,
            drawn_on=one.started_on,
            source=PainSource.THERAPIST,
            drawn_by_id=seen[one.patient_id][0].therapist_id,
            figure=figure_for(one.patient.sex, None),
        )
        for one in episodes
    )
    PainMark.objects.bulk_create(
        PainMark(
            patient_id=drawn.patient_id,
            map=drawn,
            view=place.partition(".")[0],
            region=place.partition(".")[2],
            side=rng.choice(["left", "right"]),
            kind=rng.choice(QUALITIES),
            intensity=pain,
        )
        for drawn, (place, pain) in zip(maps, places, strict=True)
    )


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
