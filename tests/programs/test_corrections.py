"""What was written wrongly is put right: the last word counts, the first one stays readable."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs import catalogue
from programs.addresses import Care
from programs.forms.assessments import AssessmentForm
from programs.forms.entry_again import typed_again
from programs.models import Assessment, Episode, RaisedFlag, Result
from programs.queries.asked import latest_known
from programs.queries.course import tried_tests
from programs.queries.findings import abnormal_tests, assessment_page
from programs.queries.timeline import timeline_of
from programs.services.assessments import Entry, PutRight, correct_assessment
from programs.services.catalogue import install_catalogue
from programs.shapes import Shape, shape_of
from tests.factories import NINE, Cast
from tests.programs.pages import words
from tests.programs.test_assessments import LATER, a_test, assessed, both
from tests.programs.test_entry import EXAMINED, MAYA, clinic_test
from tests.programs.test_episodes import TODAY, opened

pytestmark = pytest.mark.usefixtures("monday_morning")
WHY = "A dot was missing"


def of_episode(episode: Episode) -> Assessment:
    row: Assessment = Assessment.objects.filter(episode=episode).newest_first()[0]
    return row


def put_right(cast: Cast, row: Assessment, *entries: Any) -> Assessment:
    return correct_assessment(assessment=row, entries=entries, reason=WHY, by=cast.therapist)


def power(right: str, left: str) -> list[Entry]:
    return [Entry(test=a_test("N04"), side=side, word=word) for side, word in (("right", right), ("left", left))]


def lunges(episode: Episode) -> list[tuple[str, Decimal | None]]:
    return [(one.side, one.value) for one in latest_known(episode)]


def test_the_last_word_counts_everywhere(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "7", "10.5"))
    put_right(in_north, of_episode(episode), *both("M12", "11", "10.5"))
    assert lunges(episode) == [("left", Decimal("10.5")), ("right", Decimal(11))]
    assert abnormal_tests(episode, TODAY) == []
    assert [len(one.sittings) for one in tried_tests(episode).values()] == [1]
    assert episode.factors.get(key="ankle_df").suggestion == "not_assessed"


def test_what_was_written_first_stays_readable(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "70", "10.5"))
    put_right(in_north, of_episode(episode), *both("M12", "7", "10.5"))
    (sitting,) = assessment_page(episode, TODAY).sittings
    (correction,) = sitting.corrections
    assert (correction.row.reason, correction.row.assessor) == (WHY, in_north.therapist)
    assert correction.was == ["Weight-bearing lunge, knee to wall: R 70 cm · L 10.5 cm"]


def test_a_correction_can_be_put_right_itself(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "70", "10.5"))
    second = put_right(in_north, of_episode(episode), *both("M12", "7", "10.5"))
    put_right(in_north, second, *both("M12", "7.5", "10.5"))
    (sitting,) = assessment_page(episode, TODAY).sittings
    said = [one.was[0].partition(": ")[2] for one in sitting.corrections]
    assert said == ["R 7 cm · L 10.5 cm", "R 70 cm · L 10.5 cm"]


def test_what_belongs_to_somebody_else_is_taken_back_whole(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "7", "10.5"))
    put_right(in_north, of_episode(episode))
    assert (lunges(episode), len(assessment_page(episode, TODAY).rows)) == ([], 0)


def test_two_tabs_put_it_right_once(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "70", "10.5"))
    wrong = of_episode(episode)
    put_right(in_north, wrong, *both("M12", "7", "10.5"))
    with pytest.raises(PutRight):
        put_right(in_north, wrong, *both("M12", "8", "10.5"))


def test_later_sittings_stay_the_latest(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "7", "10.5"))
    first = of_episode(episode)
    assessed(in_north, both("M12", "9", "10.5"), episode=episode, day=LATER)
    right = put_right(in_north, first, *both("M12", "8", "10.5"))
    assert (right.done_on, dict(lunges(episode))["right"]) == (TODAY, Decimal(9))


def test_a_loss_is_seen_against_what_was_known_before_that_sitting(in_north: Cast) -> None:
    """Not against what came after it, nor against the slip itself."""
    episode = assessed(in_north, power("5", "5"))
    assessed(in_north, power("5", "5"), episode=episode, day=LATER)
    slip = of_episode(episode)
    put_right(in_north, slip, *power("3", "5"))
    assert {one.found_on for one in RaisedFlag.objects.filter(episode=episode)} == {LATER}


def test_a_correction_keeps_its_place_among_the_sittings_of_a_day(in_north: Cast) -> None:
    episode = assessed(in_north, power("5", "5"))
    morning = of_episode(episode)
    assessed(in_north, power("4", "5"), episode=episode)
    put_right(in_north, morning, *power("5", "4"))
    latest = {one.side: one.word for one in latest_known(episode)}
    assert latest == {"right": "4", "left": "5"}
    assert [one.row.turn for one in assessment_page(episode, TODAY).sittings][-1] == morning.pk


def test_a_loss_that_a_correction_brings_to_light_later_is_raised(in_north: Cast) -> None:
    episode = assessed(in_north, power("4", "5"))
    slip = of_episode(episode)
    assessed(in_north, power("4", "5"), episode=episode, day=LATER)
    assert not RaisedFlag.objects.filter(episode=episode).exists()
    put_right(in_north, slip, *power("5", "5"))
    assert {one.found_on for one in RaisedFlag.objects.filter(episode=episode)} == {LATER}


def test_what_was_raised_is_not_raised_again(in_north: Cast) -> None:
    """A clinician may have answered it by now."""
    episode = assessed(in_north, [*power("3", "5"), *both("M12", "70", "10.5")])
    before = RaisedFlag.objects.filter(episode=episode).count()
    put_right(in_north, of_episode(episode), *power("3", "5"), *both("M12", "7", "10.5"))
    assert (before > 0, RaisedFlag.objects.filter(episode=episode).count()) == (True, before)


def test_a_correction_is_audited_with_ids_only(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "70", "10.5"))
    wrong = of_episode(episode)
    right = put_right(in_north, wrong, *both("M12", "7", "10.5"))
    event = AuditEvent.objects.get(action="correct")
    assert (event.subject_ids, event.detail) == ([right.pk], {"results": 2, "instead_of": wrong.pk})


def test_the_timeline_tells_of_the_sitting_once(in_north: Cast) -> None:
    episode = assessed(in_north, both("M12", "70", "10.5"))
    right = put_right(in_north, of_episode(episode), *both("M12", "7", "10.5"))
    assert [one.pk for one in timeline_of(episode, ZoneInfo("Europe/Dublin"), kind="assessment").events] == [right.pk]


def by_hand(cast: Cast, wrong: Assessment, **values: Any) -> None:
    given: dict[str, Any] = {
        "patient_id": wrong.patient_id, "episode_id": wrong.episode_id, "done_on": wrong.done_on, "corrects": wrong,
        "stands_for": wrong.turn, "corrected_at": NINE, "reason": WHY, **values,
    }  # fmt: skip
    with transaction.atomic():
        Assessment.objects.create(assessor=cast.therapist, **given)


@pytest.mark.parametrize(
    "values",
    [
        {"reason": " "}, {"corrected_at": None}, {"corrects": None}, {"stands_for": None}, {"stands_for": 1},
        {"done_on": LATER},
    ],
)  # fmt: skip
def test_the_database_wants_a_correction_whole_and_where_it_was(in_north: Cast, values: dict[str, Any]) -> None:
    wrong = of_episode(assessed(in_north, both("M12", "70", "10.5")))
    with pytest.raises(IntegrityError, match=r"programs_assessment_corrected_why|put right where it was"):
        by_hand(in_north, wrong, **values)
    by_hand(in_north, wrong)


def test_a_sitting_of_another_complaint_is_not_what_is_put_right(in_north: Cast) -> None:
    wrong = of_episode(assessed(in_north, both("M12", "70", "10.5")))
    with pytest.raises(IntegrityError, match="put right where it was"):
        by_hand(in_north, wrong, episode_id=opened(in_north, complaint="Stiff ankle", pain=None).pk)


def test_nobody_was_tested_on_a_day_to_come(in_north: Cast) -> None:
    with pytest.raises(IntegrityError, match="still to come"):
        assessed(in_north, both("M12", "7", "10.5"), day=date.today() + timedelta(days=3))  # noqa: DTZ011  # any zone


@pytest.mark.parametrize("kind", [Assessment, Result])
@pytest.mark.parametrize("change", [lambda rows: rows.update(id=F("id")), lambda rows: rows.delete()])
def test_what_was_recorded_is_never_changed(in_north: Cast, kind: Any, change: Callable[[Any], Any]) -> None:
    assessed(in_north, both("M12", "7", "10.5"))
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        change(kind.objects.all())


# --- The page


def correction(row: Assessment) -> str:
    return reverse("assessment-correct", args=[row.pk])


@pytest.fixture
def slip(north: Cast) -> Assessment:
    with clinic_scope(north.clinic.pk):
        install_catalogue(by=None)
        return of_episode(assessed(north, both("M12", "20", "10.5")))


def test_the_page_opens_with_what_was_written(therapist: Client, slip: Assessment) -> None:
    form = therapist.get(correction(slip)).context["form"]
    assert {name: text for name, text in form.data.items() if text} == {"M12-right": "20", "M12-left": "10.5"}


def test_it_is_put_right_on_the_page(therapist: Client, north: Cast, slip: Assessment) -> None:
    answer = therapist.post(correction(slip), {"M12-right": "10", "M12-left": "10.5", "reason": WHY})
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("assessments", args=[Care(north.patient.pk, slip.episode_id)]),
    )
    page = words(therapist.get(answer["Location"]))
    assert f"Put right on 1 Mar 2021: {WHY}" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"M12-right": "10", "M12-left": "10.5"}, "Please say why"),
        ({"M12-right": "99", "M12-left": "10.5", "reason": WHY}, "Between 0 and 30 cm is possible."),
    ],
)
def test_what_is_wrong_with_it_is_said_and_nothing_is_lost(
    therapist: Client, north: Cast, slip: Assessment, typed: dict[str, str], said: str
) -> None:
    answer = therapist.post(correction(slip), typed)
    assert (answer.status_code, said in words(answer)) == (422, True)
    assert answer.context["form"].data["M12-right"] == typed["M12-right"]
    with clinic_scope(north.clinic.pk):
        assert Assessment.objects.count() == 1


def test_who_comes_second_is_told(therapist: Client, north: Cast, slip: Assessment) -> None:
    typed = {"M12-right": "10", "M12-left": "10.5", "reason": WHY}
    therapist.post(correction(slip), typed)
    answer = therapist.post(correction(slip), typed, follow=True)
    assert "Somebody has put it right in the meantime" in words(answer)


def test_another_clinics_sitting_is_not_found(therapist: Client, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        foreign = of_episode(assessed(south, both("M12", "20", "10.5")))
    assert therapist.get(correction(foreign)).status_code == 404
    assert therapist.post(correction(foreign), {"reason": WHY}).status_code == 404


# --- Typed again


def something(key: str, shape: Shape) -> dict[str, str]:
    """A value for every field of the test, as a hand would type it."""
    test = clinic_test(key)
    names = [f"{key}-right", f"{key}-left"] if test.sided else [f"{key}-none"]
    typed = {f"{key}-note": "seen", **{f"{key}-tick-{tick['key']}": "on" for tick in shape.ticks}}
    for name in names:
        if shape.number and not shape.flags:
            typed[name] = f"{(test.plausible or test.possible)[0]:g}"
        if shape.graded:
            typed[f"{name}-grade" if shape.number else name] = "4-"
        elif shape.words:
            typed[name] = shape.words[0]
        for part in shape.values:
            lowest = part.possible.low if part.possible else 0
            typed[f"{name}-{part.key}"] = part.words[0] if part.words else f"{lowest:g}"
        if shape.flags:
            typed[f"{name}-{shape.flags[0].key}"] = "on"
        typed[f"{name}-pain"] = "3"
    return typed


@pytest.mark.parametrize("key", EXAMINED)
def test_every_test_is_typed_again_as_it_was_recorded(key: str) -> None:
    shape = shape_of(key, dict(catalogue.test(key).line), catalogue.test(key).possible)
    entries = entries_of(key, something(key, shape))
    assert entries != []
    again = entries_of(key, typed_again(entry.as_result() for entry in entries))
    assert [replace(one, test=entries[0].test) for one in again] == entries


def entries_of(key: str, data: dict[str, str]) -> list[Entry]:
    form = AssessmentForm(data, tests=[clinic_test(key)], previous={}, person=MAYA)
    form.full_clean()
    assert {name: texts for name, texts in form.errors.items() if "Sure?" not in str(texts)} == {}
    return form.entries()


def test_trials_and_reasons_come_back() -> None:
    typed = {"M17-right": "18 22 20", "M17-skip": "declined"}
    assert typed_again(entry.as_result() for entry in entries_of("M17", typed)) == typed
