"""Minutes into billable units, by the two rules in use in the USA. Pure; codes are the clinic's own.

CMS: all timed minutes of the day together decide how many units there are, eight minutes make one, and those that are
left over go to the codes with most minutes left. AMA: each code by itself, eight minutes make one. Domain notes 9.2
[S159, S160, S161]. Needling has no timed minutes: its code goes by the number of muscles.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

UNIT, LEAST = 15, 8  # minutes
FEW_MUSCLES = 2


@dataclass(frozen=True, slots=True)
class Units:
    """`by_code` holds what is decided. `tied` codes have the same claim to `open` further units: the biller chooses."""

    by_code: Mapping[str, int]
    tied: Collection[str] = ()
    open: int = 0

    @property
    def total(self) -> int:
        return sum(self.by_code.values()) + self.open


def units_of(minutes: int) -> int:
    """0 below eight minutes, then one for each quarter of an hour, counted from its eighth minute."""
    return 0 if minutes < LEAST else (minutes + UNIT - LEAST) // UNIT


def ama(minutes: Mapping[str, int]) -> Units:
    """By code. ValueError for negative minutes."""
    _check(minutes)
    return Units({code: units_of(one) for code, one in minutes.items()})


def cms(minutes: Mapping[str, int]) -> Units:
    """Whole quarters first; each further unit to the largest remainder, of equal ones to the longer code.

    ValueError for negative minutes.
    """
    _check(minutes)
    by_code = {code: one // UNIT for code, one in minutes.items()}
    left = units_of(sum(minutes.values())) - sum(by_code.values())
    claims = {code: (one % UNIT, one) for code, one in minutes.items() if one % UNIT}
    while left > 0:
        best = max(claims.values())
        tied = sorted(code for code, claim in claims.items() if claim == best)
        if len(tied) > left:
            return Units(by_code, tied, left)
        for code in tied:
            by_code[code] += 1
            del claims[code]
        left -= len(tied)
    return Units(by_code)


def needling_sizes(muscles: Collection[tuple[str, str]], *, sides_apart: bool = False) -> str:
    """ "few" for one or two muscles, "many" for more, "" for none. `muscles` are muscle and side.

    Whether the two sides of a muscle are one or two is the payer's word; one, unless `sides_apart`.
    """
    named = set(muscles) if sides_apart else {muscle for muscle, _side in muscles}
    return "" if not named else "few" if len(named) <= FEW_MUSCLES else "many"


def _check(minutes: Mapping[str, int]) -> None:
    if any(one < 0 for one in minutes.values()):
        raise ValueError("minutes below zero")
