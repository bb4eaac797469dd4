"""Outcome measures: what is asked, how far a value can go, when a change counts, and when it is asked again. Pure.

The patient's measures come from programs/content/measures.json; the totals of questionnaires from instruments.json.
What a movement test measures is a goal's matter: see programs.goals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from programs.catalogue import content
from programs.change import Change, Ruler, change
from programs.instruments.registry import Instrument, instruments
from programs.instruments.scoring import Scale

PSFS = "psfs"
WEEK = timedelta(weeks=1)


class Success(StrEnum):
    """How a number that is a change by itself stands to the one that counts as success."""

    REACHED = "reached"
    BELOW = "below"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a measure is asked. `weeks` count from the day on which care began."""

    baseline: bool = False
    every_visit: bool = False
    weekly_app: bool = False
    discharge: bool = False
    weeks: Sequence[int] = ()
    from_week: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """`low` to `high` in steps of `step`, in `unit`. `anchors` are the ends in words.

    `absolute`: the number is a change by itself (-7 to 7), so it is held against the value that counts as success and
    never against an earlier one.
    """

    key: str
    name: str
    unit: str
    low: float
    high: float
    ruler: Ruler
    prompt: str = ""
    step: float = 1
    anchors: Mapping[str, str] = field(default_factory=dict)
    schedule: Schedule = Schedule()
    status: str = "to_be_confirmed"
    sources: Sequence[str] = ()
    note: str = ""
    population: str = ""  # in whom the figures were found
    absolute: bool = False
    scale: Scale | None = None  # of a questionnaire's total: its bands

    @property
    def better(self) -> str:
        return self.ruler.better

    def changed(self, first: float, now: float) -> Change | None:
        """None where nothing can be claimed: nobody knows its error, or a change of a change means nothing."""
        return change(first, now, self.ruler) if self.ruler.is_known and not self.absolute else None

    def success(self, value: float) -> Success | None:
        """Of a number that is a change by itself."""
        if not self.absolute or self.ruler.mcid is None:
            return None
        if value >= self.ruler.mcid:
            return Success.REACHED
        return Success.WORSE if value < 0 else Success.BELOW

    def is_offered(self, began: date, day: date) -> bool:
        """Whether there is anything yet to ask about: at the start of care nothing has changed."""
        return day >= began + self.schedule.from_week * WEEK


@cache
def measures() -> Mapping[str, Measure]:
    """Every measure that is a number of its own, by key: first what patients are asked, then questionnaires' totals."""
    asked = [one for raw in content("measures")["items"] if raw["kind"] == "patient" for one in _asked(raw)]
    totals = [one for instrument in instruments() for one in _totals(instrument)]
    return {one.key: one for one in (*asked, *totals)}


def asked_measures() -> list[Measure]:
    return [one for one in measures().values() if one.scale is None]


def is_due(measure: Measure, *, began: date, last: date | None, day: date, at_visit: bool) -> bool:
    """Whether it is asked on `day`. `last` is when it was answered last, None for never."""
    plan = measure.schedule
    if not measure.is_offered(began, day) or last == day:
        return False
    if last is None:
        return plan.baseline or _reached(plan, began, day) is not None
    if at_visit and plan.every_visit:
        return True
    if plan.weekly_app and day - last >= WEEK:
        return True
    reached = _reached(plan, began, day)
    return reached is not None and last < reached


def _reached(plan: Schedule, began: date, day: date) -> date | None:
    """The latest of its weeks that has come."""
    return max((mark for week in plan.weeks if (mark := began + week * WEEK) <= day), default=None)


def _asked(raw: Mapping[str, Any]) -> list[Measure]:
    parts = raw.get("items") or [{"key": raw["key"], "prompt": raw["prompt"], "name": raw["name"]}]
    return [_measure(raw, part) for part in parts]


def _measure(raw: Mapping[str, Any], part: Mapping[str, Any]) -> Measure:
    span, known = raw["range"], Schedule.__dataclass_fields__
    return Measure(
        key=part["key"],
        name=part.get("name", raw["name"]),
        unit=span["unit"],
        low=span["min"],
        high=span["max"],
        step=span["step"],
        ruler=_ruler(raw),
        prompt=part["prompt"],
        anchors=raw["anchors"],
        schedule=Schedule(**{name: value for name, value in raw["schedule"].items() if name in known}),
        status=raw["status"],
        sources=raw["sources"],
        note=raw["scoring"],
        population=raw["mcid"]["population"] or raw["mdc"]["population"] or "",
        absolute=raw.get("absolute", False),
    )


def _ruler(raw: Mapping[str, Any]) -> Ruler:
    percent = raw.get("mcid_percent")
    return Ruler(raw["better"], raw["mdc"]["value"], raw["mcid"]["value"], percent["value"] if percent else None)


def total_of(scale: Scale) -> Measure:
    """Without figures for its change: nothing is claimed then."""
    low, high = scale.range
    unit = "%" if (low, high) == (0, 100) else f"/{high:g}"
    return Measure(scale.key, scale.name, unit, low, high, Ruler(scale.better), scale=scale)


def _totals(instrument: Instrument) -> list[Measure]:
    """The published change figures speak of the first number of an instrument."""
    first, *others = (total_of(scale) for scale in instrument.scales)
    first = replace(first, ruler=Ruler(instrument.better, instrument.mdc, instrument.mcid, instrument.percent))
    return [
        replace(one, status="sourced", sources=instrument.sources, note=instrument.note) for one in (first, *others)
    ]
