"""What stands beside the fields while one types: verdict, difference, change since before, nerves and factors."""

from typing import Any

import pytest
from django.test import Client

from clinics.tenancy import clinic_scope
from programs.models import Assessment, Episode, Result
from programs.services.catalogue import install_catalogue
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_assessments import LATER, assessed, both
from tests.programs.test_drafts import LIVE, address
from tests.programs.test_episodes import TODAY, opened

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        install_catalogue(by=None)
        return opened(north)


def typed(client: Client, cast: Cast, **fields: str) -> Any:
    """`M12_right` is the field M12-right."""
    data = {name.replace("_", "-", 2): value for name, value in fields.items()}
    tests = ",".join(dict.fromkeys(name.split("_")[0] for name in fields))
    return client.post(address(cast), {**data, "tests": tests}, headers=LIVE)


def says(answer: Any, key: str) -> Any:
    return next(line.says for line in answer.context["drawn"].lines if line.test.key == key)


def said(answer: Any, key: str) -> tuple[str, str, str]:
    found = says(answer, key)
    return found.kind, found.text, found.difference


@pytest.mark.parametrize(
    ("key", "fields", "expected"),
    [
        ("M12", {"M12_right": "7.0", "M12_left": "10.5"}, ("off", "R low, sides differ", "3.5")),
        ("M12", {"M12_right": "11"}, ("wait", "R only", "")),
        ("M19", {"M19_right": "38", "M19_left": "52"}, ("off", "Ratio 0.73", "0.73")),
        ("O08", {"O08_right": "165", "O08_left": "205"}, ("off", "Ratio 0.8", "0.80")),
        ("M21", {"M21_right": "1", "M21_left": "0"}, ("off", "Sum 1", "1+0")),
        ("M18", {"M18_none": "62"}, ("ask", "No reference", "")),
        ("M10", {"M10_right": "3", "M10_left": "1"}, ("wait", "Your judgement", "2")),
        ("O01", {"O01_right": "8", "O01_left": "0"}, ("wait", "Not counted yet", "8")),
        ("O10", {"O10_right": "+", "O10_left": "-"}, ("off", "R positive", "")),
        ("M17", {"M17_right": "30", "M17_left": "34"}, ("", "In range", "4")),
        ("M17", {"M17_skip": "declined"}, ("skip", "Not tested: declined", "")),
        ("N10", {"N10_left_L5": "1", "N10_right_L5": "2"}, ("off", "L L5", "")),
    ],
)
def test_a_verdict_fits_beside_its_fields(
    therapist: Client, north: Cast, episode: Episode, key: str, fields: dict[str, str], expected: tuple[str, str, str]
) -> None:
    assert said(typed(therapist, north, **fields), key) == expected


def test_the_pelvis_makes_the_angle_count(therapist: Client, north: Cast, episode: Episode) -> None:
    data = {"tests": "O01", "O01-right": "8", "O01-left": "0", "O01-tick-pelvis_controlled": "on"}
    assert said(therapist.post(address(north), data, headers=LIVE), "O01")[0] == "off"


@pytest.mark.parametrize(
    ("right", "left", "change", "text"),
    [
        ("8", "10.5", "R +1 = MDC", "R low, sides differ"),
        ("7.5", "10.5", "R +0.5, under MDC 1", "R low, sides differ"),
        ("9.5", "11", "R +2.5, beyond MDC 1 · L +0.5, under MDC 1", "Back in range"),
        ("7", "10.5", "as before", "R low, sides differ"),
    ],
)
def test_before_stands_beside_now_with_the_measures_error(
    therapist: Client, north: Cast, episode: Episode, right: str, left: str, change: str, text: str
) -> None:
    with clinic_scope(north.clinic.pk):
        assessed(north, both("M12", "7.0", "10.5"), episode=episode)
    found = says(typed(therapist, north, M12_right=right, M12_left=left), "M12")
    assert (found.change, found.text) == (change, text)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"N04_right": "5", "N04_left": "5"}, "No deficit"),
        ({"N04_right": "4", "N04_left": "5"}, "Loss: L5 R"),
        ({"N04_right": "3", "N04_left": "5"}, "Red flag: screen today"),
        ({"N04_right": "4", "N04_left": "5", "N14_right": "+", "N14_left": "-"}, "A root is suspected"),
        ({"M12_right": "9", "M12_left": "9"}, ""),
        ({"N14_right": "-", "N14_left": "-"}, ""),  # a tension test alone says nothing of power, reflexes and skin
    ],
)
def test_the_nerves_say_it_together(
    therapist: Client, north: Cast, episode: Episode, fields: dict[str, str], expected: str
) -> None:
    assert typed(therapist, north, **fields).context["nerves"] == expected


