"""Birth dates as people type them into one search box. Pure."""

import re
from datetime import date

_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_WRITTEN = re.compile(r"^(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})$")


def split(text: str, today: date) -> tuple[str, date | None]:
    """What is left for the name, and the birth date if one of the words is one: "maya 17/5/84"."""
    words, born = [], None
    for word in text.split():
        found = birth_date(word, today)
        if found and not born:
            born = found
        else:
            words.append(word)
    return " ".join(words), born


def birth_date(word: str, today: date) -> date | None:
    """ISO, or day before month, or month first where only that can be. Two digits mean the last hundred years."""
    if iso := _ISO.match(word):
        return _date(*(int(part) for part in iso.groups()))
    if not (written := _WRITTEN.match(word)):
        return None
    day, month = int(written[1]), int(written[2])
    year = int(written[3]) if len(written[3]) == 4 else _full_year(int(written[3]), today)
    return _date(year, month, day) or _date(year, day, month)


def _full_year(short: int, today: date) -> int:
    year = today.year - today.year % 100 + short
    return year if year <= today.year else year - 100


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
