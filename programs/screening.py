"""Which level of concern the answers of a red-flag screen suggest. Only a clinician decides.

The rules are data (programs/content/red_flags.json): `when` is a question's key or any, all, at_least with of,
any_rule and {"fact": "age"}. The highest result of the rules that fire is suggested.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

LEVELS = ("clear", "concern_low", "concern_high", "emergency")  # from calm to urgent

Condition = str | Mapping[str, Any]
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    positive: frozenset[str]
    unsure: frozenset[str]


def suggested_concern(
    positive: Collection[str], *, age: int, items: Sequence[Item], unsure: Collection[str] = ()
) -> str:
    """`positive` holds the keys of the questions answered yes; staff are never unsure."""
    fired = _fired(Answers(frozenset(positive), frozenset(unsure)), age, items)
    results = [rule["result"] for item in items for rule in item["rules"] if rule["key"] in fired]
    return max(results, key=LEVELS.index, default="clear")


def concern_at_home(positive: Collection[str], unsure: Collection[str], *, age: int, items: Sequence[Item]) -> str:
    """What a patient's own answers suggest. Any unsure one asks a clinician; age alone raises nothing week by week."""
    if not positive and not unsure:
        return "clear"
    least = "concern_low" if unsure else "clear"
    return max(least, suggested_concern(positive, age=age, items=items, unsure=unsure), key=LEVELS.index)


Said = frozenset[tuple[str, bool]]  # a question's key, and whether the answer is yes; else it is unsure


def least_answers(least: str, *, keys: Sequence[str], items: Sequence[Item]) -> list[Said]:
    """The single answers, and then the pairs, that by themselves ask for that level at home, whatever the age.

    So a page without a connection knows what to say. That pairs are enough for these questions is tested.
    """
    found: list[Said] = []
    for size in (1, 2):
        for chosen in combinations(keys, size):
            for answers in product((True, False), repeat=size):
                said = frozenset(zip(chosen, answers, strict=True))
                if not any(less <= said for less in found) and not is_lower(_level_of(said, items), than=least):
                    found.append(said)
    return found


def _level_of(said: Said, items: Sequence[Item]) -> str:
    positive, unsure = ([key for key, is_yes in said if is_yes is asked] for asked in (True, False))
    return concern_at_home(positive, unsure, age=0, items=items)


def is_lower(concern: str, than: str) -> bool:
    return LEVELS.index(concern) < LEVELS.index(than)


def steps(transitions: Iterable[Sequence[str]]) -> frozenset[tuple[str, str]]:
    """Which state may follow which. A screen that is begun and finished in one go passes `in_progress` unseen; one
    that finds the same again is no step.
    """
    known = {(before, after) for before, after in transitions}
    through = {(a, c) for a, b in known for d, c in known if b == d == "in_progress"}
    return frozenset(known | through | {(level, level) for level in ("in_progress", *LEVELS)})


def _fired(said: Answers, age: int, items: Sequence[Item]) -> frozenset[str]:
    """Rules may name other rules, so they are run until nothing new fires."""
    rules = [rule for item in items for rule in item["rules"]]
    fired: frozenset[str] = frozenset()
    while True:
        found = frozenset(rule["key"] for rule in rules if _holds(rule["when"], said, fired, age))
        if found == fired:
            return fired
        fired = found


def _holds(when: Condition, said: Answers, fired: frozenset[str], age: int) -> bool:
    if isinstance(when, str):
        return when in said.positive
    return all(_part_holds(name, when, said, fired, age) for name in when if name in _PARTS)


def _part_holds(name: str, when: Mapping[str, Any], said: Answers, fired: frozenset[str], age: int) -> bool:
    def count(conditions: Sequence[Condition]) -> int:
        return sum(_holds(one, said, fired, age) for one in conditions)

    match name:
        case "any":
            return count(when["any"]) > 0
        case "all":
            return count(when["all"]) == len(when["all"])
        case "at_least":
            return bool(count(when["of"]) >= when["at_least"])
        case "any_rule":
            return not fired.isdisjoint(when["any_rule"])
        case "fact":
            return bool(age > when["value"] if when["op"] == ">" else age < when["value"])
        case _:  # any_unsure
            return not said.unsure.isdisjoint(when["any_unsure"])


_PARTS = frozenset({"any", "all", "at_least", "any_rule", "fact", "any_unsure"})
