"""One test against its line. A line is data (see programs/content/tests.json and models.Test.line), so that a clinic
may move it; `rule` names the function below that reads it. Where a figure comes from stands with the test.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Line = Mapping[str, Any]


class State(StrEnum):
    ABNORMAL = "abnormal"
    NORMAL = "normal"
    NO_REFERENCE = "no_reference"  # no line for this person: only a clinician's judgement counts
    NOT_COUNTED = "not_counted"  # done in a way that does not count


@dataclass(frozen=True, slots=True)
class Person:
    """What a reference may depend on. `sex` is female, male or anything else (then sex-bound lines do not apply)."""

    age: int
    sex: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One value on one side. `side` is right, left or none; `word` is an answer such as +, poor or 4-.

    `sitting` tells occasions apart: the sides of two sittings stand each for itself and are never compared.
    `parts` are the named values of one side where a test has several, such as the angle with the knee straight and
    with the knee bent. `pain` is what it hurt meanwhile, 0-10.
    """

    side: str = "none"
    value: float | None = None
    word: str = ""
    sitting: int = 0
    parts: Mapping[str, float | str] = field(default_factory=dict)
    pain: float | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The readings of one test, one for each side. `judged` is the clinician's own word: True means abnormal."""

    test: str
    readings: Sequence[Reading]
    conditions: Mapping[str, Any] = field(default_factory=dict)
    judged: bool | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`because` are plain sentences. `quantitative`: a measured number lies outside, which weighs more."""

    test: str
    state: State
    because: tuple[str, ...] = ()
    quantitative: bool = False


Found = tuple[str, ...] | None  # sentences about what is outside; () inside; None where there is no line


def judge(taken: Taken, line: Line, unit: str, person: Person) -> Verdict:
    """A judgement of "abnormal" counts wherever the test does, but makes nothing quantitative that is not measured so.

    A test that `needs` a condition and was done without it does not count at all, whatever was found or said.
    """
    missing = line.get("needs")
    if missing and not taken.conditions.get(missing):
        return Verdict(taken.test, State.NOT_COUNTED, (f"Does not count: {missing.replace('_', ' ')} was not ticked.",))
    found = _outside(taken, line, unit, person)
    if found:
        return Verdict(taken.test, State.ABNORMAL, found, _is_quantitative(taken, line))
    if taken.judged:
        return Verdict(taken.test, State.ABNORMAL, ("Abnormal by judgement.",))
    if found is None:
        state = State.NORMAL if taken.judged is False else State.NO_REFERENCE
        return Verdict(taken.test, state, ("No reference for this person.",) if state == State.NO_REFERENCE else ())
    missing_part = _incomplete(taken, line)
    if missing_part and taken.judged is None:
        return Verdict(taken.test, State.NOT_COUNTED, (missing_part,))
    return Verdict(taken.test, State.NORMAL)


def applies(line: Line, person: Person) -> bool:
    """Whether the line says anything about this person. Where it does not, only a clinician's judgement counts."""
    if line.get("rule") not in RULES:
        return False
    if line.get("sex", person.sex) != person.sex or person.age >= line.get("age_below", 999):
        return False
    return line["rule"] != "below_by_age" or limit_by_age(line, person) is not None


def limit_by_age(line: Line, person: Person) -> float | None:
    """`table` rows: from age, to age, limit for men, limit for women. None outside the table, or where sex is open."""
    row = next((one for one in line["table"] if one[0] <= person.age <= one[1]), None)
    if row is None or person.sex not in {"male", "female"}:
        return None
    return float(row[2 if person.sex == "male" else 3])


