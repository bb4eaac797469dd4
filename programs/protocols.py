"""From a clinic's protocol to one patient's plan: what fits goes in, what does not is named with its reason."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from programs.goals import TARGETS
from programs.outcomes import is_reached
from programs.targets import parse, target

Body = Mapping[str, Any]  # a protocol's content, as `body_of` and `body_of_plan` make it
SIDES = {"wblt_cm": ("lunge_right", "lunge_left")}  # measured on each side, so the patient's own side is aimed at


@dataclass(frozen=True, slots=True)
class LeftOut:
    """`why` is no_value, reached, no_factor, held, not_here, minutes or later; `about` is named by a person's words."""

    why: str
    about: str


@dataclass(frozen=True, slots=True)
class FilledGoal:
    measure: str
    operator: str
    target: Decimal
    week: int


@dataclass(frozen=True, slots=True)
class FilledStep:
    """`raw` is the protocol's own line; `factors` are those of it that are confirmed here."""

    raw: Mapping[str, Any]
    factors: Sequence[str]


@dataclass(frozen=True, slots=True)
class Filled:
    goals: Sequence[FilledGoal]
    steps: Sequence[FilledStep]
    home: Sequence[FilledStep]
    left_out: Sequence[LeftOut] = field(default_factory=tuple)


def fill(
    body: Body,
    *,
    confirmed: Iterable[str],
    value_of: Callable[[str], Decimal | None],
    at_hand: Mapping[str, Sequence[str]],
    held: Collection[str] = (),
) -> Filled:
    """`confirmed` are the factors decided on, `at_hand` the clinic's exercises with the factors that they answer.

    `held` are kinds of step that something about this patient speaks against: a clinician adds them, or does not.
    """
    known, out = set(confirmed), list[LeftOut]()
    goals = list(_goals(body["goals"], value_of, out))
    steps = list(_steps(body["steps"], known, held, out))
    home = list(_home(body["home"], known, at_hand, out))
    return Filled(goals, steps, home, out)


def _goals(
    goals: Iterable[Mapping[str, Any]], value_of: Callable[[str], Decimal | None], out: list[LeftOut]
) -> Iterator[FilledGoal]:
    for goal in goals:
        about = TARGETS.get(goal["measure"])
        now = value_of(goal["measure"])
        if about is None:
            out.append(LeftOut("not_here", goal["measure"]))
        elif now is None:
            out.append(LeftOut("no_value", str(about.name)))
        elif (wanted := target(parse(goal["rule"]), now)) is None or is_reached(about.operator, now, wanted):
            out.append(LeftOut("reached", str(about.name)))
        else:
            yield FilledGoal(goal["measure"], about.operator, wanted, goal["week"])


def _steps(
    steps: Iterable[Mapping[str, Any]], confirmed: set[str], held: Collection[str], out: list[LeftOut]
) -> Iterator[FilledStep]:
    for step in steps:
        answers = [key for key in step["factors"] if key in confirmed]
        if not answers:
            out.append(LeftOut("no_factor", step["what"]))
        elif step["kind"] in held:
            out.append(LeftOut("held", step["what"]))
        else:
            yield FilledStep(step, answers)


def _home(
    lines: Iterable[Mapping[str, Any]], confirmed: set[str], at_hand: Mapping[str, Sequence[str]], out: list[LeftOut]
) -> Iterator[FilledStep]:
    for line in lines:
        answers = [key for key in at_hand.get(line["exercise"], ()) if key in confirmed]
        if why := _why_not(line, answers, at_hand):
            out.append(LeftOut(why, line["name"]))
        else:
            yield FilledStep(line, answers)


def _why_not(line: Mapping[str, Any], answers: Sequence[str], at_hand: Mapping[str, Sequence[str]]) -> str:
    if line["exercise"] not in at_hand:
        return "not_here"
    if not answers:
        return "no_factor"
    if line["minutes"]:
        return "minutes"
    return "later" if line["from_week"] > 1 else ""
