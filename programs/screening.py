"""Which level of concern the answers of a red-flag screen suggest. Only a clinician decides.

The rules are data (programs/content/red_flags.json): `when` is a question's key or any, all, at_least with of,
any_rule and {"fact": "age"}. The highest result of the rules that fire is suggested.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

LEVELS = ("clear", "concern_low", "concern_high", "emergency")  # from calm to urgent

Condition = str | Mapping[str, Any]
Item = Mapping[str, Any]


def suggested_concern(positive: Collection[str], *, age: int, items: Sequence[Item]) -> str:
    """`positive` holds the keys of the questions answered yes."""
    fired = _fired(frozenset(positive), age, items)
    results = [rule["result"] for item in items for rule in item["rules"] if rule["key"] in fired]
    return max(results, key=LEVELS.index, default="clear")


def is_lower(concern: str, than: str) -> bool:
    return LEVELS.index(concern) < LEVELS.index(than)


def steps(transitions: Iterable[Sequence[str]]) -> frozenset[tuple[str, str]]:
    """Which state may follow which. A screen that is begun and finished in one go passes `in_progress` unseen; one
    that finds the same again is no step.
    """
    known = {(before, after) for before, after in transitions}
    through = {(a, c) for a, b in known for d, c in known if b == d == "in_progress"}
    return frozenset(known | through | {(level, level) for level in ("in_progress", *LEVELS)})


def _fired(positive: frozenset[str], age: int, items: Sequence[Item]) -> frozenset[str]:
    """Rules may name other rules, so they are run until nothing new fires."""
    rules = [rule for item in items for rule in item["rules"]]
    fired: frozenset[str] = frozenset()
    while True:
        found = frozenset(rule["key"] for rule in rules if _holds(rule["when"], positive, fired, age))
        if found == fired:
            return fired
        fired = found


def _holds(when: Condition, positive: frozenset[str], fired: frozenset[str], age: int) -> bool:
    if isinstance(when, str):
        return when in positive
    return all(_part_holds(name, when, positive, fired, age) for name in when if name in _PARTS)


def _part_holds(name: str, when: Mapping[str, Any], positive: frozenset[str], fired: frozenset[str], age: int) -> bool:
    def count(conditions: Sequence[Condition]) -> int:
        return sum(_holds(one, positive, fired, age) for one in conditions)

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
        case _:  # any_unsure: staff answer yes or no
            return False


_PARTS = frozenset({"any", "all", "at_least", "any_rule", "fact", "any_unsure"})
