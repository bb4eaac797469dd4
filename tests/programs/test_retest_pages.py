"""The re-assessment as a therapist meets it: due, repeated, compared."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinics.tenancy import clinic_scope
from patients.models import Status
from programs.addresses import Care
from programs.models import Episode, Session
from programs.queries.plan_page import plan_page
from programs.queries.retest import retest_of
from programs.queries.retest_due import retests_due
from programs.services.assessments import Entry
from programs.services.measures import record_scores
from tests.factories import Cast
from tests.factories.cast import NINE, appointment_at
from tests.programs.pages import words
from tests.programs.test_assessments import a_test, assessed, both
from tests.programs.test_episodes import opened
from tests.programs.test_plans import planned

WEEK_THREE, WEEK_SIX = date(2021, 3, 22), date(2021, 4, 12)
FIRST = [*(("M12", "7.0", "10.5"), ("M17", "18", "34"), ("M19", "40", "41"))]


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return assessed(north, [entry for one in FIRST for entry in both(*one)])


@pytest.fixture
def in_week_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(weeks=3))


def due(episode: Episode, day: date) -> tuple[str, int, list[str]] | None:
    found = retests_due([episode], day).get(episode.pk)
    return None if found is None else (found.mark.kind, found.mark.number, list(found.tests))


def used(episode: Episode) -> int | None:
    page = plan_page(episode, NINE.date())
    return page.visits_used if page else None


def test_due_in_week_three_until_repeated(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        planned(north, episode)
        assert due(episode, WEEK_THREE - timedelta(days=1)) is None
        assert due(episode, WEEK_THREE) == ("week", 3, ["M12", "M17"])
        assessed(north, both("M12", "8.0", "10.5"), episode=episode, day=WEEK_THREE)
        assert due(episode, WEEK_THREE) == ("week", 3, ["M17"])
        assessed(north, both("M17", "30", "34"), episode=episode, day=WEEK_THREE)
        assert due(episode, WEEK_THREE) is None
        assert due(episode, WEEK_SIX) == ("week", 6, ["M12"])  # the bridge is inside now


def test_without_a_signed_plan_nothing_is_due(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        assert [due(episode, day) for day in (WEEK_THREE, WEEK_SIX)] == [None, None]


def test_a_plan_counts_its_own_weeks_from_its_first_day(north: Cast, episode: Episode) -> None:
    began = WEEK_THREE + timedelta(days=1)
    with clinic_scope(north.clinic.pk):
        planned(north, episode, day=began, retest_weeks=(2, 4))
        days = [began + timedelta(weeks=week) for week in (2, 4)]
        assert [due(episode, day - timedelta(days=1)) for day in days] == [None, ("week", 2, ["M12", "M17"])]
        assert [due(episode, day) for day in days] == [("week", week, ["M12", "M17"]) for week in (2, 4)]


def test_a_plan_that_names_no_weeks_has_the_usual_ones(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        planned(north, episode, retest_weeks=())
        assert due(episode, WEEK_THREE) == ("week", 3, ["M12", "M17"])


def test_a_reason_why_not_is_an_answer_too_and_the_value_before_stays(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        planned(north, episode)
        left_out = [Entry(test=a_test("M12"), side=side, not_tested="unable_pain") for side in ("right", "left")]
        assessed(north, left_out, episode=episode, day=WEEK_THREE)
        assert due(episode, WEEK_THREE) == ("week", 3, ["M17"])
        assert due(episode, WEEK_SIX) == ("week", 6, ["M12", "M17"])


def test_half_of_the_planned_visits_make_it_due_earlier(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        planned(north, episode)
        for number in range(4):
            appointment_at(north, NINE + timedelta(days=3 * number), status=Status.COMPLETED)
        assert due(episode, date(2021, 3, 9)) is None
        assert due(episode, date(2021, 3, 10)) == ("visits", 50, ["M12", "M17"])


def test_a_visit_about_another_complaint_does_not_bring_it_nearer(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        planned(north, episode)
        visits = [appointment_at(north, NINE + timedelta(days=3 * one), status=Status.COMPLETED) for one in range(4)]
        Session.objects.create(patient=north.patient, episode=episode, appointment=visits[0], therapist=north.therapist)
        about = Session.objects.create(
            patient=north.patient, episode=opened(north), appointment=visits[3], therapist=north.therapist
        )
        assert due(episode, date(2021, 3, 10)) is None
        assert used(episode) == 3
        about.delete()
        assert due(episode, date(2021, 3, 10)) == ("visits", 50, ["M12", "M17"])
        assert used(episode) == 4


def test_many_episodes_are_asked_about_in_as_many_statements_as_one(
    north: Cast, episode: Episode, django_assert_num_queries: Any
) -> None:
    with clinic_scope(north.clinic.pk):
        others = [assessed(north, both("M12", "7", "7")) for _number in range(2)]
        for one in (episode, *others):
            planned(north, one)
        with django_assert_num_queries(5):
            assert len(retests_due([episode], WEEK_THREE)) == 1
        with django_assert_num_queries(5):
            assert len(retests_due([episode, *others], WEEK_THREE)) == 3


def page(client: Client, north: Cast) -> str:
    return words(client.get(reverse("retest", args=[north.patient.pk])))


def test_a_number_that_the_patient_gives_is_asked_for_not_examined(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        a_test("FEAR")
        planned(north, episode)
        by, values = north.therapist, {"fear_movement": Decimal(7)}
        record_scores(episode=episode, taken_on=date(2021, 3, 1), values=values, by=by, from_patient=False)
        found = retest_of(episode, WEEK_THREE)
    assert found.due
    assert ([*found.due.tests], [*found.due.asked]) == (["M12", "M17"], ["FEAR"])
    assert ([one.key for one in found.to_repeat], [one.key for one in found.to_ask]) == (["M12", "M17"], ["FEAR"])


@pytest.mark.usefixtures("in_week_three")
def test_what_was_repeated_for_it_and_is_outside_still_is_not_asked_for_again(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    with clinic_scope(north.clinic.pk):
        planned(north, episode)
        assessed(north, both("M12", "8.0", "10.5"), episode=episode, day=WEEK_THREE)
    shown = page(therapist, north)
    assert "week 3 of the plan: 1 test to repeat." in shown
    assert "Repeat 1 test" in shown
    assert "To repeat: Single-leg bridge hold M17" in shown
    assert "Outside still, and repeated already: Weight-bearing lunge, knee to wall M12" in shown


@pytest.mark.usefixtures("in_week_three")
def test_a_factor_whose_tests_were_not_all_repeated_has_not_been_judged(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    with clinic_scope(north.clinic.pk):
        grades = (("right", "4-"), ("left", "4+"))
        assessed(north, [Entry(test=a_test("O08"), side=side, word=word) for side, word in grades], episode=episode)
        planned(north, episode)
        assessed(north, both("M17", "38", "40"), episode=episode, day=WEEK_THREE)
    shown = page(therapist, north)
    assert "Weak hips Cannot say yet 1 of 2 tests not repeated. 1 is inside its line again." in shown
    assert "it has not moved" not in shown


@pytest.mark.usefixtures("in_week_three")
def test_each_side_is_judged_by_itself(therapist: Client, north: Cast, episode: Episode) -> None:
    shown = page(therapist, north)
    assert "right M12 · error (MDC) 1 cm 7 cm 1 Mar Not repeated yet outside its line" in shown
    assert "left M12 · error (MDC) 1 cm 10.5 cm 1 Mar Not repeated yet inside its line" in shown


@pytest.mark.usefixtures("in_week_three")
def test_a_judgement_is_not_carried_over_to_a_new_value(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        hold = a_test("M18")
        episode = assessed(north, [Entry(test=hold, value=Decimal(62), judged_abnormal=True)])
        assert "abnormal by judgement, 1 Mar" in page(therapist, north)
        assessed(north, [Entry(test=hold, value=Decimal(70))], episode=episode, day=WEEK_THREE)
    shown = page(therapist, north)
    assert "No real change no line for this person, not judged" in shown
    assert "Low-back weakness Cannot say yet 1 new value has no line and was not judged." in shown


@pytest.mark.usefixtures("in_week_three")
def test_the_chart_says_so_and_leads_to_exactly_these_tests(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        planned(north, episode)
    chart = words(therapist.get(reverse("chart", args=[north.patient.pk])))
    assert "Re-assessment due since 22 Mar 2021, week 3 of the plan: 2 tests to repeat. Re-assess" in chart
    answer = therapist.get(reverse("retest", args=[north.patient.pk]))
    entry = f"{reverse('assessment-new', args=[Care(north.patient.pk, episode.pk)])}?tests=M12,M17"
    assert f'href="{entry}"' in answer.content.decode()
    assert [test.key for test in therapist.get(entry).context["form"].tests] == ["M12", "M17"]


@pytest.mark.usefixtures("in_week_three")
def test_before_and_after_by_side_with_the_error(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        planned(north, episode)
        assessed(north, [*both("M12", "9.5", "10.9"), *both("M17", "19", "36")], episode=episode, day=WEEK_THREE)
    shown = page(therapist, north)
    assert "right M12 · error (MDC) 1 cm from 7 9.5 cm +2.5 cm 1 Mar – 22 Mar Improved, beyond its error" in shown
    assert "left M12 · error (MDC) 1 cm from 10.5 10.9 cm +0.4 cm 1 Mar – 22 Mar No real change" in shown
    assert "right M17 · error not known from 18 19 s +1 s 1 Mar – 22 Mar Nothing is claimed: nobody" in shown
    assert "Limited ankle dorsiflexion Resolved" in shown
    assert "Aimed at it, and it has not moved: Gluteus medius." in shown


@pytest.mark.usefixtures("monday_morning")
def test_what_was_never_outside_needs_no_retest(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        assessed(north, both("M12", "12", "12"))
    assert "Nothing to repeat" in page(therapist, north)


@pytest.mark.usefixtures("in_week_three")
def test_before_it_is_repeated_it_says_so(therapist: Client, north: Cast, episode: Episode) -> None:
    shown = page(therapist, north)
    assert "Not repeated yet" in shown
    assert "it has not moved" not in shown


@pytest.mark.usefixtures("in_week_three")
def test_an_angle_without_its_condition_is_no_baseline(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        episode = assessed(north, both("O01", "20", "0", conditions={"pelvis_controlled": False}))
        for day, right in ((date(2021, 3, 8), "8"), (WEEK_THREE, "2")):
            angle = both("O01", right, "0", conditions={"pelvis_controlled": True})
            assessed(north, angle, episode=episode, day=day)
    assert "from 8 2° +6° 8 Mar – 22 Mar Improved, beyond its error" in page(therapist, north)


@pytest.mark.usefixtures("monday_morning")
def test_without_care_there_is_no_such_page(therapist: Client, north: Cast) -> None:
    assert therapist.get(reverse("retest", args=[north.patient.pk])).status_code == 404
    with clinic_scope(north.clinic.pk):
        opened(north)
    assert therapist.get(reverse("retest", args=[north.patient.pk])).status_code == 200
