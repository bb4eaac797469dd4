"""The reasoning by itself: findings of many patients in one process, without a database."""

import time
from collections.abc import Callable, Iterator
from random import Random

from programs import catalogue
from programs.reasoning import Person, Rated, Reading, Taken, judge_all, nerve_findings, suggest
from tests.bench.measure import Figure

PATIENTS = 10_000
GRADES = ("3", "4-", "4", "4+", "5", "5", "5", "5")
RATED = {one.key: Rated(one.line, one.unit) for one in catalogue.tests()}
Patient = tuple[Person, list[Taken]]


def figures() -> list[Figure]:
    """The floor is the cheapest look at the same readings that there is: add their numbers up."""
    patients = list(_patients(Random(42)))
    spent, floor = (min(_cpu(action, patients) for _ in range(3)) for action in (_reason, _read))
    tests = sum(len(takens) for _person, takens in patients)
    return [
        Figure("reasoning_tests_a_patient", tests / PATIENTS, "tests", ">=", 25),
        Figure("reasoning_10000_patients", round(spent, 2), "s", "<", 2),
        Figure("reasoning_to_floor", round(spent / floor, 1), "x", "<=", 60),
    ]


def _cpu(action: Callable[[list[Patient]], object], patients: list[Patient]) -> float:
    """Seconds of this process: what else the machine does is not the reasoning's."""
    began = time.process_time()
    action(patients)
    return time.process_time() - began


def _reason(patients: list[Patient]) -> None:
    factors = catalogue.factors()
    for person, takens in patients:
        verdicts = judge_all(takens, RATED, person)
        suggest(verdicts, factors)
        nerve_findings({taken.test: (taken, found) for taken, found in zip(takens, verdicts, strict=True)})


def _read(patients: list[Patient]) -> float:
    return sum(
        one.value or len(one.parts) for _person, takens in patients for taken in takens for one in taken.readings
    )


def _patients(chance: Random) -> Iterator[Patient]:
    """As many tests as the worked example has, with values on both sides of their lines."""
    for _ in range(PATIENTS):
        yield Person(chance.randint(18, 90), chance.choice(("female", "male"))), _takens(chance)


def _takens(chance: Random) -> list[Taken]:
    def sides(low: float, high: float) -> list[Reading]:
        return [Reading(side, round(chance.uniform(low, high), 1)) for side in ("right", "left")]

    def words(*answers: str) -> list[Reading]:
        return [Reading(side, word=chance.choice(answers)) for side in ("right", "left")]

    numbers = {"M12": (5, 15), "M17": (5, 60), "M19": (20, 80), "M21": (0, 2), "O02": (10, 60), "O17": (50, 100)}
    hip = [Taken("O01", sides(-10, 10), {"pelvis_controlled": chance.random() < 0.9})]
    force = [Taken("O08", [Reading(one.side, one.value, chance.choice(GRADES)) for one in sides(100, 300)])]
    whole = {"M06": (0, 6), "M15": (5, 20), "M16": (5, 20), "M18": (30, 200), "FEAR": (0, 10), "FABQ_PA": (0, 24)}
    signs = [Taken(key, words("+", "-")) for key in ("O10", "N13", "N14")]
    reflexes = [Taken(key, [Reading(one.side, round(one.value or 0)) for one in sides(1, 3)]) for key in ("N07", "N08")]
    roots = [
        Reading(side, parts=dict.fromkeys(("L4", "L5", "S1"), chance.choice((1, 2)))) for side in ("right", "left")
    ]
    return [
        *(Taken(key, sides(*span)) for key, span in numbers.items()), *hip, *force,
        *(Taken(key, [Reading(value=chance.uniform(*span))]) for key, span in whole.items()), *signs, *reflexes,
        *(Taken(f"N0{number}", words(*GRADES)) for number in range(1, 7)),
        Taken("N10", roots), Taken("N16", words("flexor", "flexor", "extensor")),
    ]  # fmt: skip
