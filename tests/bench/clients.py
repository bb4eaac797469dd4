"""Several clients at once, each a process with a connection of its own, as the web's workers are."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import Protocol

from django.db import connection

CLIENTS, PATIENCE = 8, 120  # seconds until a client that hangs is given up
_barriers: list[Barrier] = []  # a process is born with it, and cannot be sent one


class Job(Protocol):
    """What client `number` does for the `turn`th time; says in a word what came of it."""

    def __call__(self, number: int, turn: int) -> str: ...


@dataclass(frozen=True, slots=True)
class Spent:
    began: float
    ended: float
    each: Sequence[float]  # milliseconds
    outcomes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Run:
    clients: Sequence[Spent]

    @property
    def per_second(self) -> float:
        seconds = max(one.ended for one in self.clients) - min(one.began for one in self.clients)
        return len(self.each) / seconds

    @property
    def each(self) -> list[float]:
        return [spent for one in self.clients for spent in one.each]

    @property
    def outcomes(self) -> Counter[str]:
        return Counter(outcome for one in self.clients for outcome in one.outcomes)


def at_once(job: Callable[[], Job], *, turns: int) -> Run:
    """`job` makes each client ready, on its connection; then all begin together."""
    connection.close()  # a forked process must not share it
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(CLIENTS)
    with ProcessPoolExecutor(CLIENTS, mp_context=context, initializer=_barriers.append, initargs=(barrier,)) as pool:
        started = [pool.submit(_client, job, number, turns) for number in range(CLIENTS)]
        return Run([one.result(timeout=PATIENCE) for one in started])


def _client(job: Callable[[], Job], number: int, turns: int) -> Spent:
    do = job()
    do(number, turns)  # uncounted: a fresh connection has yet to learn tables and triggers
    _barriers[-1].wait(PATIENCE)
    began, each, outcomes = time.perf_counter(), [], []
    for turn in range(turns):
        start = time.perf_counter()
        outcomes.append(do(number, turn))
        each.append((time.perf_counter() - start) * 1000)
    spent = Spent(began, time.perf_counter(), each, outcomes)
    connection.close()
    return spent
