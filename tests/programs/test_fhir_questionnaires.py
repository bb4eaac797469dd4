"""A clinic's questionnaire is read whole, or refused whole with the place named. All texts are made up."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.instruments.conditions import Condition, circle_in, is_asked
from programs.instruments.fhir import MOST_ITEMS, read
from programs.instruments.reading import MOST_BYTES, Refused

WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


def choice(link: str, **more: Any) -> dict[str, Any]:
    return {"linkId": link, "type": "choice", "text": f"Made-up question {link}", "answerOption": options(), **more}


def options() -> list[dict[str, Any]]:
    return [
        {"valueCoding": {"code": "never", "display": "Never"}, "extension": [{"url": WEIGHT, "valueDecimal": 0}]},
        {"valueCoding": {"code": "often", "display": "Often", "extension": [{"url": ORDINAL, "valueDecimal": 2.5}]}},
    ]


def file_of(*items: Any, **more: Any) -> bytes:
    return json.dumps({"resourceType": "Questionnaire", "status": "active", "item": list(items), **more}).encode()


def when(question: str, operator: str = "=", **answer: Any) -> dict[str, Any]:
    return {"question": question, "operator": operator, **(answer or {"answerBoolean": True})}


def test_groups_questions_options_and_weights_are_read() -> None:
    group = {"linkId": "g", "type": "group", "text": "Part one", "item": [choice("1"), choice("2", required=True)]}
    imported = read(file_of(group, title="A made-up form", version="3"))
    assert (imported.title, imported.version) == ("A made-up form", "3")
    assert [(one.link_id, one.kind, one.depth, one.path) for one in imported.items] == [
        ("g", "group", 0, "item[0]"), ("1", "choice", 1, "item[0].item[0]"), ("2", "choice", 1, "item[0].item[1]"),
    ]  # fmt: skip
    assert [one.link_id for one in imported.questions] == ["1", "2"]
    first = imported.questions[0]
    assert [(one.value, one.text, one.weight) for one in first.options] == [
        ("never", "Never", 0),
        ("often", "Often", 2.5),
    ]


def test_whole_numbers_are_their_own_weight() -> None:
    numbers = choice("1", answerOption=[{"valueInteger": 0}, {"valueInteger": 4}])
    assert [one.weight for one in read(file_of(numbers)).questions[0].options] == [0, 4]


def test_an_answer_list_that_the_file_brings_along_is_used() -> None:
    codes = [{"code": "a", "display": "A little"}, {"code": "b", "display": "A lot"}]
    brought = {"resourceType": "ValueSet", "id": "much", "expansion": {"contains": codes}}
    asks = {"linkId": "1", "type": "choice", "answerValueSet": "#much"}
    assert [one.text for one in read(file_of(asks, contained=[brought])).questions[0].options] == ["A little", "A lot"]


def yes_no(link: str, **more: Any) -> dict[str, Any]:
    return {"linkId": link, "type": "boolean", "text": link, **more}


REFUSED = [
    (b"{", "", "not_json"),
    (b'{"resourceType": NaN}', "", "not_json"),
    (b"[" * 100_000, "", "not_json"),
    (b"\xff\xfe\x00", "", "not_json"),
    (b"[]", "", "not_a_questionnaire"),
    (b"null", "", "not_a_questionnaire"),
    (b'{"resourceType": "Patient"}', "resourceType", "not_a_questionnaire"),
    (b'{"resourceType": "Questionnaire"}', "status", "missing"),
    (file_of(), "item", "no_questions"),
    (file_of("text"), "item[0]", "not_an_object"),
    (file_of(yes_no("1"), item={}), "item", "not_a_list"),
    (file_of({"type": "boolean"}), "item[0].linkId", "missing"),
    (file_of({"linkId": "1", "type": "attachment"}), "item[0].type", "unknown_type"),
    (file_of(yes_no("1"), yes_no("1")), "item[1].linkId", "twice"),
    (file_of(choice("1", answerOption=[])), "item[0].answerOption", "missing"),
    (file_of(choice("1", answerOption=[*options(), *options()])), "item[0].answerOption", "twice"),
    (file_of(choice("1", answerOption=[{}])), "item[0].answerOption[0]", "no_value"),
    (file_of(choice("1", answerValueSet="http://elsewhere.example/set")), "item[0].answerValueSet", "elsewhere"),
    (file_of(yes_no("1", enableWhen=[when("9")])), "item[0].enableWhen[0].question", "unknown_question"),
    (file_of(yes_no("1", enableWhen=[when("1", "~")])), "item[0].enableWhen[0]", "unclear_condition"),
    (file_of(yes_no("1", enableWhen=[when("1")])), "item[0].enableWhen", "circle"),
    (file_of(*(yes_no(str(number)) for number in range(MOST_ITEMS + 1))), "item", "too_many"),
    (b" " * (MOST_BYTES + 1), "", "too_large"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "place", "why"), REFUSED, ids=[f"{why}-{place or 'file'}" for _, place, why in REFUSED]
)
def test_what_cannot_be_used_is_refused_with_its_place(data: bytes, place: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        read(data)
    assert (refused.value.place, refused.value.why) == (place, why)


def test_questions_that_wait_for_each_other_are_refused() -> None:
    waits = {"1": "3", "2": "1", "3": "2"}
    around = [yes_no(link, enableWhen=[when(other)]) for link, other in waits.items()]
    with pytest.raises(Refused) as refused:
        read(file_of(*around))
    assert refused.value.why == "circle"


def test_groups_within_groups_end_somewhere() -> None:
    item = yes_no("deep")
    for number in range(8):
        item = {"linkId": f"g{number}", "type": "group", "item": [item]}
    with pytest.raises(Refused) as refused:
        read(file_of(item))
    assert refused.value.why == "too_deep"


NAMES = ["status", "item", "linkId", "type", "answerOption", "enableWhen", "contained"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES), inner),
    )
)
def test_whatever_is_in_the_file_no_other_error_comes_of_it(found: Any) -> None:
    with suppress(Refused):
        read(json.dumps({"status": "active", "item": found, "resourceType": "Questionnaire"}).encode())


@pytest.mark.parametrize(
    ("condition", "answers", "asked"),
    [
        (Condition("1", "=", True), {"1": True}, True),
        (Condition("1", "=", True), {"1": False}, False),
        (Condition("1", "=", True), {}, False),
        (Condition("1", "!=", "never"), {"1": "often"}, True),
        (Condition("1", ">", 3), {"1": 4}, True),
        (Condition("1", ">", 3), {"1": "often"}, False),
        (Condition("1", "exists", True), {"1": 0}, True),
        (Condition("1", "exists", False), {}, True),
    ],
)
def test_a_question_is_asked_when_the_answers_say_so(condition: Condition, answers: Any, asked: bool) -> None:
    assert is_asked([condition], answers, all_of=False) is asked


def test_all_or_any_of_the_conditions() -> None:
    conditions = [Condition("1", "=", 1), Condition("2", "=", 2)]
    assert [is_asked(conditions, {"1": 1}, all_of=every) for every in (False, True)] == [True, False]


@given(st.dictionaries(st.integers(0, 6).map(str), st.lists(st.integers(0, 6).map(str), max_size=3)))
def test_a_circle_is_found_where_there_is_one(leads_to: dict[str, list[str]]) -> None:
    def reaches(start: str, goal: str, seen: frozenset[str] = frozenset()) -> bool:
        return any(
            one == goal or (one not in seen and reaches(one, goal, seen | {one})) for one in leads_to.get(start, [])
        )

    found = circle_in(leads_to)
    assert (found is not None) is any(reaches(node, node) for node in leads_to)
    assert found is None or reaches(found, found)
