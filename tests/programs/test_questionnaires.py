"""A clinic's own questionnaires, from the file to the score. Every text is made up."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs.models import Episode, Questionnaire, Response, Score
from programs.services.questionnaires import fill_in
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_fhir_questionnaires import WEIGHT, file_of, yes_no

pytestmark = pytest.mark.usefixtures("monday_morning")
LICENCE = {"licence": "Made up by ourselves.", "attested": "on"}


def ten(count: int = 10, most: int = 5) -> bytes:
    """Made-up questions with answers that weigh 0 to `most`."""
    options = [
        {"valueCoding": {"code": f"a{n}", "display": f"Answer {n}"}, "extension": [{"url": WEIGHT, "valueDecimal": n}]}
        for n in range(most + 1)
    ]
    about = {"type": "choice", "answerOption": options}
    items = [{"linkId": f"s{n}", "text": f"Made up {n}", **about} for n in range(count)]
    return file_of(*items, title="Made-up disability form")


def bring(manager: Client, data: bytes, *, scoring: Any = None, **given: Any) -> Any:
    files = {"file": SimpleUploadedFile("form.json", data)}
    if scoring is not None:
        files["scoring"] = SimpleUploadedFile("scoring.json", json.dumps(scoring).encode())
    return manager.post(reverse("questionnaire-new"), {**LICENCE, **files, **given})


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422
    found: dict[str, list[str]] = answer.context["form"].errors
    return found


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north)


def page_of(cast: Cast) -> str:
    with clinic_scope(cast.clinic.pk):
        return reverse("questionnaire-fill", args=[cast.patient.pk, Questionnaire.objects.in_use().get().pk])


def test_a_known_instrument_is_scored_by_its_rule(
    manager: Client, therapist: Client, north: Cast, episode: Episode
) -> None:
    assert bring(manager, ten(), instrument="odi").status_code == 302
    answers = {f"q{n}": f"a{n % 3}" for n in range(9)}  # one section is left out: 9 of 45
    assert therapist.post(page_of(north), answers).status_code == 302
    with clinic_scope(north.clinic.pk):
        score = Score.objects.get()
        assert (score.measure, str(score.value), score.entered_by) == ("odi", "20.00", north.therapist)
    assert "Disability (ODI) Last 1 Mar 2021 20 % band “minimal”: 0 to under 21" in words(
        therapist.get(reverse("measures", args=[north.patient.pk]))
    )


def test_who_brought_it_in_answers_for_the_licence(manager: Client, north: Cast) -> None:
    bring(manager, ten(), instrument="odi", licence_reference="L-7")
    assert "Made up by ourselves. (L-7)" in words(manager.get(reverse("questionnaires")))
    with clinic_scope(north.clinic.pk):
        made = Questionnaire.objects.get()
        event = AuditEvent.objects.get(action="bring_in")
        assert (made.attested_by, event.by, event.detail) == (north.manager, north.manager, {"questions": 10})


@pytest.mark.parametrize("missing", ["licence", "attested"])
def test_without_a_licence_nothing_comes_in(missing: str, manager: Client, north: Cast) -> None:
    assert list(errors(bring(manager, ten(), **{missing: ""}))) == [missing]
    with clinic_scope(north.clinic.pk):
        assert not Questionnaire.objects.exists()


SCALE = {"key": "own", "name": "Own", "items": ["s0", "s1"], "rule": "sum", "low": 0, "high": 5}


A_BAND = {"low": 3, "label": "Some"}
OUTSIDE = "This lies outside what the scale can give."
NOT_RISING = "Each band begins above the one before."
NO_NUMBER = "An answer to this question is no number of the scale."
FILES = [
    (b"{", "This is not a JSON file."),
    (b" " * 50_000_000, "The file is larger than 1 MB."),
]
SCORINGS = [
    ({}, "scales: A list belongs here."),
    ({"scales": [{**SCALE, "items": ["s0", "x9"]}]}, "scales[0].items[1]: There is no question of this name."),
    ({"scales": [{**SCALE, "rule": "guess"}]}, "scales[0].rule: This rule is not known."),
    ({"scales": [{**SCALE, "key": "odi"}]}, "scales[0].key: The same name stands here twice."),
    ({"scales": [{**SCALE, "high": 4}]}, f"scales[0].items[0]: {NO_NUMBER}"),
    ({"scales": [{**SCALE, "reverse": 5}]}, "scales[0].reverse: There is no question of this name."),
    ({"scales": [{**SCALE, "thresholds": {"s0": 6}}]}, f"scales[0].thresholds.s0: {OUTSIDE}"),
    ({"scales": [{**SCALE, "max_missing": 2}]}, f"scales[0].max_missing: {OUTSIDE}"),
    ({"scales": [{**SCALE, "bands": [{"low": 0, "label": " "}]}]}, "scales[0].bands[0].label: Words belong here."),
    ({"scales": [{**SCALE, "bands": [A_BAND, A_BAND]}]}, f"scales[0].bands[1].low: {NOT_RISING}"),
    ({"scales": [{**SCALE, "bands": [{**A_BAND, "low": 11}]}]}, f"scales[0].bands[0].low: {OUTSIDE}"),
    ({"scales": [{**SCALE, "low": -99999}]}, "scales[0].high: This number is too great."),
]


@pytest.mark.parametrize(("data", "says"), FILES, ids=["no JSON", "50 MB"])
def test_a_file_that_cannot_be_read_is_refused(data: bytes, says: str, manager: Client) -> None:
    assert errors(bring(manager, data)) == {"file": [says]}


@pytest.mark.parametrize(("scoring", "says"), SCORINGS)
def test_a_scoring_that_does_not_fit_is_refused_with_its_place(scoring: Any, says: str, manager: Client) -> None:
    assert errors(bring(manager, ten(), scoring=scoring)) == {"scoring": [says]}


@pytest.mark.parametrize(
    ("data", "says"),
    [(ten(9), "item: It has fewer questions than the scoring counts."), (ten(most=6), f"item[0]: {NO_NUMBER}")],
    ids=["too few", "too much"],
)
def test_an_instrument_of_another_shape_is_refused(data: bytes, says: str, manager: Client) -> None:
    assert errors(bring(manager, data, instrument="odi")) == {"instrument": [says]}


def test_one_scoring_and_a_title(manager: Client) -> None:
    both = bring(manager, ten(), scoring={"scales": [SCALE]}, instrument="odi")
    assert errors(both) == {"scoring": ["Either a scoring from the list or one of your own, please."]}
    assert errors(bring(manager, file_of(yes_no("1")))) == {"title": ["The file has no title. Please give it one."]}


def test_a_scoring_of_the_clinics_own_is_used(
    manager: Client, therapist: Client, north: Cast, episode: Episode
) -> None:
    bring(manager, ten(3), scoring={"scales": [{**SCALE, "reverse": ["s1"], "bands": [{"low": 0, "label": "fine"}]}]})
    therapist.post(page_of(north), {"q0": "a2", "q1": "a1"})
    with clinic_scope(north.clinic.pk):
        assert Score.objects.get().value == 2 + (5 - 1)
    assert "Own Last 1 Mar 2021 6 /10 band “fine”:" in words(
        therapist.get(reverse("measures", args=[north.patient.pk]))
    )


def test_two_in_use_never_give_numbers_under_one_key(manager: Client, north: Cast) -> None:
    bring(manager, ten(3), scoring={"scales": [SCALE]})
    again = bring(manager, ten(3), scoring={"scales": [SCALE]})
    assert errors(again) == {"scoring": ["scales[0].key: The same name stands here twice."]}
    with clinic_scope(north.clinic.pk):
        kept = Questionnaire.objects.get()
    manager.post(reverse("questionnaire-retire", args=[kept.pk]))
    assert bring(manager, ten(3), scoring={"scales": [SCALE]}).status_code == 302


def test_the_same_day_puts_it_right(manager: Client, therapist: Client, north: Cast, episode: Episode) -> None:
    bring(manager, ten(3), scoring={"scales": [SCALE]})
    for answer in ("a1", "a4"):
        therapist.post(page_of(north), {"q0": answer, "q1": "a0"})
    with clinic_scope(north.clinic.pk):
        assert (Response.objects.count(), str(Score.objects.get().value)) == (1, "4.00")


def test_too_few_answers_on_a_second_try_take_the_score_back(
    manager: Client, therapist: Client, north: Cast, episode: Episode
) -> None:
    bring(manager, ten(), instrument="odi")
    for answered, scores in ((10, ["20.00"]), (1, [])):
        therapist.post(page_of(north), {f"q{n}": "a1" for n in range(answered)})
        with clinic_scope(north.clinic.pk):
            assert [str(one.value) for one in Score.objects.all()] == scores


def test_what_is_not_asked_is_neither_required_nor_kept(
    manager: Client, therapist: Client, north: Cast, episode: Episode
) -> None:
    condition = [{"question": "1", "operator": "=", "answerBoolean": True}]
    bring(manager, file_of(yes_no("1"), yes_no("2", required=True, enableWhen=condition), title="Two"))
    assert errors(therapist.post(page_of(north), {"q0": "yes"})) == {"q1": ["Please answer this one."]}
    assert therapist.post(page_of(north), {"q0": "no", "q1": "yes"}).status_code == 302
    with clinic_scope(north.clinic.pk):
        assert Response.objects.get().answers == {"1": False}
    shown = words(therapist.get(reverse("measures", args=[north.patient.pk])))
    assert "1 answer was left out: its question is not asked, given the others." in shown


def test_answers_can_be_read_also_where_nothing_is_scored_and_when_it_is_asked_no_more(
    manager: Client, therapist: Client, north: Cast, episode: Episode
) -> None:
    often = {"linkId": "2", "type": "choice", "text": "How often", "answerOption": [{"valueString": "Now and then"}]}
    number = {"linkId": "3", "type": "integer", "text": "How many"}
    bring(manager, file_of(yes_no("1"), often, number, yes_no("4"), title="Made-up day"))
    assert therapist.post(page_of(north), {"q0": "no", "q1": "Now and then", "q2": "0"}).status_code == 302
    with clinic_scope(north.clinic.pk):
        form = Questionnaire.objects.get()
    manager.post(reverse("questionnaire-retire", args=[form.pk]))
    shown = words(therapist.get(reverse("measures", args=[north.patient.pk])))
    expected = "1NoHow oftenNow and thenHow many0"  # terms and their answers, one below the other
    assert f"Made-up day, 1 Mar 2021 Entered by Theo North {expected}" in shown
    assert shown.count("How many") == 1


def test_the_service_keeps_no_answer_that_nothing_asked_for(manager: Client, north: Cast, episode: Episode) -> None:
    condition = [{"question": "1", "operator": "=", "answerBoolean": True}]
    bring(manager, file_of(yes_no("1"), yes_no("2", enableWhen=condition), title="Two"))
    with clinic_scope(north.clinic.pk):
        form = Questionnaire.objects.get()
        given = {"1": False, "2": True, "x": 1}
        kept = fill_in(questionnaire=form, episode=episode, filled_on=TODAY, answers=given, by=north.therapist)
        assert kept.answers == {"1": False}


def test_a_newer_copy_takes_the_place_of_the_one_in_use(manager: Client, north: Cast) -> None:
    for _ in range(2):
        bring(manager, ten(), instrument="odi")
    with clinic_scope(north.clinic.pk):
        assert [one.retired_at is None for one in Questionnaire.objects.order_by("pk")] == [False, True]
        assert AuditEvent.objects.get(action="retire").subject_ids == [Questionnaire.objects.earliest("pk").pk]


def test_what_was_asked_never_changes(in_north: Cast) -> None:
    form = Questionnaire.objects.create(title="Made up", items=[], licence="Ours", attested_by=in_north.manager)
    with pytest.raises(IntegrityError, match="must stay"), transaction.atomic():
        Questionnaire.objects.filter(pk=form.pk).update(title="Other")


def test_the_patient_answers_at_home(manager: Client, patient: Client, north: Cast, episode: Episode) -> None:
    bring(manager, ten(), instrument="odi")
    with clinic_scope(north.clinic.pk):
        form = Questionnaire.objects.get()
    assert "Made-up disability form" in words(patient.get(reverse("portal-questions")))
    answer = patient.post(reverse("portal-questionnaire", args=[form.pk]), {f"q{n}": "a1" for n in range(10)})
    assert answer.status_code == 302
    assert "Made-up disability form" not in words(patient.get(reverse("portal-questions")))
    with clinic_scope(north.clinic.pk):
        score = Score.objects.get()
        assert (str(score.value), score.entered_by, score.patient_id) == ("20.00", None, north.patient.pk)
        assert AuditEvent.objects.get(action="fill_in").by == north.login


def test_the_questions_of_the_week_are_asked_once(patient: Client, north: Cast, episode: Episode) -> None:
    answer = patient.post(reverse("portal-questions"), {"nprs_average": "4", "sleep": "7"})
    assert answer.status_code == 302
    asked = [one.measure.key for one in patient.get(reverse("portal-questions")).context["form"].asked()]
    assert "nprs_average" not in asked
    with clinic_scope(north.clinic.pk):
        assert {one.measure: int(one.value) for one in Score.objects.all()} == {"nprs_average": 4, "sleep": 7}


def test_another_clinics_questionnaire_is_not_there(
    manager: Client, therapist: Client, patient: Client, north: Cast, south: Cast, episode: Episode
) -> None:
    with clinic_scope(south.clinic.pk):
        form = Questionnaire.objects.create(title="South", items=[], licence="Theirs", attested_by=south.manager)
    assert "South" not in words(manager.get(reverse("questionnaires")))
    assert [
        manager.post(reverse("questionnaire-retire", args=[form.pk])).status_code,
        therapist.get(reverse("questionnaire-fill", args=[north.patient.pk, form.pk])).status_code,
        patient.get(reverse("portal-questionnaire", args=[form.pk])).status_code,
    ] == [404, 404, 404]
