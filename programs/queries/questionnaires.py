"""A stored questionnaire as the scoring and the form read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from programs.instruments.conditions import Condition
from programs.instruments.fhir import Item, Option
from programs.instruments.registry import scale_from
from programs.instruments.scoring import Answers, Scale
from programs.models import Episode, Questionnaire, Response


def items_of(questionnaire: Questionnaire) -> list[Item]:
    return [_item(raw) for raw in questionnaire.items]


def scales_of(questionnaire: Questionnaire) -> list[Scale]:
    return [scale_from(raw) for raw in questionnaire.scales]


def keys_in_use() -> set[str]:
    """Of every scale that the clinic's questionnaires give now: two under one key would be one row of numbers."""
    return {raw["key"] for one in Questionnaire.objects.in_use() for raw in one.scales}


def limits_of(questionnaire: Questionnaire) -> dict[str, tuple[float, float]]:
    """The least and the most that an answer may be where scales count it, by linkId."""
    found: dict[str, tuple[float, float]] = {}
    for link_id, item in questionnaire.numbers.items():
        ends = [(scale.low, scale.high) for scale in scales_of(questionnaire) if item in scale.items]
        if ends:
            found[link_id] = (max(low for low, _high in ends), min(high for _low, high in ends))
    return found


def answers_as_numbers(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> Answers:
    """By item of the scoring: an option by its weight, a tick as 1, a number as itself."""
    return {
        questionnaire.numbers[item.link_id]: _number(item, answers[item.link_id])
        for item in items_of(questionnaire)
        if item.link_id in questionnaire.numbers and answers.get(item.link_id) is not None
    }


@dataclass(frozen=True, slots=True)
class Filled:
    """A questionnaire as it was filled in on a day: each question that was answered, with its answer in words."""

    response: Response
    answers: Sequence[tuple[str, str]]


def filled_in(episode: Episode) -> list[Filled]:
    """The newest first, also of questionnaires that are asked no more. One statement."""
    responses = Response.objects.filter(episode=episode).select_related("questionnaire", "entered_by")
    return [Filled(one, _told(one)) for one in responses.order_by("-filled_on", "-pk")]


def _told(response: Response) -> list[tuple[str, str]]:
    given = response.answers
    return [
        (item.text or item.link_id, _in_words(item, given[item.link_id]))
        for item in items_of(response.questionnaire)
        if item.link_id in given
    ]


def _in_words(item: Item, answer: Any) -> str:
    match item.kind:
        case "choice":
            return next((one.text for one in item.options if one.value == answer), str(answer))
        case "boolean":
            return _("Yes") if answer else _("No")
        case _:
            return str(answer)


def _number(item: Item, answer: Any) -> float | None:
    if item.kind == "choice":
        return next((one.weight for one in item.options if one.value == answer), None)
    return float(answer)


def _item(raw: Mapping[str, Any]) -> Item:
    options = tuple(Option(**one) for one in raw["options"])
    return Item(**{**raw, "options": options, "shown_when": tuple(Condition(**one) for one in raw["shown_when"])})
