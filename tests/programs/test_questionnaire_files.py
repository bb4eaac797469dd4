"""Whatever is changed in a good file: it is refused with a place, or what is read can be kept, asked and scored."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.forms.questionnaires import FillInForm
from programs.instruments.fhir import Imported, read
from programs.instruments.matching import read_scales
from programs.instruments.reading import LARGEST, Refused
from programs.instruments.scoring import Scale, score
from programs.models import Questionnaire
from programs.queries.questionnaires import answers_as_numbers
from programs.words import REFUSALS
from tests.programs.test_fhir_questionnaires import choice, file_of, options, when

Made = TypeVar("Made")
BROUGHT = {
    "resourceType": "ValueSet",
    "id": "much",
    "expansion": {"contains": [{"code": "a", "display": "A little"}, {"code": "b", "display": "A lot"}]},
}
GOOD: dict[str, Any] = json.loads(
    file_of(
        {"linkId": "g", "type": "group", "text": "Part one", "item": [choice("1"), choice("2", required=True)]},
        {"linkId": "3", "type": "boolean", "text": "Yes or no"},
        {"linkId": "4", "type": "integer", "text": "How many",
         "enableWhen": [when("3"), when("1", answerCoding={"code": "often"})]},
        {"linkId": "5", "type": "choice", "answerValueSet": "#much", "text": "How much", "enableBehavior": "all"},
        {"linkId": "6", "type": "choice", "text": "Times", "answerOption": [{"valueInteger": 0}, {"valueInteger": 4}]},
        {"linkId": "7", "type": "text", "text": "Why", "enableWhen": [when("6", ">", answerInteger=2)]},
        {"linkId": "8", "type": "display", "text": "Thank you"},
        title="A made-up form",
        version="3",
        contained=[BROUGHT],
    )
)  # fmt: skip
SCORING: dict[str, Any] = {
    "scales": [
        {
            "key": "own", "name": "Own", "items": ["1", "2", "4"], "rule": "mean", "low": 0, "high": 4,
            "max_missing": 2, "reverse": ["2"], "better": "higher",
            "bands": [{"low": 0, "label": "Little"}, {"low": 2, "label": "Much"}],
        },
        {"key": "sometimes", "name": "At times", "items": ["3", "6"], "rule": "threshold_then_sum", "low": 0, "high": 4,
         "max_missing": 1, "thresholds": {"6": 2}},
    ]
}  # fmt: skip
ODD: st.SearchStrategy[Any] = st.sampled_from(
    ["\0", "\ud800", "", " ", LARGEST + 1, -1, 10**400, 1e308, True, None, [], {}, [[]], [None], {"": 1}]
)
ANYTHING = ODD | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)


def places(found: Any, so_far: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in pairs:
        yield (*so_far, key)
        yield from places(value, (*so_far, key))


def changed(good: Any, place: tuple[Any, ...], value: Any) -> Any:
    """`...` takes it away."""
    found = copy.deepcopy(good)
    within = found
    for key in place[:-1]:
        within = within[key]
    if value is ...:
        del within[place[-1]]
    else:
        within[place[-1]] = value
    return found


def change(good: Any) -> st.SearchStrategy[Any]:
    return st.builds(changed, st.just(good), st.sampled_from(list(places(good))), ANYTHING | st.just(...))


def use(imported: Imported, scales: list[Scale]) -> None:
    """As a clinic would: keep it, show it, fill it in, score it."""
    json.dumps([asdict(item) for item in imported.items], allow_nan=False).encode()
    assert "\\u0000" not in json.dumps([imported.title, imported.version, [asdict(one) for one in imported.items]])
    kept = Questionnaire(
        items=[asdict(item) for item in imported.items],
        numbers={link: link for scale in scales for link in scale.items},
        scales=[{**asdict(scale), "reverse": sorted(scale.reverse)} for scale in scales],
    )
    kept.items, kept.scales = json.loads(json.dumps(kept.items)), json.loads(json.dumps(kept.scales))
    given = {f"q{number}": _last_answer(item) for number, item in enumerate(imported.items)}
    form = FillInForm(given, questionnaire=kept)
    form.as_p()
    if form.is_valid():
        for scale in scales:
            score(scale, answers_as_numbers(kept, form.answers))


def or_refusal(reading: Callable[[], Made]) -> Made | None:
    """A refusal is in words; any other error is the test's."""
    try:
        return reading()
    except Refused as refused:
        return None if str(REFUSALS[refused.why]) else reading()


