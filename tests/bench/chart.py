"""The chart's first page, of somebody who has come for years and of somebody who has just begun."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from django.test import Client
from django.utils import timezone

from clinics.tenancy import clinic_scope
from clinics.timekeeping import instant, local_day
from patients.models import Appointment, Patient, Status
from programs.addresses import Care
from programs.models import (
    Assessment,
    CarePlan,
    Episode,
    Exercise,
    ExerciseLog,
    Factor,
    HomeProgramme,
    Prescription,
    RedFlagScreen,
    Result,
    Score,
    Session,
    Test,
)
from programs.services.assessments import update_factors
from programs.services.catalogue import install_catalogue
from programs.services.plans import Aim, Step, Terms, make_plan
from tests.bench.data import Size
from tests.bench.database import Clinic, analyzed
from tests.bench.day_view import split
from tests.bench.measure import Figure, median_ms, statements

DAILY = 6  # exercises
TESTS = ("M12", "M17", "M18", "M19", "M10", "O01", "O08")  # both sides but one: 13 results a sitting, with the ratio
TIMES = 40
BATCH = 2000  # a statement takes so many parameters and no more


@dataclass(frozen=True, slots=True)
class History:
    visits: int
    sittings: int
    days: int  # at home


LONG, SHORT = History(500, 400, 3340), History(5, 4, 34)


def figures(clinic: Clinic, size: Size) -> list[Figure]:
    """All rows are made inside one transaction, which is then rolled back: the load stays as it was."""
    with transaction.atomic():
        with clinic_scope(clinic.pk):
            install_catalogue(by=None)
            who = clinic.patients[:2]
            cares = [_told(clinic, one, history) for one, history in zip(who, (LONG, SHORT), strict=True)]
            results, logs = (
                Result.objects.filter(assessment__patient=who[0]),
                ExerciseLog.objects.filter(patient=who[0]),
            )
            held = [Session.objects.filter(patient=who[0]).count(), results.count(), logs.count()]
        analyzed(Appointment, Session, Assessment, Result, Score, Factor, Prescription, ExerciseLog)
        found = _measured(clinic, cares)
        transaction.set_rollback(True)
    goals = zip(("sessions", "results", "logs"), held, (500, 5_000, 20_000), strict=True)
    return [*(Figure(f"chart_{name}", count, "rows", ">=", goal) for name, count, goal in goals), *found]


def _measured(clinic: Clinic, cares: Sequence[Care]) -> list[Figure]:
    client = Client()
    client.force_login(clinic.therapists[0])
    client.get("/day/")
    paths = [f"/patients/{care.patient}/episodes/{care.episode}/chart/" for care in cares]
    many, few = (_asked(client, path) for path in paths)
    long, short = median_ms(lambda: client.get(paths[0]), lambda: client.get(paths[1]), times=TIMES)
    return [
        Figure("chart_statements", many, "statements", "<=", 25),
        Figure("chart_growth", many - few, "statements", "<=", 0),
        Figure("chart_long_to_short", round(long / short, 2), "x", "<=", 1.5),
    ]


def _asked(client: Client, path: str) -> int:
    with statements() as found:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(split(found)[1])


def _told(clinic: Clinic, patient: Patient, history: History) -> Care:
    today, chance = local_day(timezone.now(), clinic.zone), Random(7)
    began = today - timedelta(days=history.days)
    episode = Episode.objects.create(patient=patient, complaint="Low back", started_on=began)
    RedFlagScreen.objects.create(episode=episode, concern="clear", screened_on=today, screened_by=clinic.therapists[0])
    _assess(clinic, episode, history, today, chance)
    _plan(clinic, episode, today)
    _visit(clinic, episode, history, today)
    _log(episode, began, today)
    return Care(patient.pk, episode.pk)


def _days(history: History, count: int, today: date) -> list[date]:
    """Spread evenly over the history, the last one yesterday."""
    return sorted({today - timedelta(days=1 + number * (history.days - 1) // count) for number in range(count)})


def _assess(clinic: Clinic, episode: Episode, history: History, today: date, chance: Random) -> None:
    tests = list(Test.objects.filter(key__in=TESTS))
    sittings = Assessment.objects.bulk_create(
        Assessment(patient=episode.patient, episode=episode, done_on=day, assessor=clinic.therapists[0])
        for day in _days(history, history.sittings, today)
    )
    results = [
        Result(assessment=sitting, test=test, side=side, value=Decimal(chance.randint(2, 30)))
        for sitting in sittings
        for test in tests
        for side in (("right", "left") if test.sided else ("none",))
    ]
    Result.objects.bulk_create(results, batch_size=BATCH)
    Score.objects.bulk_create(
        Score(patient=episode.patient, episode=episode, measure=measure, value=chance.randint(0, 9), taken_on=day)
        for measure in ("nprs_average", "psfs")
        for day in _days(history, history.visits, today)
    )
    update_factors(episode=episode, day=today)


def _plan(clinic: Clinic, episode: Episode, today: date) -> CarePlan:
    factors = list(Factor.objects.filter(episode=episode))
    steps = [Step(kind="manual", what="Hip", factors=factors), Step(kind="assessment", what="Again", factors=factors)]
    aims = [Aim(measure="nprs_average", operator="<=", target=Decimal(1), due_on=today + timedelta(weeks=6))]
    terms = Terms(starts_on=today, weeks=6, visits=8)
    return make_plan(
        episode=episode, terms=terms, goals=aims, interventions=steps, unscreened="Made up", by=clinic.therapists[0]
    )


def _visit(clinic: Clinic, episode: Episode, history: History, today: date) -> None:
    """Before dawn, where the load has nothing; the two of them apart."""
    hour = 4 if history is LONG else 2
    starts = [instant(day, time(hour), clinic.zone) for day in _days(history, history.visits, today)]
    visits = Appointment.objects.bulk_create(
        Appointment(
            patient=episode.patient, therapist=clinic.therapists[0], room=clinic.rooms[0], service=clinic.needling,
            starts_at=start, ends_at=start + timedelta(minutes=30), status=Status.COMPLETED,
            minutes_before=clinic.needling.minutes_before, minutes_after=clinic.needling.minutes_after,
        )
        for start in starts
    )  # fmt: skip
    Session.objects.bulk_create(
        Session(patient=episode.patient, episode=episode, appointment=visit, therapist=visit.therapist, note="Done.")
        for visit in visits
    )


def _log(episode: Episode, began: date, today: date) -> None:
    programme = HomeProgramme.objects.create(
        patient=episode.patient, episode=episode, starts_on=began, ends_on=today + timedelta(days=20)
    )
    prescriptions = Prescription.objects.bulk_create(
        Prescription(
            patient=episode.patient, programme=programme, exercise=exercise, sets=2, reps=8, position=position,
            weekdays=[1, 2, 3, 4, 5, 6, 7],
        )
        for position, exercise in enumerate(Exercise.objects.order_by("key")[:DAILY])
    )  # fmt: skip
    logs = [
        ExerciseLog(
            patient=episode.patient, prescription=one, client_id=uuid.uuid4(), due_on=began + timedelta(days=day),
            done_at=timezone.now(), sets_done=2, reps_done=8, pain=2, effort=4,
        )
        for one in prescriptions
        for day in range((today - began).days)
    ]  # fmt: skip
    ExerciseLog.objects.bulk_create(logs, batch_size=BATCH)
