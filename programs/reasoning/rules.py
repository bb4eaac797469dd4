"""The rules by which a line is read. Each looks at one test and says what lies outside.

() is inside. None is silence: there was nothing to look at, or nothing that the line speaks about.
"""

from collections.abc import Callable, Mapping
from functools import cache
from operator import ge, gt, lt
from typing import Any

from programs.reasoning.readings import Line, Person, Reading, Said, Signs, Taken

BEYOND: Mapping[str, Callable[[float, float], bool]] = {"under": lt, "over": gt, "reaches": ge}
MODIFIERS = {"-": -0.33, "+": 0.33}
Found = tuple[Said, ...] | None
Rule = Callable[[Taken, Line, str, Person, Signs], Found]


def limit_by_age(line: Line, person: Person) -> float | None:
    """`table` rows: from age, to age, limit for men, limit for women. None outside the table, or where sex is open."""
    row = next((one for one in line["table"] if one[0] <= person.age <= one[1]), None)
    if row is None or person.sex not in {"male", "female"}:
        return None
    return float(row[2 if person.sex == "male" else 3])


@cache
def grade_of(word: str) -> float:
    """Hand grade as a number that sorts: 4- is 3.67, 4+ is 4.33."""
    return int(word[0]) + MODIFIERS.get(word[1:], 0.0)


def together(taken: Taken) -> bool:
    """One sitting: only then can the sides be compared."""
    for one in taken.readings:  # noqa: SIM110  # asked of every pair of sides: all() costs three times as much
        if one.sitting != taken.readings[0].sitting:
            return False
    return True


def values_of(taken: Taken) -> dict[str, float]:
    values = {}
    for one in taken.readings:
        if one.value is not None:
            values[one.side] = one.value
    return values


def pair_of(taken: Taken) -> tuple[float, float] | None:
    """Right and left of one sitting."""
    return _pair(values_of(taken), taken)


def _pair(values: Mapping[str, float], taken: Taken) -> tuple[float, float] | None:
    return (values["right"], values["left"]) if len(values) == 2 and "right" in values and together(taken) else None


def difference(pair: tuple[float, float]) -> float:
    return round(abs(pair[0] - pair[1]), 2)  # 11.0 - 9.5 must not be a hair above 1.5


def _said(code: str, side: str, unit: str, value: float, limit: float) -> Said:
    return Said(code, {"side": side, "value": value, "limit": limit, "unit": unit})


def _beyond(code: str, values: Mapping[str, float], limit: float, unit: str) -> Found:
    """Of each side that is under, over, or reaches the limit."""
    if not values:
        return None
    is_out, found = BEYOND[code], []
    for side, value in values.items():
        if is_out(value, limit):
            found.append(_said(code, side, unit, value, limit))
    return tuple(found)


