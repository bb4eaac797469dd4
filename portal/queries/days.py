"""Days of a home programme as marks in a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from programs.queries.home_days import Due


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    state: str  # done, part, none, ahead or rest
    is_today: bool


def seven_days(first: date, dues: Sequence[Due], today: date) -> list[Day]:
    return [_day(first + timedelta(days=n), dues, today) for n in range(7)]


def _day(day: date, dues: Sequence[Due], today: date) -> Day:
    mine = [due.occasion for due in dues if due.day == day]
    done = sum(one.done for one in mine)
    if not mine:
        state = "rest"
    elif done == len(mine):
        state = "done"
    elif done:
        state = "part"
    else:
        state = "none" if day < today or all(one.is_logged for one in mine) else "ahead"
    return Day(day, state, day == today)
