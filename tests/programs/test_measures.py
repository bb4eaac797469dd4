"""When a measure is asked, what is stored, and what is said of a change."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs.catalogue import sources
from programs.measures import Measure, asked_measures, is_due, measures
from programs.models import Episode, Score
from programs.queries.measures import LATEST, measured_of
from programs.services.measures import Activity, record_scores
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_assessments import assessed, both
from tests.programs.test_episodes import TODAY, opened

WEEK = timedelta(weeks=1)
SURE = "The least pain is above the average, or that above the worst. Is this as meant?"
THREE = [Activity("sit", 4), Activity("lift", 3), Activity("run", 2)]


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north)


def record(cast: Cast, episode: Episode, day: date = TODAY, *activities: Activity, **values: float) -> None:
    found = {key: Decimal(str(value)) for key, value in values.items()}
    record_scores(episode=episode, taken_on=day, values=found, activities=activities, by=cast.therapist)


@pytest.mark.parametrize(
    ("key", "week", "last_week", "due"),
    [
        ("nprs_average", 0, None, True),
        ("nprs_average", 0, 0, False),  # once a day is enough
        ("psfs", 1, 0, False),
        ("psfs", 2, 0, True),
        ("psfs", 3, 2, False),
        ("psfs", 5, 2, True),  # week 4 was missed
        ("groc", 0, None, False),  # never at the start: there is nothing to compare with
        ("groc", 3, None, True),
        ("sane", 3, 0, True),
        ("work_days_lost", 4, 0, True),
    ],
)
def test_measures_are_asked_by_their_weeks(key: str, week: int, last_week: int | None, due: bool) -> None:
    last = None if last_week is None else TODAY + last_week * WEEK
    assert is_due(measures()[key], began=TODAY, last=last, day=TODAY + week * WEEK, at_visit=False) is due


def test_some_are_asked_at_every_visit_and_some_every_week_at_home() -> None:
    def due(key: str, days: int, at_visit: bool) -> bool:
        return is_due(measures()[key], began=TODAY, last=TODAY, day=TODAY + timedelta(days), at_visit=at_visit)

    assert [due("ex_confidence", 1, at_visit) for at_visit in (True, False)] == [True, False]
    assert [due("nprs_average", days, False) for days in (6, 7)] == [False, True]


@given(st.sampled_from(asked_measures()), st.integers(0, 400), st.integers(-1, 400), st.booleans())
def test_nothing_is_asked_twice_on_a_day(measure: Any, day: int, last: int, at_visit: bool) -> None:
    on = TODAY + timedelta(days=day)
    answered = on if last < 0 else TODAY + timedelta(days=last)
    asked = is_due(measure, began=TODAY, last=answered, day=on, at_visit=at_visit)
    assert not (asked and answered == on)


def test_every_measure_that_ships_has_a_range_and_words_of_our_own() -> None:
    for one in asked_measures():
        assert one.low < one.high
        assert one.prompt.strip()
        assert one.anchors


def test_the_overall_change_is_a_change_by_itself_and_never_compared_with_an_earlier_one() -> None:
    groc = measures()["groc"]
    assert [groc.success(value) for value in (5, 4, 0, -1)] == ["reached", "below", "below", "worse"]
    assert [groc.changed(first, 5) for first in (-7, 0, 3)] == [None, None, None]
    assert measures()["nprs_average"].success(0) is None


@given(st.sampled_from(list(measures().values())), st.integers(0, 60), st.integers(0, 60))
def test_without_a_known_error_nothing_is_claimed(measure: Measure, first: int, now: int) -> None:
    figures = (measure.ruler.mdc, measure.ruler.mcid)
    assert (measure.changed(first, now) is None) is (measure.absolute or figures == (None, None))


@pytest.mark.parametrize(("days", "offered"), [(0, False), (20, False), (21, True)])
def test_the_overall_change_is_not_offered_before_there_can_be_one(days: int, offered: bool) -> None:
    assert measures()["groc"].is_offered(TODAY, TODAY + timedelta(days=days)) is offered


def test_a_second_value_of_the_day_puts_the_first_right(in_north: Cast, episode: Episode) -> None:
    record(in_north, episode, nprs_average=7)
    record(in_north, episode, nprs_average=6)
    assert list(Score.objects.values_list("measure", "value")) == [("nprs_average", Decimal(6))]
    details = AuditEvent.objects.filter(action="measure", by=in_north.therapist).values_list("detail", flat=True)
    assert list(details) == [{"measures": ["nprs_average"], "day": TODAY.isoformat()}] * 2


def test_the_activities_named_first_are_rated_again(in_north: Cast, episode: Episode) -> None:
    record(in_north, episode, TODAY, *THREE)
    later = [Activity("sit", 5), Activity("lift", 4), Activity("run", 4)]
    record(in_north, episode, TODAY + 2 * WEEK, *later)
    assert [one.value for one in Score.objects.of("psfs")] == [3, Decimal("4.3")]
    for others in ([Activity("swim", 5), *later[1:]], later[:2]):
        with pytest.raises(ValidationError, match="same activities"):
            record(in_north, episode, TODAY + 4 * WEEK, *others)


@pytest.mark.parametrize("count", [1, 2, 6])
def test_three_to_five_activities(count: int, in_north: Cast, episode: Episode) -> None:
    with pytest.raises(ValidationError, match="Three to five"):
        record(in_north, episode, TODAY, *(Activity(f"what {number}", 1) for number in range(count)))


def test_of_each_measure_the_first_and_the_latest_are_kept_however_often_another_is_asked(
    in_north: Cast, episode: Episode
) -> None:
    record(in_north, episode, TODAY, nprs_average=7, psfs=2)
    record(in_north, episode, TODAY + WEEK, psfs=6)
    for day in range(40):
        record(in_north, episode, TODAY + 2 * WEEK + timedelta(days=day), nprs_average=3)
    found = {row.measure.key: row.values for row in measured_of(episode, ["nprs_average", "psfs"])}
    assert (found["psfs"], len(found["nprs_average"]), found["nprs_average"][0]) == ([2, 6], LATEST + 1, 7)


def ask(therapist: Client, cast: Cast, **given: Any) -> Any:
    return therapist.post(reverse("measures-new", args=[cast.patient.pk]), given)


@pytest.mark.usefixtures("monday_morning")
class TestPages:
    def test_what_is_entered_stands_on_the_page(self, therapist: Client, north: Cast, episode: Episode) -> None:
        with clinic_scope(north.clinic.pk):
            record(north, episode, TODAY - 2 * WEEK, nprs_average=6)
        assert ask(therapist, north, nprs_average="2").status_code == 302
        shown = words(therapist.get(reverse("measures", args=[north.patient.pk])))
        assert "Average pain Last 1 Mar 2021 from 6 2 /10 Meaningfully improved" in shown

    def test_what_is_due_comes_first_and_is_marked(self, therapist: Client, north: Cast, episode: Episode) -> None:
        page = therapist.get(reverse("measures-new", args=[north.patient.pk])).context
        assert page["sheet"].due == [one.key for one in asked_measures() if one.schedule.baseline]
        assert [one.measure.key for one in page["form"].asked()] == page["sheet"].due  # no overall change on day one

    @pytest.mark.parametrize(
        ("given", "field", "says"),
        [
            ({"nprs_now": "11"}, "nprs_now", "Between 0 and 10, please."),
            ({"sane": "101"}, "sane", "Between 0 and 100, please."),
            ({"what-0": "sit"}, "score-0", "How well does it go today? 0 is not at all."),
            ({"score-0": "3"}, "what-0", "Which activity is this?"),
            ({"what-0": "sit", "score-0": "3"}, "what-0", "Three to five activities, each once, please."),
            ({"nprs_best": "5", "nprs_average": "4"}, "sure", SURE),
            ({"sent": "empty"}, "__all__", "Nothing is entered yet."),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_said_at_its_field(
        self, given: dict[str, str], field: str, says: str, therapist: Client, north: Cast, episode: Episode
    ) -> None:
        answer = ask(therapist, north, **given)
        assert (answer.status_code, answer.context["form"].errors) == (422, {field: [says]})

    def test_a_surprising_order_is_taken_when_it_is_meant(
        self, therapist: Client, north: Cast, episode: Episode
    ) -> None:
        assert ask(therapist, north, nprs_best="5", nprs_average="4", sure="on").status_code == 302

    def test_what_was_given_today_is_shown_put_right_and_taken_back(
        self, therapist: Client, north: Cast, episode: Episode
    ) -> None:
        with clinic_scope(north.clinic.pk):
            record(north, episode, TODAY, *THREE, nprs_average=7, sleep=4, stress=3)
            Score.objects.update(entered_by=None)  # all of it by the patient
        form = therapist.get(reverse("measures-new", args=[north.patient.pk])).context["form"]
        shown = {name: form[name].value() for name in ("nprs_average", "sleep", "stress", "score-0")}
        assert shown == {"nprs_average": 7, "sleep": 4, "stress": 3, "score-0": 4}
        kept = {"score-0": "4", "score-1": "3", "score-2": "2", "sleep": "4"}
        assert ask(therapist, north, nprs_average="6", stress="", **kept).status_code == 302
        with clinic_scope(north.clinic.pk):
            found = {one.measure: (one.value, one.entered_by) for one in Score.objects.select_related("entered_by")}
            assert found == {
                "nprs_average": (Decimal(6), north.therapist),
                "psfs": (Decimal(3), None),
                "sleep": (Decimal(4), None),
            }
            assert AuditEvent.objects.filter(action="measure").latest("pk").detail["withdrawn"] == ["stress"]

    def test_nothing_changed_is_said(self, therapist: Client, north: Cast, episode: Episode) -> None:
        with clinic_scope(north.clinic.pk):
            record(north, episode, sleep=4)
        answer = ask(therapist, north, sleep="4")
        assert (answer.status_code, answer.context["form"].errors) == (422, {"__all__": ["Nothing has changed."]})

    @pytest.mark.parametrize("given", [{"score-0": "5"}, {"score-0": "5", "score-1": "5"}])
    def test_known_activities_are_rated_all_or_none(
        self, given: dict[str, str], therapist: Client, north: Cast, episode: Episode
    ) -> None:
        with clinic_scope(north.clinic.pk):
            record(north, episode, TODAY - 2 * WEEK, *THREE)
        answer = ask(therapist, north, **given)
        says = "All of them or none: a mean of fewer would be another number."
        assert (answer.status_code, answer.context["form"].errors) == (422, {"score-0": [says]})

    def test_the_overall_change_is_held_against_success_and_keeps_its_sign(
        self, therapist: Client, north: Cast, episode: Episode
    ) -> None:
        with clinic_scope(north.clinic.pk):
            for week, value in ((3, 3), (6, 5)):
                record(north, episode, TODAY - (7 - week) * WEEK, groc=value)
        shown = words(therapist.get(reverse("measures", args=[north.patient.pk])))
        assert "Overall change Last 22 Feb 2021 +5 points Reaches +5, which counts as success" in shown

    def test_both_pages_claim_nothing_where_nobody_knows_the_error(
        self, therapist: Client, north: Cast, episode: Episode
    ) -> None:
        with clinic_scope(north.clinic.pk):
            record(north, episode, TODAY - 2 * WEEK, fabq_pa=17)
            record(north, episode, TODAY, fabq_pa=9)
            assessed(north, both("M12", "7.0", "10.5"), episode=episode)
        for name in ("measures", "retest"):
            shown = words(therapist.get(reverse(name, args=[north.patient.pk])))
            assert "from 17 9 /24 Nothing is claimed: nobody knows its error." in shown
            assert "No real change" not in shown

    def test_figures_come_with_citations(self, therapist: Client, north: Cast, episode: Episode) -> None:
        with clinic_scope(north.clinic.pk):
            record(north, episode, nprs_average=6)
        page = therapist.get(reverse("measures", args=[north.patient.pk])).content.decode()
        key = measures()["nprs_average"].sources[0]
        assert f'<a href="{sources()[key].url}" rel="noreferrer noopener">' in page
        assert key not in words(therapist.get(reverse("measures", args=[north.patient.pk])))

    def test_another_clinics_patient_is_not_there(self, therapist: Client, south: Cast) -> None:
        assert [
            therapist.get(reverse(name, args=[south.patient.pk])).status_code for name in ("measures", "measures-new")
        ] == [404, 404]
