"""One test against its line. A line is data (see programs/content/tests.json and models.Test.line), so that a clinic
may move it; `rule` names the function of programs.reasoning.rules that reads it. Where a figure comes from stands
with the test.
"""

from collections.abc import Iterable, Mapping

from programs.reasoning.notes import across, notes_of
from programs.reasoning.readings import ABNORMAL, NORMAL, Line, Person, Rated, Said, Signs, State, Taken, Verdict
from programs.reasoning.rules import OPEN, RULES, compares, limit_by_age, pair_of, together, wants_parts

REFLEXES = ("N07", "N08", "N09")
UPPER_MOTOR = ("N16", "N17", "N18")  # a toe that goes up, clonus, Hoffmann
NO_SIGNS, VERY_BRISK = Signs(), Signs(very_brisk=True)
NO_LINE = Rated({})


def judge_all(takens: Iterable[Taken], tests: Mapping[str, Rated], person: Person) -> list[Verdict]:
    """Every test of one exam, each in the light of the others. In the order of `takens`."""
    by_test = {taken.test: taken for taken in takens}
    signs = signs_of(by_test, tests, person)
    found = []
    for key, taken in by_test.items():
        rated = tests.get(key, NO_LINE)
        found.append(judge(taken, rated.line, rated.unit, person, signs))
    return across(by_test, found)


def signs_of(takens: Mapping[str, Taken], tests: Mapping[str, Rated], person: Person) -> Signs:
    reflexes = (one for key in REFLEXES if key in takens for one in takens[key].readings)
    first = VERY_BRISK if any(one.value == 4 for one in reflexes) else NO_SIGNS
    for key in UPPER_MOTOR:
        rated = tests.get(key, NO_LINE)
        if key in takens and judge(takens[key], rated.line, rated.unit, person, first).state == ABNORMAL:
            return Signs(upper_motor=True, very_brisk=first.very_brisk)
    return first


def judge(taken: Taken, line: Line, unit: str, person: Person, signs: Signs = NO_SIGNS) -> Verdict:
    """A judgement of "abnormal" counts wherever the test does, but makes nothing quantitative that is not measured so.

    A test that `needs` a condition and was done without it does not count at all, whatever was found or said.
    """
    test, needs = taken.test, line.get("needs")
    if needs and not taken.conditions.get(needs):
        return Verdict(test, State.NOT_COUNTED, (Said("needs", {"condition": needs}),))
    rule = RULES.get(line.get("rule", "")) if _is_for(line, person) else None
    found = rule(taken, line, unit, person, signs) if rule else None
    notes = notes_of(taken, line, unit) if "shows" in line else ()
    if found:
        return Verdict(test, ABNORMAL, found, _is_quantitative(taken, line), notes)
    if taken.judged:
        return Verdict(test, ABNORMAL, (Said("judged"),), False, notes)
    if taken.judged is False:
        return Verdict(test, NORMAL, (), False, notes)
    if found is None:
        return Verdict(test, State.NO_REFERENCE, (Said("no_reference"),), False, notes)
    missing = _incomplete(taken, line)
    return Verdict(test, State.NOT_COUNTED if missing else NORMAL, missing, False, notes)


def applies(line: Line, person: Person) -> bool:
    """Whether the line says anything about this person. Where it does not, only a clinician's judgement counts."""
    rule = line.get("rule")
    if rule not in RULES or rule in OPEN or not _is_for(line, person):
        return False
    return rule != "below_by_age" or limit_by_age(line, person) is not None


def _is_for(line: Line, person: Person) -> bool:
    if "sex" in line and line["sex"] != person.sex:
        return False
    return "age_below" not in line or person.age < line["age_below"]


def _incomplete(taken: Taken, line: Line) -> tuple[Said, ...]:
    """Why "normal" would say too much: one good side is silent about the other, and two days about the difference."""
    readings = taken.readings
    if len(readings) == 1 and readings[0].side in {"right", "left"}:
        return (Said("one_side", {"side": readings[0].side}),)
    if compares(line) and not together(taken):
        return (Said("different_days"),)
    if line["rule"] == "count" and any(wants_parts(line, one) for one in readings):
        return (Said("parts_missing"),)
    return ()


def _is_quantitative(taken: Taken, line: Line) -> bool:
    if line.get("rule") == "strength":  # a hand grade is an opinion; a force on both sides is a measurement
        return "min_ratio" in line and pair_of(taken) is not None
    return bool(line.get("quantitative"))
