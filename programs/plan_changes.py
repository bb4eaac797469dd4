"""What one version of a plan changes in the one before. Pure; works on the content as it was signed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Content = Mapping[str, Any]
TERMS = (
    "starts_on", "weeks", "visits", "authorised_visits", "authorised_until", "retest_weeks", "summary", "for_patient",
)  # fmt: skip
# What stands in the plan several times, and what tells one from another.
PARTS = {
    "goals": ("measure",),
    "interventions": ("kind", "what"),
    "home": ("exercise", "side"),
    "modules": ("key",),
    "discharge": (),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """`before` is None for what is new, `now` for what is gone. `part` is a term or one of PARTS."""

    part: str
    before: Any
    now: Any


def differences(before: Content, now: Content) -> list[Difference]:
    """Terms first, then part by part: what is gone, what is other, what is new."""
    terms = [Difference(name, before[name], now[name]) for name in TERMS if before[name] != now[name]]
    return [*terms, *(one for part in PARTS for one in _of_part(part, before[part], now[part]))]


def _of_part(part: str, before: list[Any], now: list[Any]) -> Iterator[Difference]:
    old, new = ({_identity(part, one): one for one in found} for found in (before, now))
    yield from (Difference(part, one, None) for key, one in old.items() if key not in new)
    yield from (Difference(part, old[key], one) for key, one in new.items() if key in old and old[key] != one)
    yield from (Difference(part, None, one) for key, one in new.items() if key not in old)


def _identity(part: str, one: Any) -> Any:
    return tuple(one[name] for name in PARTS[part]) or one
