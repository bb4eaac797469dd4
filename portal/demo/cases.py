"""The charts that cases.json describes: where it hurts, the screen, the first assessment with its scores."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from clinics.models import User
from patients.models import Appointment, Patient
from programs.models import Episode, RedFlagScreen, Score, Test
from programs.pain.places import Mark
from programs.reasoning.nerves import ROOTS
from programs.services import assessments, episodes
from programs.services.assessments import Entry
from programs.services.pain import mark_pain, therapists
from programs.shapes import skin

SKIN = "N10"
SIDES = {"R": "right", "L": "left"}
# A case tells the region; on the drawing it is on one of its views.
PAIN_VIEWS = {"low_back": "back", "hip": "back", "lower_leg": "front"}
PAIN_SIDES = {"left": "left", "right": "right", "midline": "middle", "bilateral": "right"}
# What lies beside a value and belongs to how it was taken.
CONDITIONS = ("pelvis_controlled", "heel_lift")
SCORES = ("nprs_now", "nprs_average", "nprs_best", "nprs_worst", "sane", "ex_confidence", "fear_movement")
IMPORTED = {
    "odi_percent": "odi",
    "fabq_pa": "fabq_pa",
    "fabq_w": "fabq_w",
    "startback_total": "startback_total",
    "startback_distress": "startback_distress",
}


def open_chart(*, patient: Patient, case: Mapping[str, Any], visit: Appointment) -> Episode:
    """The first visit of a case."""
    day, by = visit.local_start.date(), visit.therapist
    began_on = day - timedelta(days=round(case["story"]["weeks"] * 7))
    episode = episodes.open_episode(
        patient=patient, complaint="Low-back pain", began_on=began_on, started_on=day, by=by
    )
    for place in case["pain_map"]:
        mark_pain(therapists(episode, day, by), _mark(place), both_sides=place["side"] == "bilateral")
    screen(episode, case["red_flags"], visit)
    assessments.record_assessment(episode=episode, done_on=day, entries=list(entries(case)), by=by)
    Score.objects.bulk_create(_scores(episode, case["measures"], day, by))
    return episode


def screen(episode: Episode, concern: str, visit: Appointment) -> None:
    """Asked and recorded at the visit."""
    note = "" if concern == "clear" else "Leg symptoms with a weak big toe. Bladder, bowel and saddle area normal."
    RedFlagScreen.objects.create(
        episode=episode,
        concern=concern,
        found=concern,
        note=note,
        screened_on=visit.local_start.date(),
        screened_by=visit.therapist,
        recorded_at=visit.starts_at,
    )


def entries(case: Mapping[str, Any]) -> Iterator[Entry]:
    known = {test.key: test for test in Test.objects.filter(key__in=case["tests"])}
    judged = case["clinician_judgement"] or {}
    for key, raw in case["tests"].items():
        yield from _entries(known[key], raw, judged.get(key))


def _entries(test: Test, raw: Mapping[str, Any], judged: str | None) -> Iterator[Entry]:
    """As the form would have stored it."""
    conditions = {name: raw[name] for name in CONDITIONS if name in raw}
    said = {_worse(raw): judged == "abnormal"} if judged else {}
    for side, found in _sides(raw):
        value, word = _value_and_word(found)
        parts = _parts(raw, side, found)
        if test.key == SKIN:
            word = skin(parts, ROOTS)
        yield Entry(
            test=test,
            side=side,
            value=value,
            word=word,
            parts=parts,
            judged_abnormal=said.get(side),
            conditions=conditions,
        )


def _worse(raw: Mapping[str, Any]) -> str:
    """The side that a judgement is about: of errors, the one with more."""
    return max(_sides(raw), key=lambda one: one[1])[0]


def _sides(raw: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    if "altered" in raw:
        return [(side, "") for side in SIDES.values()]
    return [(side, raw[mark]) for mark, side in SIDES.items() if mark in raw] or [("none", raw["value"])]


def _parts(raw: Mapping[str, Any], side: str, found: Any) -> dict[str, float | str]:
    match raw:
        case {"altered": altered}:
            return {root: 1 if SIDES.get(altered.get(root, "")) == side else 2 for root in ROOTS}
        case {"level": level, "painful": painful}:
            key = level.partition("/")[0]
            return {key: found, f"{key}_pain": "+" if painful else "-"}
        case {"level": level}:
            return {"level": level.partition("/")[0]}
        case {"positive": positive} if not isinstance(found, str):
            return {"symptom": "below_knee" if positive and side == "right" else "none"}
        case _:
            return dict(found) if isinstance(found, dict) and "knee0" in found else {}


def _value_and_word(found: Any) -> tuple[Decimal | None, str]:
    match found:
        case {"mmt": str(grade), "n": force}:
            return _number(force), grade
        case {"mmt": str(grade)}:
            return None, grade
        case {"knee0": _, "knee90": _}:
            return None, ""
        case str():
            return None, found
        case _:
            return _number(found), ""


def _number(value: float) -> Decimal:
    return Decimal(str(value))


def _mark(place: Mapping[str, Any]) -> Mark:
    levels = place.get("levels") or []
    return Mark(
        view=PAIN_VIEWS[place["region"]],
        region=place["region"],
        side=PAIN_SIDES[place["side"]],
        kind=place["type"],
        intensity=place["intensity"],
        levels=(levels[0], levels[-1]) if levels else (),
    )


def _scores(episode: Episode, measures: Mapping[str, Any], day: date, by: User) -> Iterator[Score]:
    imported = measures.get("imported_totals") or {}
    found = {key: measures[key] for key in SCORES if key in measures}
    found |= {ours: imported[theirs] for theirs, ours in IMPORTED.items() if theirs in imported}
    about = {"patient_id": episode.patient_id, "episode": episode, "taken_on": day, "entered_by": by}
    for measure, value in found.items():
        yield Score(measure=measure, value=_number(value), **about)
    yield Score(measure="psfs", value=_number(measures["psfs_mean"]), parts=measures["psfs"], **about)
