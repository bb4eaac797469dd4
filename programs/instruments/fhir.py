"""A clinic's own copy of a questionnaire, read from a FHIR Questionnaire (R4, R4B, R5). Pure.

Read whole or refused whole, with the place named. Nothing is fetched: an answer list that lies elsewhere is refused.
https://hl7.org/fhir/questionnaire.html, https://hl7.org/fhir/extensions/StructureDefinition-itemWeight.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from programs.instruments.conditions import Condition, circle_in
from programs.instruments.reading import Refused, parsed

MOST_ITEMS = 400
DEEPEST = 6
KINDS = {
    "group": "group", "display": "display", "boolean": "boolean", "integer": "integer", "decimal": "decimal",
    "string": "text", "text": "text", "choice": "choice", "coding": "choice",
}  # fmt: skip
WEIGHTS = (
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
)
OPERATORS = frozenset({"exists", "=", "!=", ">", "<", ">=", "<="})


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose. `weight` is what it counts; None where the file does not say."""

    value: str
    text: str
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """`path` names its place in the file, as in item[2].item[0]. Children stand behind their group."""

    link_id: str
    kind: str
    text: str
    path: str
    depth: int = 0
    required: bool = False
    options: Sequence[Option] = ()
    shown_when: Sequence[Condition] = ()
    all_of: bool = False  # of shown_when: all, else any

    @property
    def asks(self) -> bool:
        return self.kind not in {"group", "display"}

    @property
    def counts(self) -> bool:
        """Whether every answer to it is a number."""
        if self.kind == "choice":
            return all(option.weight is not None for option in self.options)
        return self.kind in {"boolean", "integer", "decimal"}


@dataclass(frozen=True, slots=True)
class Imported:
    title: str
    version: str
    items: Sequence[Item]

    @property
    def questions(self) -> list[Item]:
        return [item for item in self.items if item.asks]


def read(data: bytes) -> Imported:
    """Raises Refused."""
    found = parsed(data)
    if not isinstance(found, dict):
        raise Refused("", "not_a_questionnaire")
    if found.get("resourceType") != "Questionnaire":
        raise Refused("resourceType", "not_a_questionnaire")
    if not _text(found, "status"):
        raise Refused("status", "missing")
    items = list(_items(found.get("item"), "item", 0, _contained(found)))
    if not any(item.asks for item in items):
        raise Refused("item", "no_questions")
    _check_links(items)
    return Imported(_text(found, "title") or _text(found, "name"), _text(found, "version"), items)


