"""JSON that somebody brings: read to the last value before anything is made of it. Pure."""

import json
from collections.abc import Iterator
from typing import Any

MOST_BYTES = 1_000_000
LARGEST = 2**53  # beyond it JSON readers differ about whole numbers


class Refused(ValueError):  # noqa: N818  # reads as what became of it
    """`place` is where in the file, `why` a code that programs.words says in a sentence."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(place, why)
        self.place, self.why = place, why


def parsed(data: bytes) -> Any:
    """Without what no column takes: half characters, the character zero, numbers without end. Raises Refused."""
    if len(data) > MOST_BYTES:
        raise Refused("", "too_large")
    try:
        found = json.loads(data, parse_constant=_no_number, object_pairs_hook=_once)
    except Refused:
        raise
    except (ValueError, RecursionError):
        raise Refused("", "not_json") from None
    for place, value in _everything(found):
        if isinstance(value, str) and not _is_text(value):
            raise Refused(place, "unreadable")
        if isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:
            raise Refused(place, "too_great")
    return found


def _no_number(word: str) -> None:
    raise ValueError(word)  # NaN and Infinity are not JSON, whatever Python thinks


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values under one name a reader would take the last, and nobody would see the other."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Refused(name if _is_text(name) else "", "twice")
        found[name] = value
    return found


def _everything(found: Any) -> Iterator[tuple[str, Any]]:
    """Every value and every name with its place, however deep: by a list of its own instead of calls."""
    rest = [("", found)]
    while rest:
        place, value = rest.pop()
        if isinstance(value, dict):
            rest += [(f"{place}.{name}".lstrip("."), one) for name, one in value.items()]
            yield from ((place, name) for name in value)
        elif isinstance(value, list):
            rest += [(f"{place}[{number}]", one) for number, one in enumerate(value)]
        else:
            yield place, value


def _is_text(value: str) -> bool:
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
