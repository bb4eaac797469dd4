"""Maya Okafor: the worked example of programs/content/cases.json, with exactly its figures.

Day 0 is the Monday of `calendar.first_day`, so the six weeks and all eight visits are over and week 6 has been
re-tested. The six-week home programme (65 of 78 occasions) ended on day 42; from day 43 the same three exercises go on
as a programme of their own, so that today has something due.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from clinics.models import User
from patients.models import Appointment, Patient
from portal.demo import cases, worked_home, worked_sessions
from portal.models import PatientLogin
from programs.models import Episode, Factor, InterventionKind, PainMap, Score, Test
from programs.protocol_library import library
from programs.queries.findings import abnormal_tests
from programs.services import assessments, factors, plans
from programs.services.assessments import Entry
from programs.services.pain import mark_pain, patients, therapists
from programs.services.plans import Aim, Step, Terms

RETESTS = (3, 6)  # weeks
WEEKS, VISITS = 6, 8
SUMMARY = "Sit through a meeting, lift my younger one without thinking, and run three kilometres along the water again."
# trend column -> test and side
TESTS = {
    "lunge_right": ("M12", "right"),
    "lunge_left": ("M12", "left"),
    "thomas_right": ("O01", "right"),
    "bridge_right": ("M17", "right"),
    "bridge_left": ("M17", "left"),
    "side_bridge_right": ("M19", "right"),
    "side_bridge_left": ("M19", "left"),
    "sorensen": ("M18", "none"),
    "fabq_pa": ("FABQ_PA", "none"),
}
SCORES = ("nprs_average", "nprs_worst", "odi", "fabq_pa", "groc", "sane")


def tell(*, patient: Patient, case: Mapping[str, Any], visits: Sequence[Appointment], day0: date, today: date) -> None:
    """Inside the clinic's scope. `visits` are the eight, in order."""
    by: User = visits[0].therapist
    episode = cases.open_chart(patient=patient, case=case, visit=visits[0])
    abnormal = abnormal_tests(episode, day0)
    confirmed = _decide(episode, case, visits[0], by)
    _plan(episode, case, confirmed, abnormal, visits[0])
    for week in RETESTS:
        day = day0 + timedelta(weeks=week)
        visit = next(one for one in visits if one.local_start.date() == day)
        cases.screen(episode, case["red_flags"], visit)  # a screen counts for 30 days, the treatment takes 42
        entries = list(_retest(case["trend"], week))
        assessments.record_assessment(episode=episode, done_on=day, entries=entries, by=by)
    _follow_scores(episode, case, day0, by)
    _follow_pain(episode, case, day0, by)
    worked_sessions.write(episode=episode, case=case, visits=visits)
    worked_home.exercise(episode=episode, case=case, day0=day0, today=today, by=by)


def _decide(episode: Episode, case: Mapping[str, Any], visit: Appointment, by: User) -> dict[str, Factor]:
    found = {factor.key: factor for factor in Factor.objects.filter(episode=episode)}
    for key, expected in case["expected"]["factors"].items():
        clinician = expected["clinician"]
        factors.decide(
            factor=found[key], decision=clinician["decision"], reason=clinician["reason"].capitalize(), by=by,
            at=visit.ends_at,
        )  # fmt: skip
    return {key: Factor.objects.get(pk=found[key].pk) for key in case["expected"]["factors"]}


def _plan(
    episode: Episode,
    case: Mapping[str, Any],
    confirmed: Mapping[str, Factor],
    abnormal: Sequence[str],
    visit: Appointment,
) -> None:
    day0 = visit.local_start.date()
    plans.make_plan(
        episode=episode,
        terms=_terms(case, day0),
        goals=[_aim(goal, day0) for goal in case["expected"]["goals"]],
        interventions=list(_steps(confirmed, abnormal)),
        by=visit.therapist,
        at=visit.ends_at,
    )