def test_factors_move_while_one_types_and_nothing_is_recorded(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = typed(therapist, north, M17_right="18", M17_left="34", O08_right="165", O08_left="205")
    assert [(one.name, one.text) for one in answer.context["factors"]] == [("Weak hips", "supported: M17, O08")]
    with clinic_scope(north.clinic.pk):
        assert not Assessment.objects.exists()


def test_an_error_is_said_at_once_and_the_rest_goes_on(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = typed(therapist, north, M12_right="99", M12_left="10", M17_right="18", M17_left="34")
    assert answer.status_code == 200
    assert "Between 0 and 30 cm is possible." in words(answer)
    assert said(answer, "M17")[0] == "off"


def test_all_normal_works_without_script(therapist: Client, north: Cast, episode: Episode) -> None:
    data = {"tests": "N01,N10", "N01-right": "4", "change": "normal-power"}
    form = therapist.post(address(north, "assessment-new"), data).context["form"]
    assert (form["N01-right"].value(), form["N01-left"].value(), form["N10-left-L1"].value()) == ("4", "5", None)
    form = therapist.post(address(north, "assessment-new"), {**data, "change": "normal-skin"}).context["form"]
    assert form["N10-left-S2"].value() == "2"


def test_all_sixty_can_be_brought_onto_the_page(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(address(north, "assessment-new"), {"tests": "M12", "M12-right": "7", "change": "all"})
    keys = [test.key for test in answer.context["form"].tests]
    assert (len(keys), "FEAR" in keys, "CLINICIAN_FEAR" in keys) == (61, False, True)
    assert answer.context["form"]["M12-right"].value() == "7"


def test_what_was_entered_is_stored_with_all_that_belongs_to_it(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    data = {
        "tests": "M17,O11", "M17-right": "18 20", "M17-left": "34", "M17-right-pain": "3", "M17-note": "shaky",
        "M17-left-protocol": "leg_bent", "O11-none-feet_down": "pain", "O11-none-legs_lifted": "subsides",
        "O11-none-level": "L4",
    }  # fmt: skip
    therapist.post(address(north, "assessment-new"), data)
    with clinic_scope(north.clinic.pk):
        right, left, prone = Result.objects.order_by("pk")
    stored: Any = (right.value, right.trials, right.pain, right.note)
    assert stored == (20, [18, 20], 3, "shaky")
    assert (left.trials, left.pain, left.parts) == ([], None, {"protocol": "leg_bent"})
    assert (prone.word, prone.parts["level"]) == ("+", "L4")
    shown = words(therapist.get(address(north, "assessments")))
    assert "R 20 s · L 34 s; Protocol: other leg bent" in shown
    assert "The pain on pressing subsides once the legs are lifted." in shown


@pytest.mark.parametrize("count", [1, 3])
def test_saving_as_one_types_costs_the_same_for_one_and_three_tests(
    therapist: Client, north: Cast, episode: Episode, django_assert_num_queries: Any, count: int
) -> None:
    with clinic_scope(north.clinic.pk):
        for day in (TODAY, LATER)[:count]:
            assessed(north, both("M12", "7", "10.5"), episode=episode, day=day)
    fields = {f"{key}_{side}": "30" for key in ("M17", "M19", "M13")[:count] for side in ("right", "left")}
    with django_assert_num_queries(23):
        typed(therapist, north, **fields)


def test_of_several_trials_it_says_which_one_counts(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = typed(therapist, north, M17_right="18 22 20", M17_left="34")
    line = next(line for line in answer.context["drawn"].lines if line.test.key == "M17")
    assert line.trials == ["R 22, the best of 3"]
    assert "R 22, the best of 3" in words(answer)


def test_nothing_is_said_of_a_side_with_an_error(therapist: Client, north: Cast, episode: Episode) -> None:
    found = typed(therapist, north, M17_right="abc", M17_left="34", M17_skip="declined")
    assert says(found, "M17").text == "L only"


def test_an_alarm_says_what_recording_it_would_do(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = words(typed(therapist, north, N04_right="3", N04_left="5"))
    assert "Recorded like this, it raises a red flag" in answer
    assert "Recorded like this" not in words(typed(therapist, north, N04_right="5", N04_left="5"))
