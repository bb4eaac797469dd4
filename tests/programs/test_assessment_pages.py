"""Entering an assessment: right and left side by side, what is impossible is refused, what was typed stays."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from programs import models
from programs.models import Episode, Result
from programs.services.assessments import Entry
from programs.services.catalogue import install_catalogue
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_assessments import LATER, a_test, assessed, both
from tests.programs.test_episodes import TODAY, opened

LUNGE = {"tests": "M12,M17", "M12-right": "7.0", "M12-left": "10.5"}


pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        install_catalogue(by=None)
        return opened(north)


def page(cast: Cast, name: str = "assessment-new") -> str:
    return reverse(name, args=[cast.patient.pk])


def shown_tests(answer: Any) -> list[str]:
    return [test.key for test in answer.context["form"].tests]


def stored(cast: Cast) -> list[tuple[Any, ...]]:
    with clinic_scope(cast.clinic.pk):
        return list(Result.objects.order_by("pk").values_list("test__key", "side", "value", "not_tested"))


def test_it_starts_with_what_the_clinic_looks_at_in_everybody(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.get(page(north))
    with clinic_scope(north.clinic.pk):
        assert shown_tests(answer) == list(models.Test.objects.filter(usual=True).values_list("key", flat=True))
    assert "≥ 9 · diff ≤ 1.5" in words(answer)


def test_a_clinic_says_itself_what_it_looks_at_first(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        models.Test.objects.exclude(key="M12").update(usual=False)
    assert shown_tests(therapist.get(page(north))) == ["M12"]


def test_values_lead_to_findings_in_plain_sentences(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(page(north), {**LUNGE, "M17-skip": "unable_pain"})
    assert (answer.status_code, answer["Location"]) == (302, page(north, "assessments"))
    assert stored(north) == [
        ("M12", "right", 7, ""),
        ("M12", "left", 10.5, ""),
        ("M17", "right", None, "unable_pain"),
        ("M17", "left", None, "unable_pain"),
    ]
    shown = words(therapist.get(page(north, "assessments")))
    assert "Right 7 cm is under 9 cm. Sides differ by 3.5 cm, more than 1.5 cm." in shown
    assert "Limited ankle dorsiflexion possible, not decided" in shown


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("M12-right", "31", "Between 0 and 30 cm is possible.|31 mm would be 3.1 cm."),
        ("M12-right", "-1", "Between 0 and 30 cm is possible."),
        ("M12-right", "25", "Unusual: mostly 1 to 20 cm. Sure? 25 mm would be 2.5 cm."),
        ("M12-right-pain", "11", "Between 0 and 10 is possible."),
        ("M12-right-pain", "4.5", "A whole number, please."),
        ("M17-left", "601", "Between 0 and 600 s is possible."),
        ("M12-right", "3.1 in", "Centimetres, please. 3.1 in is 7.9 cm."),
        ("M12-right", "seven", "A number, please."),
        ("M12-right", "NaN", "A number, please."),
        ("M12-right", "7.125", "That number has too many decimals."),
        ("M12-skip", "declined", "Either a value or a reason why it was not tested, please."),
        ("M12-skip", "lazy", "Please choose one of the list."),
    ],
)
def test_a_wrong_value_comes_back_as_it_was_typed(
    therapist: Client, north: Cast, episode: Episode, field: str, value: str, says: str
) -> None:
    answer = therapist.post(page(north), {**LUNGE, field: value})
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: says.split("|")})
    assert answer.context["form"][field].value() == value
    assert stored(north) == []


def test_what_is_unusual_is_kept_once_somebody_is_sure(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), {**LUNGE, "M12-right": "25", "M12-right-sure": "25"})
    assert stored(north)[0] == ("M12", "right", 25, "")


def test_sure_of_one_value_is_not_sure_of_another(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(page(north), {**LUNGE, "M12-right": "28", "M12-right-sure": "25"})
    assert (answer.status_code, stored(north)) == (422, [])


def test_a_comma_is_a_decimal_point(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), {**LUNGE, "M12-right": "7,5"})
    assert stored(north)[0] == ("M12", "right", 7.5, "")


def test_an_empty_form_is_not_stored(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(page(north), {"tests": "M12,M17"})
    assert (answer.status_code, answer.context["form"].non_field_errors()) == (422, ["Nothing is entered yet."])


def test_a_test_is_added_and_what_was_typed_stays(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(page(north), {**LUNGE, "change": "add", "add": "O01"})
    assert (answer.status_code, shown_tests(answer)) == (200, ["M12", "M17", "O01"])
    assert answer.context["form"]["M12-right"].value() == "7.0"
    assert "Pelvis controlled." in words(answer)


@pytest.mark.parametrize("tests", ["", "M12,", "XXX,<script>", "FEAR", ",".join(["M12"] * 999)])
def test_unknown_tests_are_left_out(therapist: Client, north: Cast, episode: Episode, tests: str) -> None:
    answer = therapist.post(page(north), {"tests": tests, "change": "add", "add": "M18"})
    assert shown_tests(answer) == (["M12", "M18"] if "M12" in tests else ["M18"])


def test_where_there_is_no_line_the_clinician_judges(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), {"tests": "M18", "M18-none": "62", "M18-judged": "abnormal"})
    assert "Low-back weakness possible, not decided" in words(therapist.get(page(north, "assessments")))


def test_a_re_test_shows_what_was_abnormal_beside_its_value(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        assessed(
            north, [*both("M12", "7", "10.5"), *both("O08", "165", "205"), *both("M19", "50", "50")], episode=episode
        )
    answer = therapist.get(page(north))
    assert shown_tests(answer) == ["M12", "O08"]
    lines = answer.context["drawn"].sections
    was = [cell.was for section in lines for line in section.lines for cell in line.rows[0].cells]
    assert was == ["7", "10.5", "165", "205"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_three_tests(
    therapist: Client, north: Cast, episode: Episode, django_assert_num_queries: Any, count: int
) -> None:
    with clinic_scope(north.clinic.pk):
        entries = [*both("M12", "7", "10.5"), *both("M17", "18", "34"), *both("O08", "165", "205")][: 2 * count]
        for day in (TODAY, LATER)[:count]:
            assessed(north, entries, episode=episode, day=day)
    with django_assert_num_queries(17):  # one of them asks whether a score answers one of the tests
        answer = therapist.get(page(north, "assessments"))
    assert len(answer.context["page"].rows) == count


def test_a_suspected_root_is_said_beside_the_findings(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        slump = [Entry(test=a_test("N14"), side=side, word=word) for side, word in (("right", "+"), ("left", "-"))]
        toe = [Entry(test=a_test("N04"), side=side, word=word) for side, word in (("right", "4"), ("left", "5"))]
        assessed(north, slump)
    shown = reverse("assessments", args=[north.patient.pk])
    assert "A nerve root is suspected." not in therapist.get(shown).content.decode()
    with clinic_scope(north.clinic.pk):
        assessed(north, toe, episode=Episode.objects.get(patient=north.patient))
    assert "A nerve root is suspected." in therapist.get(shown).content.decode()


def test_what_counts_for_nothing_is_told_apart(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        assessed(north, both("O04", "30", "40"))
    shown = therapist.get(reverse("assessments", args=[north.patient.pk])).content.decode()
    assert "Sides differ by 10°. No line is set for that." in shown
    assert "Nothing is outside its line." in shown
