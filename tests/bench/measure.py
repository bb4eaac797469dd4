"""What all benches measure with."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.bench.data import Size
from tests.bench.database import Clinic


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    unit: str
    compare: str
    goal: float


class Bench(Protocol):
    def __call__(self, clinic: Clinic, size: Size) -> list[Figure]: ...


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement of the block, BEGIN, SAVEPOINT and COMMIT too."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    found += [query["sql"] for query in queries]


def median_ms(*actions: Callable[[], object], times: int) -> list[float]:
    """Of each action. They take turns, so that what else the machine does meets all of them."""
    for action in actions:
        action()
    spent: list[list[float]] = [[] for _ in actions]
    for _ in range(times):
        for action, found in zip(actions, spent, strict=True):
            found.append(milliseconds(action))
    return [statistics.median(found) for found in spent]


def milliseconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