def _terms(case: Mapping[str, Any], day0: date) -> Terms:
    """What the protocol of the case says to its patient, teaches and ends with."""
    usual = library()[case["plan_template"]]["body"]
    return Terms(
        starts_on=day0,
        weeks=WEEKS,
        visits=VISITS,
        summary=SUMMARY,
        for_patient=usual["for_patient"],
        modules=usual["modules"],
        discharge=usual["discharge"],
    )


def _aim(goal: Mapping[str, Any], day0: date) -> Aim:
    due_on = day0 + timedelta(weeks=goal["due_week"])
    return Aim(measure=goal["measure"], operator=goal["op"], target=Decimal(str(goal["target"])), due_on=due_on)


def _steps(confirmed: Mapping[str, Factor], abnormal: Sequence[str]) -> Iterator[Step]:
    for one in worked_home.DOSES:
        yield Step(
            kind=InterventionKind.EXERCISE,
            what=one.name,
            frequency=f"At home, {len(one.weekdays)} days a week",
            factors=[confirmed[key] for key in one.factors],
            dose=worked_home.dose(one, one.weekdays),
        )
    for kind, what, frequency, answered in (
        (InterventionKind.NEEDLING, "Gluteus medius, lumbar multifidus", "Visits 2 and 4", ("hip_weak", "lumbar_weak")),
        (InterventionKind.MANUAL, "Soft tissue, joint mobilisation L4/5", "Visits 2 and 5", ("hip_tight", "ankle_df")),
        (InterventionKind.EDUCATION, "How pain works, flare-up plan", "Visits 1, 3 and 5", ("fear_avoidance",)),
    ):
        yield Step(kind=kind, what=what, frequency=frequency, factors=[confirmed[key] for key in answered])
    yield Step(
        kind=InterventionKind.ASSESSMENT,
        what="Repeat what was abnormal",
        frequency="Weeks 3 and 6",
        factors=list(confirmed.values()),
        tests=abnormal,
    )


def _retest(trend: Mapping[str, Sequence[Any]], week: int) -> Iterator[Entry]:
    """The back's hold has no line for women: it stays low by judgement, since it has not caught up."""
    known = {test.key: test for test in Test.objects.filter(key__in={key for key, _side in TESTS.values()})}
    for column, (key, side) in TESTS.items():
        yield Entry(
            test=known[key],
            side=side,
            value=Decimal(str(trend[column][week])),
            judged_abnormal=True if key == "M18" else None,
            conditions={"pelvis_controlled": True} if key == "O01" else {},
        )


def _follow_pain(episode: Episode, case: Mapping[str, Any], day0: date, by: User) -> None:
    """The same place as at first: drawn again at each re-test, and once at home by herself."""
    start = PainMap.objects.of(episode).get().shown[0]
    herself = PatientLogin.objects.get(patient=episode.patient).user
    for week, of, who in ((3, therapists, by), (5, patients, herself), (6, therapists, by)):
        mark = replace(start, intensity=case["trend"]["nprs_average"][week])
        mark_pain(of(episode, day0 + timedelta(weeks=week), who), mark)


def _follow_scores(episode: Episode, case: Mapping[str, Any], day0: date, by: User) -> None:
    """Weeks 1 to 6; week 0 was written with the first assessment."""
    trend, activities = case["trend"], [item["activity"] for item in case["measures"]["psfs"]]
    about = {"patient_id": episode.patient_id, "episode": episode, "entered_by": by}
    rows = [
        Score(measure=measure, value=trend[measure][week], taken_on=day0 + timedelta(weeks=week), **about)
        for week in trend["week"][1:]
        for measure in SCORES
        if trend[measure][week] is not None
    ]
    rows += [
        Score(
            measure="psfs",
            value=round(Decimal(sum(values)) / len(values), 1),
            parts=[{"activity": what, "score": score} for what, score in zip(activities, values, strict=True)],
            taken_on=day0 + timedelta(weeks=week),
            **about,
        )
        for week, values in list(enumerate(trend["psfs_items"]))[1:]
        if values
    ]
    Score.objects.bulk_create(rows)