def _outside(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    if not applies(line, person):
        return None
    name = line["rule"]
    found = RULES[name](taken, line, unit, person)
    return found if found or _has_answer(taken, name) else None


def _has_answer(taken: Taken, rule: str) -> bool:
    """A rule that found nothing to look at has not found anything normal."""
    has_word, has_value = (any(one.word for one in taken.readings), bool(_values(taken)))
    return has_word if rule in WORDED else has_value or (rule == "strength" and has_word)


def _lone_side(taken: Taken) -> str | None:
    sides = {one.side for one in taken.readings} & {"right", "left"}
    return sides.pop() if len(sides) == 1 else None


def _incomplete(taken: Taken, line: Line) -> str | None:
    """Why "normal" would say too much: one good side is silent about the other, and two days about the difference."""
    lone = _lone_side(taken)
    if lone:
        return f"Only the {lone} side was tested."
    if _compares(line) and not _together(taken):
        return "The sides were tested on different days, so they are not compared."
    return None


def _compares(line: Line) -> bool:
    return line["rule"] in {"ratio", "sum_at_least", "reflex"} or not {
        "max_difference",
        "min_ratio",
        "asymmetry",
    }.isdisjoint(line)


def _together(taken: Taken) -> bool:
    return len({one.sitting for one in taken.readings}) <= 1


def _is_quantitative(taken: Taken, line: Line) -> bool:
    if line.get("rule") == "strength":  # a hand grade is an opinion; a force on both sides is a measurement
        return "min_ratio" in line and len(_pair(taken)) == 2
    return bool(line.get("quantitative"))


def _values(taken: Taken) -> dict[str, float]:
    return {one.side: one.value for one in taken.readings if one.value is not None}


def _pair(taken: Taken) -> dict[str, float]:
    """Right and left of one sitting, or nothing: only those can be compared."""
    values = _values(taken)
    return values if _together(taken) and {"right", "left"} <= values.keys() else {}


def _shown(value: float, unit: str) -> str:
    """7.0 -> "7 cm"; counts have no unit."""
    number = f"{value:.2f}".rstrip("0").rstrip(".")
    return number if unit in {"", "count"} else f"{number}°" if unit == "deg" else f"{number} {unit}"


def _at(side: str) -> str:
    return {"right": "Right ", "left": "Left "}.get(side, "")


def _say(side: str, value: float, unit: str, than: str) -> str:
    return f"{_at(side)}{_shown(value, unit)} {than}."


def _sides(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    """Each side at or above `low`, and no further apart than `max_difference`."""
    values, low, most = _values(taken), line["low"], line.get("max_difference")
    said = [_say(side, value, unit, f"is under {_shown(low, unit)}") for side, value in values.items() if value < low]
    apart = _difference(_pair(taken))
    if most is not None and apart is not None and apart > most:
        said.append(f"Sides differ by {_shown(apart, unit)}, more than {_shown(most, unit)}.")
    return tuple(said)


def _difference(values: Mapping[str, float]) -> float | None:
    # Rounded: 11.0 - 9.5 must not be a hair above 1.5.
    return round(abs(values["right"] - values["left"]), 2) if values else None


def _above(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    limit = line["limit"]
    over = {side: value for side, value in _values(taken).items() if value > limit}
    return tuple(_say(side, value, unit, f"is over {_shown(limit, unit)}") for side, value in over.items())


def _below(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    limit = line["limit"]
    under = {side: value for side, value in _values(taken).items() if value < limit}
    return tuple(_say(side, value, unit, f"is under {_shown(limit, unit)}") for side, value in under.items())


def _below_by_age(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    return _below(taken, {"limit": limit_by_age(line, person)}, unit, person)


def _at_least(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    limit = line["limit"]
    high = {side: value for side, value in _values(taken).items() if value >= limit}
    return tuple(_say(side, value, unit, f"reaches {_shown(limit, unit)}") for side, value in high.items())


def _sum_at_least(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    """Of both sides in one sitting; one side that reaches it alone is enough."""
    values, limit = _values(taken), line["limit"]
    total = sum(values.values()) if _together(taken) else max(values.values(), default=0)
    return (f"Sum {_shown(total, unit)} reaches {_shown(limit, unit)}.",) if total >= limit else ()


def _ratio(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    values = _pair(taken)
    if not values:
        return ()
    if not values["left"]:
        return None
    ratio = values["right"] / values["left"]
    if line["low"] <= ratio <= line["high"]:
        return ()
    return (f"Right to left is {ratio:.2f}, outside {line['low']} to {line['high']}.",)


def _positive(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    return tuple(f"{_at(one.side)}positive.".capitalize() for one in taken.readings if one.word == "+")


def _words(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    bad = line["abnormal"]
    return tuple(f"{_at(one.side)}{one.word}.".capitalize() for one in taken.readings if one.word in bad)


def _squat(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    said = [f"Quality {_shown(v, '')} of 3." for v in _values(taken).values() if v <= line["at_most"]]
    return (*said, "A heel lifts.") if taken.conditions.get("heel_lift") else tuple(said)


def _strength(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    """Hand grades at or under `grade`; `asymmetry`: any difference; `min_ratio`: the weaker to the stronger side."""
    graded = [one for one in taken.readings if one.word]
    said = [f"{_at(one.side)}grade {one.word}.".capitalize() for one in graded if grade_of(one.word) <= line["grade"]]
    if line.get("asymmetry") and _together(taken) and len({grade_of(one.word) for one in graded}) > 1:
        said.append("Sides differ.")
    force = _pair(taken)
    if "min_ratio" in line and force and max(force.values()):
        ratio = min(force.values()) / max(force.values())
        if round(ratio, 2) < line["min_ratio"]:
            said.append(f"Weaker to stronger side is {ratio:.2f}, under {line['min_ratio']}.")
    return tuple(said)


def grade_of(word: str) -> float:
    """Hand grade as a number that sorts: 4- is 3.67, 4+ is 4.33."""
    return int(word[0]) + {"-": -0.33, "+": 0.33}.get(word[1:], 0.0)


def _reflex(taken: Taken, line: Line, unit: str, person: Person) -> Found:
    values = _values(taken)
    said = [f"{_at(side)}reflex {_shown(v, '')}.".capitalize() for side, v in values.items() if v <= 1]
    return (*said, "Sides differ.") if len(set(_pair(taken).values())) > 1 else tuple(said)


WORDED = {"positive", "words"}
RULES: Mapping[str, Callable[[Taken, Line, str, Person], Found]] = {
    "sides": _sides,
    "sides_above": _above,
    "above": _above,
    "below": _below,
    "below_by_age": _below_by_age,
    "at_least": _at_least,
    "sum_at_least": _sum_at_least,
    "ratio": _ratio,
    "positive": _positive,
    "words": _words,
    "squat": _squat,
    "strength": _strength,
    "reflex": _reflex,
}  # "judgement" and no rule: there is no line, a clinician says
