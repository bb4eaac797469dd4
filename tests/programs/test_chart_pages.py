"""The chart as people meet it: who may see it, what it says first, what bad input gets back."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs.addresses import Care
from programs.models import Concern, Episode, Factor, PainMark, RedFlagScreen
from tests.factories import Cast
from tests.factories.library import factor_kinds
from tests.programs.pages import words
from tests.programs.test_assessments import LATER, assessed, both
from tests.programs.test_episodes import opened
from tests.programs.test_plans import planned
from tests.programs.test_sessions import screened

PAGES = [
    "chart",
    "episode-new",
    "red-flags",
    "pain-map",
    "pain-compare",
    "assessments",
    "assessment-new",
    "retest",
    "plan",
    "plan-new",
    "sessions",
    "home-programme",
    "timeline",
]
COMPLAINT = {
    "complaint": "Low back pain", "began_on": "2020-10-01", "place": "back.low_back", "side": "right",
    "upper_level": "L4", "lower_level": "S1", "kind": "ache", "intensity": "6",
}  # fmt: skip


pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north, started_on=date(2020, 12, 1))


def url(name: str, cast: Cast) -> str:
    return reverse(name, args=[cast.patient.pk])


@pytest.mark.parametrize("page", PAGES)
def test_the_front_desk_has_no_business_in_a_chart(desk: Client, north: Cast, episode: Episode, page: str) -> None:
    assert desk.get(url(page, north)).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_another_clinics_patient_is_not_found(therapist: Client, south: Cast, page: str) -> None:
    with clinic_scope(south.clinic.pk):
        opened(south)
    assert therapist.get(url(page, south)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_is_noted_as_read(therapist: Client, north: Cast, episode: Episode, page: str) -> None:
    assert therapist.get(url(page, north)).status_code == 200
    with clinic_scope(north.clinic.pk):
        read = AuditEvent.objects.filter(action="read").values_list("subject", "patient_id", "by").get()
    assert read == (page, north.patient.pk, north.therapist.pk)


@pytest.mark.parametrize("page", ["red-flags", "pain-map", "pain-compare", "assessment-new", "retest", "plan-new"])
def test_before_care_has_begun_there_is_nothing_to_assess(therapist: Client, north: Cast, page: str) -> None:
    assert therapist.get(url(page, north)).status_code == 404


def test_a_new_patient_starts_with_the_complaint(therapist: Client, north: Cast) -> None:
    assert "Start the care" in words(therapist.get(url("chart", north)))
    answer = therapist.post(url("episode-new", north), COMPLAINT)
    with clinic_scope(north.clinic.pk):
        opened = Care(north.patient.pk, Episode.objects.get().pk)
    assert (answer.status_code, answer["Location"]) == (302, reverse("chart", args=[opened]))
    with clinic_scope(north.clinic.pk):
        assert PainMark.objects.values_list("region", "side", "intensity").get() == ("low_back", "right", 6)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("complaint", "", "Please fill this in."),
        ("intensity", "11", "Please choose one of the list."),
        ("began_on", "2021-03-02", "That day is still to come."),
        ("place", "soul", "Please choose one of the list."),
    ],
)
def test_a_wrong_complaint_comes_back_as_it_was_typed(
    therapist: Client, north: Cast, field: str, value: str, says: str
) -> None:
    answer = therapist.post(url("episode-new", north), {**COMPLAINT, field: value})
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [says]})
    assert '<option value="L4" selected>' in answer.content.decode()
    with clinic_scope(north.clinic.pk):
        assert not Episode.objects.exists()


def test_the_header_says_who_and_how_long(therapist: Client, north: Cast, episode: Episode) -> None:
    assert "36 years · Low back pain · 21 weeks Red flags not screened" in words(therapist.get(url("chart", north)))


@pytest.mark.parametrize(
    ("concern", "day", "says"),
    [
        (Concern.CLEAR, date(2021, 3, 1), "Red flags clear until 31 Mar"),
        (Concern.LOW, date(2021, 3, 1), "Red flags: low concern, until 31 Mar"),
        (Concern.CLEAR, date(2021, 1, 29), "Red-flag screen too old"),
        (Concern.EMERGENCY, date(2021, 1, 1), "Red flags: emergency"),
    ],
)
def test_the_flag_follows_the_screen(
    therapist: Client, north: Cast, episode: Episode, concern: str, day: date, says: str
) -> None:
    with clinic_scope(north.clinic.pk):
        screened(episode, north, concern, day)
    assert says in words(therapist.get(url("chart", north), follow=True))


def test_an_emergency_says_what_to_do_first(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        screened(episode, north, Concern.EMERGENCY)
    page = therapist.get(url("chart", north), follow=True)
    assert "Emergency signs: get help before anything else Call 112" in words(page)


def test_the_overview_holds_pain_factors_and_answers(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        assessed(north, both("M17", "18", "34"), episode=episode)
        planned(north, episode)
    page = words(therapist.get(url("chart", north)))
    order = [
        "Where it hurts",
        "What drives it",
        "What we do about it",
        "Low back, right",
        "/10",
        "Weak hips",
        "Single-leg bridge hold",
    ]
    places = [page.index(text) for text in [*order, "Gluteus medius"]]
    assert places == sorted(places)


# --- Red flags

ASKED = {"asked": "on", "screened_on": "2021-03-01"}


def test_nothing_ticked_is_clear_at_once(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(url("red-flags", north), ASKED)
    assert (answer.status_code, answer["Location"]) == (302, url("chart", north))
    with clinic_scope(north.clinic.pk):
        assert RedFlagScreen.objects.values_list("concern", "positive").get() == ("clear", [])


def test_a_tick_brings_a_level_to_confirm(therapist: Client, north: Cast, episode: Episode) -> None:
    ticked = {**ASKED, "R08": "r08_gait"}
    answer = therapist.post(url("red-flags", north), ticked)
    assert (answer.status_code, answer.context["form"]["concern"].value()) == (200, "concern_high")
    done = therapist.post(url("red-flags", north), {**ticked, "concern": "concern_high"})
    assert done["Location"] == url("safety-net", north)
    with clinic_scope(north.clinic.pk):
        assert list(RedFlagScreen.objects.order_by("pk").values_list("concern", "found", "positive")) == [
            ("in_progress", "concern_high", ["r08_gait"]),
            ("concern_high", "concern_high", ["r08_gait"]),
        ]


def test_a_lower_level_asks_for_a_word(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(url("red-flags", north), {**ASKED, "R01": "r01_saddle", "concern": "clear"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])


def test_what_was_not_asked_is_not_recorded(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(url("red-flags", north), {**ASKED, "asked": "", "R08": "r08_gait", "note": "unsteady"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["asked"])
    assert re.search(r'value="r08_gait"[^>]*checked', answer.content.decode())


# --- Factors


def say(therapist: Client, factor: Factor, decision: str, reason: str = "") -> Any:
    """As the page would send it."""
    posted = {"seen": factor.seen_as, "decision": decision, "reason": reason}
    return therapist.post(reverse("factor-decide", args=[factor.pk]), posted)


@pytest.fixture
def factor(north: Cast, episode: Episode) -> Factor:
    with clinic_scope(north.clinic.pk):
        assessed(north, both("M12", "7", "10.5"), episode=episode)
        return Factor.objects.get(key="ankle_df")


def test_a_factor_is_confirmed_with_one_tap(therapist: Client, north: Cast, factor: Factor) -> None:
    answer = say(therapist, factor, "confirmed", "Stiff")
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("assessments", args=[Care(north.patient.pk, factor.episode_id)]),
    )
    assert "Confirmed" in words(therapist.get(url("assessments", north)))


@pytest.mark.parametrize("decision", ["confirmed", "rejected"])
def test_a_decision_beside_what_is_only_possible_asks_why(therapist: Client, factor: Factor, decision: str) -> None:
    answer = say(therapist, factor, decision, " ")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])


def test_what_came_in_while_the_page_was_open_is_looked_at_first(
    therapist: Client, north: Cast, factor: Factor
) -> None:
    with clinic_scope(north.clinic.pk):
        assessed(north, both("M12", "11", "11"), episode=factor.episode, day=LATER)
    answer = say(therapist, factor, "confirmed", "Stiff")
    said = "The findings or the decision have changed since you opened the page: see them below."
    assert (answer.status_code, said in words(answer)) == (422, True)
    with clinic_scope(north.clinic.pk):
        now = Factor.objects.get(pk=factor.pk)
    assert say(therapist, now, "confirmed", "Stiff").status_code == 302


def test_what_was_suggested_when_it_was_decided_stands_beside_what_is_suggested_now(
    therapist: Client, north: Cast, factor: Factor
) -> None:
    say(therapist, factor, "confirmed", "Stiff")
    assert "Decided when it was" not in words(therapist.get(url("assessments", north)))
    with clinic_scope(north.clinic.pk):
        assessed(north, both("M12", "11", "11"), episode=factor.episode, day=LATER)
    assert "Decided when it was: possible" in words(therapist.get(url("assessments", north)))


def test_what_nobody_looked_at_is_named_with_the_tests_that_would_tell(
    therapist: Client, north: Cast, factor: Factor
) -> None:
    page = therapist.get(url("assessments", north)).context["page"]
    names = ["Fear of movement", "Low-back weakness", "Poor core control", "Stiff hips", "Weak hips"]
    assert sorted(one.name for one in page.unseen) == names
    assert "M18 Sorensen" in words(therapist.get(url("assessments", north)))


def test_what_nobody_looked_at_can_be_decided_with_a_reason(therapist: Client, north: Cast, factor: Factor) -> None:
    with clinic_scope(north.clinic.pk):
        fear = Factor.objects.get(key="fear_avoidance")
    say(therapist, fear, "confirmed", "Said so today")
    with clinic_scope(north.clinic.pk):
        fear.refresh_from_db()
    assert (fear.decision, fear.decided_on, fear.reason) == ("confirmed", "not_assessed", "Said so today")


def test_another_clinics_factor_is_not_found(therapist: Client, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        factor_kinds()
        foreign = Factor.objects.create(episode=opened(south), key="ankle_df", suggestion="possible")
    answer = say(therapist, foreign, "confirmed")
    assert answer.status_code == 404
