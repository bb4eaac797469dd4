"""Whether a question is asked, given the answers to others. Pure."""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Answer = str | int | float | bool
_COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """`answer` is what the answer to `question` is compared with; for "exists" whether there must be one."""

    question: str
    operator: str
    answer: Answer


def is_asked(conditions: Sequence[Condition], answers: Mapping[str, Answer], *, all_of: bool) -> bool:
    if not conditions:
        return True
    holds = [_holds(one, answers.get(one.question)) for one in conditions]
    return all(holds) if all_of else any(holds)


def _holds(condition: Condition, answer: Answer | None) -> bool:
    if condition.operator == "exists":
        return (answer is not None) is bool(condition.answer)
    if answer is None:
        return False
    if isinstance(answer, str) and not isinstance(condition.answer, str | bool):
        answer = _as_number(answer)  # an option that is a number
    if answer is None or _kind(answer) is not _kind(condition.answer):
        return False  # a word and a number: neither equal nor in an order
    return bool(_COMPARE[condition.operator](answer, condition.answer))


def _as_number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _kind(answer: Answer) -> type:
    return float if isinstance(answer, int | float) and not isinstance(answer, bool) else type(answer)


def circle_in(leads_to: Mapping[str, Sequence[str]]) -> str | None:
    """A node from which the way leads back to itself, if there is one."""
    done: set[str] = set()
    for start in leads_to:
        path, on_path = [(start, iter(leads_to[start]))], {start}
        while path and start not in done:
            node, rest = path[-1]
            following = next(rest, None)
            if following is None:
                path.pop()
                on_path.discard(node)
                done.add(node)
            elif following in on_path:
                return following
            elif following not in done:
                path.append((following, iter(leads_to.get(following, ()))))
                on_path.add(following)
    return None
