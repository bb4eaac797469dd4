"""What was recorded, as it would be typed again: an assessment's results as its form's fields."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from programs.forms.entry_fields import JUDGED
from programs.models import Result
from programs.shapes import Part, Shape, shape_of

TYPED = {stored: typed for typed, stored in JUDGED.items()}


def typed_again(results: Iterable[Result]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in results:
        shape = shape_of(one.test.key, one.test.line, one.test.possible)
        found |= {name: text for name, text in (_of_test(one) | _of_side(one, shape)).items() if text}
    return found


def _of_test(result: Result) -> dict[str, str]:
    key = result.test.key
    ticks = {f"{key}-tick-{tick}": "on" if said else "" for tick, said in result.conditions.items()}
    judged = TYPED[result.judged_abnormal]
    return {f"{key}-skip": result.not_tested, f"{key}-note": result.note, f"{key}-judged": judged, **ticks}


def _of_side(result: Result, shape: Shape) -> dict[str, str]:
    name = f"{result.test.key}-{result.side}"
    found = {f"{name}-pain": "" if result.pain is None else str(result.pain)}
    if shape.number:
        read: list[Decimal | None] = [*result.trials] or [result.value]
        found[name] = " ".join(_figure(one) for one in read)
    if shape.graded:
        found[f"{name}-grade" if shape.number else name] = result.word
    elif shape.words:
        found[name] = result.word
    return found | {f"{name}-{part.key}": _part(part, result.parts.get(part.key)) for part in shape.parts}


def _part(part: Part, value: Any) -> str:
    if value is None:
        return ""
    if part.bad:
        return "on" if value == part.bad else ""
    return value if isinstance(value, str) else f"{value:g}"


def _figure(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