def _last_answer(item: Any) -> str:
    return item.options[-1].value if item.options else {"boolean": "yes", "integer": "3"}.get(item.kind, "7")


def sent(found: Any) -> bytes:
    return json.dumps(found).encode()


def test_the_good_file_and_its_scoring_are_taken() -> None:
    imported = read(sent(GOOD))
    scales = read_scales(sent(SCORING), imported.items, [])
    use(imported, scales)
    assert ([one.link_id for one in imported.questions], [one.key for one in scales]) == (
        ["1", "2", "3", "4", "5", "6", "7"], ["own", "sometimes"],
    )  # fmt: skip


@given(change(GOOD))
def test_a_changed_file_is_refused_or_can_be_used(found: Any) -> None:
    imported = or_refusal(lambda: read(sent(found)))
    if imported:
        use(imported, [])


@given(change(SCORING))
def test_a_changed_scoring_is_refused_or_can_be_used(found: Any) -> None:
    imported = read(sent(GOOD))
    scales = or_refusal(lambda: read_scales(sent(found), imported.items, []))
    if scales:
        use(imported, scales)


@given(st.binary(max_size=200), st.integers(0, len(sent(GOOD))))
def test_torn_bytes_are_refused_or_can_be_used(noise: bytes, at: int) -> None:
    whole = sent(GOOD)
    for data in (noise, whole[:at] + noise + whole[at:], whole[:at]):
        with suppress(Refused):
            use(read(data), [])


@pytest.mark.parametrize(
    ("data", "place", "why"),
    [
        (b'{"a": {"linkId": 1, "linkId": 2}}', "linkId", "twice"),
        (sent(changed(GOOD, ("title",), "zero \0")), "title", "unreadable"),
        (sent(changed(GOOD, ("item", 0, "item", 1, "text"), "half \ud800")), "item[0].item[1].text", "unreadable"),
        (sent(changed(GOOD, ("item", 4, "answerOption", 1, "valueInteger"), 10**30)),
         "item[4].answerOption[1].valueInteger", "too_great"),
        (sent(GOOD).replace(b"2.5", b"1e999"),
         "item[0].item[1].answerOption[1].valueCoding.extension[0].valueDecimal", "too_great"),
        (sent(changed(GOOD, ("item", 3, "answerValueSet"), ["#much"])), "item[3].answerValueSet", "not_text"),
        (sent(changed(GOOD, ("item", 1, "repeats"), True)), "item[1].repeats", "several_answers"),
        (sent(changed(GOOD, ("item", 1, "required"), "yes")), "item[1].required", "not_yes_or_no"),
        (sent(changed(GOOD, ("item", 2, "enableWhen", 1, "answerCoding", "code"), "daily")), "item[2].enableWhen[1]",
         "unclear_condition"),
        (sent(changed(GOOD, ("item", 2, "enableWhen", 0, "operator"), ">")), "item[2].enableWhen[0]",
         "unclear_condition"),
        (sent(changed(GOOD, ("contained", 0, "expansion"), [])), "contained[0].expansion", "not_an_object"),
        (sent(changed(GOOD, ("item", 0, "item", 0, "answerOption"), [{**options()[0], "extension": 5}])),
         "item[0].item[0].answerOption[0].extension", "not_a_list"),
    ],
)  # fmt: skip
def test_what_is_odd_is_refused_with_its_place(data: bytes, place: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        read(data)
    assert (refused.value.place, refused.value.why) == (place, why)