def _contained(found: Mapping[str, Any]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Answer lists that the file brings along, by their local reference."""
    lists = {}
    for number, one in enumerate(_maps(found, "contained", "")):
        if one.get("resourceType") == "ValueSet":
            here, expansion = f"contained[{number}]", one.get("expansion", {})
            if not isinstance(expansion, dict):
                raise Refused(f"{here}.expansion", "not_an_object")
            lists["#" + _text(one, "id", here)] = _maps(expansion, "contains", f"{here}.expansion")
    return lists


def _items(raw: Any, place: str, depth: int, lists: Mapping[str, Any]) -> Iterator[Item]:
    if raw is None:
        return
    if not isinstance(raw, list):
        raise Refused(place, "not_a_list")
    if depth > DEEPEST:
        raise Refused(place, "too_deep")
    for number, one in enumerate(raw):
        here = f"{place}[{number}]"
        if not isinstance(one, dict):
            raise Refused(here, "not_an_object")
        yield _item(one, here, depth, lists)
        yield from _items(one.get("item"), f"{here}.item", depth + 1, lists)


def _item(raw: Mapping[str, Any], place: str, depth: int, lists: Mapping[str, Any]) -> Item:
    link_id, kind = _text(raw, "linkId", place), KINDS.get(_text(raw, "type", place))
    if not link_id:
        raise Refused(f"{place}.linkId", "missing")
    if kind is None:
        raise Refused(f"{place}.type", "unknown_type")
    if _yes(raw, "repeats", place) and kind not in {"group", "display"}:
        raise Refused(f"{place}.repeats", "several_answers")
    if _text(raw, "answerConstraint", place) not in {"", "optionsOnly"}:
        raise Refused(f"{place}.answerConstraint", "unknown_type")
    if (together := _text(raw, "enableBehavior", place)) not in {"", "all", "any"}:
        raise Refused(f"{place}.enableBehavior", "unclear_condition")
    return Item(
        link_id=link_id,
        kind=kind,
        text=_text(raw, "text", place),
        path=place,
        depth=depth,
        required=_yes(raw, "required", place),
        options=_options(raw, place, lists) if kind == "choice" else (),
        shown_when=tuple(_conditions(raw, place)),
        all_of=together == "all",
    )


def _options(raw: Mapping[str, Any], place: str, lists: Mapping[str, Any]) -> Sequence[Option]:
    source = _text(raw, "answerValueSet", place)
    if source and source not in lists:
        raise Refused(f"{place}.answerValueSet", "elsewhere")
    given = [{"valueCoding": one} for one in lists[source]] if source else _maps(raw, "answerOption", place)
    found = tuple(_option(one, f"{place}.answerOption[{number}]") for number, one in enumerate(given))
    if not found:
        raise Refused(f"{place}.answerOption", "missing")
    if len({one.value for one in found}) < len(found):
        raise Refused(f"{place}.answerOption", "twice")
    return found


def _option(raw: Mapping[str, Any], place: str) -> Option:
    coding = raw.get("valueCoding")
    if isinstance(coding, dict):
        within = f"{place}.valueCoding"
        code = _text(coding, "code", within) or _text(coding, "display", within)
        weight = _weight(coding, within) if (own := _weight(raw, place)) is None else own
        return _named(code, _text(coding, "display", within) or code, weight, place)
    if isinstance(number := raw.get("valueInteger"), int) and not isinstance(number, bool):
        weight = _weight(raw, place)
        return _named(str(number), str(number), float(number) if weight is None else weight, place)
    word = _text(raw, "valueString", place)
    return _named(word, word, _weight(raw, place), place)


def _named(value: str, text: str, weight: float | None, place: str) -> Option:
    if not value:
        raise Refused(place, "no_value")
    return Option(value, text, weight)


def _weight(raw: Mapping[str, Any], place: str) -> float | None:
    for number, one in enumerate(_maps(raw, "extension", place)):
        if one.get("url") in WEIGHTS:
            value = one.get("valueDecimal", one.get("valueInteger"))
            if not is_number(value):
                raise Refused(f"{place}.extension[{number}]", "no_value")
            return float(value)
    return None


def _conditions(raw: Mapping[str, Any], place: str) -> Iterator[Condition]:
    for number, one in enumerate(_maps(raw, "enableWhen", place)):
        here = f"{place}.enableWhen[{number}]"
        operator, answers = _text(one, "operator", here), [one[name] for name in one if name.startswith("answer")]
        if operator not in OPERATORS or len(answers) != 1:
            raise Refused(here, "unclear_condition")
        answer = answers[0].get("code") if isinstance(answers[0], dict) else answers[0]
        if not isinstance(answer, str | int | float):
            raise Refused(here, "unclear_condition")
        yield Condition(_text(one, "question", here), operator, answer)


def _can_hold(condition: Condition, question: Item) -> bool:
    """Whether any answer to the question could be compared with that: else something would never be asked, unseen."""
    answer = condition.answer
    if condition.operator == "exists":
        return isinstance(answer, bool)
    match question.kind:
        case "boolean":
            return isinstance(answer, bool) and condition.operator in {"=", "!="}
        case "integer" | "decimal":
            return is_number(answer)
        case "choice" if is_number(answer):
            return any(option.value.isdecimal() for option in question.options)
        case "choice":
            return condition.operator in {"=", "!="} and answer in {option.value for option in question.options}
        case _:
            return isinstance(answer, str) and condition.operator in {"=", "!="}


def _check_links(items: Sequence[Item]) -> None:
    if len(items) > MOST_ITEMS:
        raise Refused("item", "too_many")
    known: dict[str, Item] = {}
    for item in items:
        if item.link_id in known:
            raise Refused(f"{item.path}.linkId", "twice")
        known[item.link_id] = item
    for item in items:
        _check_conditions(item, known)
    around = circle_in({item.link_id: [one.question for one in item.shown_when] for item in items})
    if around:
        raise Refused(f"{known[around].path}.enableWhen", "circle")


def _check_conditions(item: Item, known: Mapping[str, Item]) -> None:
    for number, condition in enumerate(item.shown_when):
        here, question = f"{item.path}.enableWhen[{number}]", known.get(condition.question)
        if question is None or not question.asks:
            raise Refused(f"{here}.question", "unknown_question")
        if not _can_hold(condition, question):
            raise Refused(here, "unclear_condition")


def _maps(raw: Mapping[str, Any], name: str, place: str) -> Sequence[Mapping[str, Any]]:
    found = raw.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Refused(f"{place}.{name}".lstrip("."), "not_a_list")
    return found


def _text(raw: Mapping[str, Any], name: str, place: str = "") -> str:
    found = raw.get(name, "")
    if not isinstance(found, str):
        raise Refused(f"{place}.{name}".lstrip("."), "not_text")
    return found.strip()


def _yes(raw: Mapping[str, Any], name: str, place: str) -> bool:
    found = raw.get(name, False)
    if not isinstance(found, bool):
        raise Refused(f"{place}.{name}", "not_yes_or_no")
    return found


def is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
