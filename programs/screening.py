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


Way = frozenset[str]  # such as {"r04_fever=yes", "r01_saddle=unsure", "age>50"}


def least_answers(least: str, *, keys: Collection[str], items: Sequence[Item]) -> list[Way]:
    """The smallest sets of answers that ask for that level at home, some of them from an age on.

    So a page without a connection knows what to say: it looks whether one of them is among what was answered.
    """
    rules = {rule["key"]: rule for item in items for rule in item["rules"]}
    urgent = [rule for rule in rules.values() if not is_lower(rule["result"], than=least)]
    ways = {way for rule in urgent for way in _ways(rule["when"], rules) if _can_be_said(way, keys)}
    smallest = [way for way in ways if not any(less < way for less in ways)]
    return sorted(smallest, key=lambda way: (len(way), sorted(way)))


def true_at(age: int, ways: Iterable[Way]) -> list[str]:
    """Which of the ages that these ways name the patient has."""
    named = sorted({word for way in ways for word in way if word.startswith("age")})
    return [word for word in named if _is_so(word[3], age, int(word[4:]))]


def _can_be_said(way: Way, keys: Collection[str]) -> bool:
    """Age alone raises nothing at home, and what only a clinician finds is not asked there."""
    said = {word.partition("=")[0] for word in way if "=" in word}
    return bool(said) and said <= set(keys)


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
            return _is_so(when["op"], age, when["value"])
        case _:  # any_unsure
            return not said.unsure.isdisjoint(when["any_unsure"])


_PARTS = frozenset({"any", "all", "at_least", "any_rule", "fact", "any_unsure"})


def _is_so(sign: str, age: int, bound: int) -> bool:
    return age > bound if sign == ">" else age < bound


def _ways(when: Condition, rules: Mapping[str, Item]) -> set[Way]:
    """The sets of answers each of which makes the condition hold."""
    if isinstance(when, str):
        return {frozenset({f"{when}=yes"})}
    return _together([_ways_of_part(name, when, rules) for name in when if name in _PARTS])


def _ways_of_part(name: str, when: Mapping[str, Any], rules: Mapping[str, Item]) -> set[Way]:
    def ways(conditions: Iterable[Condition]) -> list[set[Way]]:
        return [_ways(one, rules) for one in conditions]

    match name:
        case "any":
            return set().union(*ways(when["any"]))
        case "all":
            return _together(ways(when["all"]))
        case "at_least":
            return set().union(*(_together(some) for some in combinations(ways(when["of"]), when["at_least"])))
        case "any_rule":
            return set().union(*ways(rules[key]["when"] for key in when["any_rule"] if key in rules))
        case "fact":
            return {frozenset({f"age{when['op']}{when['value']}"})}
        case _:  # any_unsure
            return {frozenset({f"{key}=unsure"}) for key in when["any_unsure"]}


def _together(choices: Iterable[set[Way]]) -> set[Way]:
    return {frozenset().union(*picked) for picked in product(*choices)}
