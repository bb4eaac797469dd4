"""A stored questionnaire as the scoring and the form read it."""

from collections.abc import Mapping
from typing import Any

from programs.instruments.conditions import Condition, is_asked
from programs.instruments.fhir import Item, Option
from programs.instruments.registry import scale_from
from programs.instruments.scoring import Answers, Scale
from programs.models import Questionnaire


def items_of(questionnaire: Questionnaire) -> list[Item]:
    return [_item(raw) for raw in questionnaire.items]


def scales_of(questionnaire: Questionnaire) -> list[Scale]:
    return [scale_from(raw) for raw in questionnaire.scales]


def answers_as_numbers(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> Answers:
    """By item of the scoring: an option by its weight, a tick as 1, a number as itself."""
    return {
        questionnaire.numbers[item.link_id]: _number(item, answers[item.link_id])
        for item in items_of(questionnaire)
        if item.link_id in questionnaire.numbers and answers.get(item.link_id) is not None
    }


def asked_items(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> list[Item]:
    """What is asked given the answers. What stands in a group that is not asked is not asked either."""
    asked: list[Item] = []
    hidden_below: int | None = None
    for item in items_of(questionnaire):
        if hidden_below is not None and item.depth > hidden_below:
            continue
        hidden_below = None
        if is_asked(item.shown_when, answers, all_of=item.all_of):
            asked.append(item)
        else:
            hidden_below = item.depth
    return asked


def _number(item: Item, answer: Any) -> float | None:
    if item.kind == "choice":
        return next((one.weight for one in item.options if one.value == answer), None)
    return float(answer)


def _item(raw: Mapping[str, Any]) -> Item:
    options = tuple(Option(**one) for one in raw["options"])
    return Item(**{**raw, "options": options, "shown_when": tuple(Condition(**one) for one in raw["shown_when"])})
