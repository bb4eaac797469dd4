"""What a protocol aims at, as a rule over where the patient starts. Pure.

A rule is a line that people write and read: "baseline minus 50 %, at least 2 points, not below 0", "baseline plus 3,
at most 10", "at least 8", "at most 4, or baseline minus 3", "0 in the last two weeks".
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

_MOVE = re.compile(r"baseline (plus|minus) (\d+(?:\.\d+)?)( %)?(?: \w+)?")
_LEAST = re.compile(r"at least (\d+(?:\.\d+)?) points")
_LOW = re.compile(r"(?:at least|not below) (\d+(?:\.\d+)?)(?: \w+)?")
_HIGH = re.compile(r"at most (\d+(?:\.\d+)?)(?: \w+)?")
_FIXED = re.compile(r"(\d+(?:\.\d+)?)(?: .+)?")


@dataclass(frozen=True, slots=True)
class TargetRule:
    """`move` from the baseline, in points or per cent of it and by `least` points; never outside `low` to `high`.

    either: the bound and the move are two ways to the goal, and the nearer one counts.
    """

    move: Decimal | None = None
    percent: bool = False
    least: Decimal = Decimal(0)
    low: Decimal | None = None
    high: Decimal | None = None
    either: bool = False


class UnclearRuleError(ValueError):
    """The clause that nobody can reckon with."""


def parse(text: str) -> TargetRule:
    rule = TargetRule()
    for clause in text.split(","):
        rule = _with(rule, clause.strip())
    if rule.move is None and rule.low is None and rule.high is None:
        raise UnclearRuleError(text)
    return rule


def target(rule: TargetRule, baseline: Decimal | None) -> Decimal | None:
    """None where the rule needs a baseline and there is none."""
    bound = rule.low if rule.low is not None else rule.high
    if rule.move is None:
        return bound
    if baseline is None:
        return None
    moved = baseline + _step(rule, baseline)
    if rule.either and bound is not None:
        return max(bound, moved) if rule.move < 0 else min(bound, moved)
    return _between(moved, rule.low, rule.high)


def _step(rule: TargetRule, baseline: Decimal) -> Decimal:
    move = rule.move or Decimal(0)
    size = abs(baseline * move / 100) if rule.percent else abs(move)
    return max(size, rule.least) * (-1 if move < 0 else 1)


def _between(value: Decimal, low: Decimal | None, high: Decimal | None) -> Decimal:
    raised = value if low is None else max(value, low)
    return raised if high is None else min(raised, high)


def _with(rule: TargetRule, clause: str) -> TargetRule:
    if clause.startswith("or "):
        return replace(_with(rule, clause.removeprefix("or ")), either=True)
    if found := _MOVE.fullmatch(clause):
        return replace(rule, move=Decimal(found[2]) * (-1 if found[1] == "minus" else 1), percent=bool(found[3]))
    if found := _LEAST.fullmatch(clause):
        return replace(rule, least=Decimal(found[1]))
    if found := _LOW.fullmatch(clause):
        return replace(rule, low=Decimal(found[1]))
    if found := _HIGH.fullmatch(clause):
        return replace(rule, high=Decimal(found[1]))
    if found := _FIXED.fullmatch(clause):
        return replace(rule, low=Decimal(found[1]), high=Decimal(found[1]))
    raise UnclearRuleError(clause)