def _sides(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """Each side at or above `low`, and no further apart than `max_difference`."""
    values, most = values_of(taken), line.get("max_difference")
    found = _beyond("under", values, line["low"], unit)
    pair = _pair(values, taken) if most is not None else None
    if found is None or most is None or pair is None or (apart := difference(pair)) <= most:
        return found
    return (*found, Said("apart", {"value": apart, "limit": most, "unit": unit}))


def _above(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """At or under `limit`; `parts_low` are limits of named parts, such as the knee's angle in the Thomas test."""
    found = _beyond("over", values_of(taken), line["limit"], unit)
    for part, low in line.get("parts_low", {}).items():
        for one in taken.readings:
            value = one.parts.get(part)
            if value is not None:
                said = Said(f"{part}_under", {"side": one.side, "value": value, "limit": low, "unit": unit})
                found = (*(found or ()), said) if float(value) < low else found or ()
    return found


def _below(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    return _beyond("under", values_of(taken), line["limit"], unit)


def _below_by_age(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """Standing up with the help of the arms counts as none."""
    limit, values = limit_by_age(line, person), values_of(taken)
    if limit is None or not values:
        return None
    if taken.conditions.get("arms_used"):
        return (Said("arms_used", {"limit": limit, "unit": unit}),)
    return _beyond("under", values, limit, unit)


def _at_least(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    return _beyond("reaches", values_of(taken), line["limit"], unit)


def _count(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """How many of `parts` are `bad`, on each side; or the number alone, where only that was written down."""
    values = {one.side: float(one.value) for one in taken.readings if one.value is not None}
    for one in taken.readings:
        said = [one.parts.get(part) for part in line["parts"]]
        if any(said):
            values[one.side] = float(said.count(line["bad"]))
    return _beyond("reaches", values, line["limit"], unit)


def _sum_at_least(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """Of both sides in one sitting; one side that reaches it alone is enough."""
    values, limit = values_of(taken), line["limit"]
    if not values:
        return None
    total = sum(values.values()) if together(taken) else max(values.values())
    return (Said("sum", {"value": total, "limit": limit, "unit": unit}),) if total >= limit else ()


def _ratio(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    pair = pair_of(taken)
    if pair is None:
        return () if values_of(taken) else None
    right, left = pair
    if not left:  # nobody divides by it: beside a side that holds, one that holds nothing is the weaker one
        return (Said("weaker", {"value": 0.0, "limit": line["low"]}),) if right else None
    ratio = right / left
    if line["low"] <= ratio <= line["high"]:
        return ()
    return (Said("ratio", {"value": round(ratio, 2), "low": line["low"], "high": line["high"]}),)


def _positive(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """A plus, or any part that is `bad`. The parts are what was seen, so they count more than the sum in a word."""
    bad, found, answered = line.get("bad", "+"), [], False
    for one in taken.readings:
        said = [part for part in line.get("parts", ()) if one.parts.get(part)]
        seen = [part for part in said if one.parts[part] == bad]
        answered = answered or bool(said or one.word)
        found += [Said("part", {"side": one.side, "part": part, "word": bad}) for part in seen]
        if not said and one.word == "+":
            found.append(Said("positive", {"side": one.side}))
    return tuple(found) if answered else None


def _words(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """An answer that is one of `abnormal`, of the test or of one of its `parts`."""
    bad, found, answered = line["abnormal"], [], False
    for one in taken.readings:
        answered = answered or bool(one.word)
        if one.word in bad:
            found.append(Said("word", {"side": one.side, "word": one.word}))
        for part in line.get("parts", ()):
            answered = answered or part in one.parts
            if one.parts.get(part) in bad:
                found.append(Said("part", {"side": one.side, "part": part, "word": one.parts[part]}))
    return tuple(found) if answered else None


def _dermatomes(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """Any root under 2. A word stands for all of them."""
    found, answered = [], False
    for one in taken.readings:
        answered = answered or bool(one.parts or one.word)
        found += [
            Said("root", {"side": one.side, "root": root, "value": one.parts[root]})
            for root in line["roots"]
            if root in one.parts and float(one.parts[root]) < 2
        ]
        if one.word in line["abnormal"]:
            found.append(Said("word", {"side": one.side, "word": one.word}))
    return tuple(found) if answered else None


def _squat(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    limit, values = line["at_most"], values_of(taken)
    said = [Said("quality", {"value": value, "most": 3}) for value in values.values() if value <= limit]
    if taken.conditions.get("heel_lift"):
        said.append(Said("heel_lift"))
    return tuple(said) if said or values else None


def _dorsiflexion(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """Short with the knee straight and bent points to soleus, with the knee straight only to gastrocnemius. [S30]"""
    found: list[Said] = []
    low, answered = line["low"], False
    for one in taken.readings:
        straight, bent = one.parts.get("knee0", one.value), one.parts.get("knee90")
        answered = answered or straight is not None or bent is not None
        angles = [float(angle) for angle in (straight, bent) if angle is not None]
        if not angles or min(angles) >= low:
            continue
        code = "under" if len(angles) < 2 else "soleus" if max(angles) < low else "gastrocnemius"
        if code == "gastrocnemius" and angles[0] >= low:
            code = "under"  # short with the knee bent only: no muscle of the two explains that
        found.append(_said(code, one.side, unit, min(angles), low))
    return tuple(found) if answered else None


def _instability(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """Pain on pressing that SUBSIDES once the legs are lifted. No pain at all, or pain that stays, is negative."""
    found, answered = [], False
    for one in taken.readings:
        down, lifted = one.parts.get("feet_down"), one.parts.get("legs_lifted")
        answered = answered or bool(one.word) or down == "no_pain" or bool(down and lifted)
        if (down, lifted) == ("pain", "subsides") or (not down and one.word == "+"):
            found.append(Said("subsides"))
    return tuple(found) if answered else None


def _leg_raise(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """Leg pain below the knee between `low` and `high` degrees. [S48]

    The angle alone says something only above: the leg went past the range in which the nerve would have spoken.
    """
    found, answered = [], False
    for one in taken.readings:
        where, angle = one.parts.get("symptom"), one.value
        if one.word == "+":
            where = "below_knee"
        if angle is None or (not where and not one.word and angle <= line["high"]):
            continue
        answered = True
        if where == "below_knee" and line["low"] <= angle <= line["high"]:
            found.append(Said("leg_pain", {"side": one.side, "value": angle, "unit": unit}))
    return tuple(found) if answered else None


def _slump(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """Leg symptoms that ease as the neck goes back. Where they do not, the nerve is not what was pulled."""
    found = [
        Said("positive", {"side": one.side})
        for one in taken.readings
        if one.word == "+" and one.parts.get("neck_back") != "same"
    ]
    return tuple(found) if any(one.word for one in taken.readings) else None


def _clonus(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """`limit` beats or more, or sustained; any at all beside a reflex of grade 4."""
    found, answered = [], False
    for one in taken.readings:
        answered = answered or one.value is not None or "sustained" in one.parts
        beats = one.value or 0
        if one.parts.get("sustained") == "+":
            found.append(Said("sustained", {"side": one.side}))
        elif beats >= line["limit"]:
            found.append(_said("reaches", one.side, unit, beats, line["limit"]))
        elif beats and signs.very_brisk:
            found.append(Said("clonus_beside_reflex", {"side": one.side, "value": beats}))
    return tuple(found) if answered else None


def _strength(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """Hand grades at or under `grade`; `asymmetry`: any difference; `min_ratio`: the weaker to the stronger side."""
    words, said = set(), []
    for one in taken.readings:
        if one.word:
            words.add(one.word)
            if grade_of(one.word) <= line["grade"]:
                said.append(Said("grade", {"side": one.side, "word": one.word}))
    if len(words) > 1 and line.get("asymmetry") and together(taken):
        said.append(Said("differ"))
    force = pair_of(taken) if "min_ratio" in line else None
    if force and max(force):
        ratio = min(force) / max(force)
        if round(ratio, 2) < line["min_ratio"]:
            said.append(Said("weaker", {"value": round(ratio, 2), "limit": line["min_ratio"]}))
    # A force says something beside the other side's only, and of two that give none nobody can tell.
    measured = "min_ratio" in line and any(values_of(taken).values())
    return tuple(said) if words or measured else None


def _reflex(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """0, 1 or sides that differ. A brisk one (3 or 4) can be normal and counts beside an upper motor neurone sign."""
    values = values_of(taken)
    if not values:
        return None
    said = [Said("reflex", {"side": side, "value": value}) for side, value in values.items() if value <= 1]
    if signs.upper_motor:
        said += [Said("brisk", {"side": side, "value": value}) for side, value in values.items() if value >= 3]
    pair = _pair(values, taken)
    if pair and pair[0] != pair[1]:
        said.append(Said("differ"))
    return tuple(said)


def _pain(taken: Taken, line: Line, unit: str, person: Person, signs: Signs) -> Found:
    """No figure is good enough to be a line; that it hurts is a finding."""
    return tuple(Said("hurts", {"side": one.side, "value": one.pain}) for one in taken.readings if one.pain) or None


RULES: Mapping[str, Rule] = {
    "sides": _sides,
    "sides_above": _above,
    "above": _above,
    "below": _below,
    "below_by_age": _below_by_age,
    "at_least": _at_least,
    "count": _count,
    "sum_at_least": _sum_at_least,
    "ratio": _ratio,
    "positive": _positive,
    "words": _words,
    "dermatomes": _dermatomes,
    "squat": _squat,
    "dorsiflexion": _dorsiflexion,
    "instability": _instability,
    "leg_raise": _leg_raise,
    "slump": _slump,
    "clonus": _clonus,
    "strength": _strength,
    "reflex": _reflex,
    "pain": _pain,
}
# What a rule itself says about its numbers, also where the line does not name the better end.
LOWER_IS_BETTER = frozenset({"above", "sides_above", "at_least", "count", "sum_at_least", "clonus"})
REACHING = frozenset({"at_least", "count", "sum_at_least", "clonus"})  # the limit itself lies outside
OPEN = frozenset({"pain", "judgement"})  # these and no rule at all: there is no line, a clinician says
COMPARING = frozenset({"ratio", "sum_at_least", "reflex"})


def compares(line: Line) -> bool:
    """Whether the difference of the sides is part of the line."""
    return line["rule"] in COMPARING or "max_difference" in line or "min_ratio" in line or "asymmetry" in line


def wants_parts(line: Line, one: Reading) -> list[Any]:
    """Parts of a count that were left out although others were noted: a small count of them proves nothing."""
    parts = line["parts"] if line["rule"] == "count" else ()
    noted = [part for part in parts if one.parts.get(part)]
    return [part for part in parts if part not in noted] if noted else []
