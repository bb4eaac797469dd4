"""One map a day for each side of the desk, what it takes and what it refuses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs.models import Episode, PainMap, PainMark
from programs.models.pain import figure_for
from programs.pain.places import Mark
from programs.services import pain as service
from tests.database import refused
from tests.factories import Cast
from tests.programs.test_episodes import BACK, TODAY, opened

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def episode(in_north: Cast) -> Episode:
    return opened(in_north, pain=None)


def drawn(episode: Episode, cast: Cast, *marks: Mark, day: date = TODAY) -> PainMap:
    drawing = service.therapists(episode, day, cast.therapist)
    for mark in marks:
        service.mark_pain(drawing, mark)
    return PainMap.objects.get(drawn_on=day, source="therapist")


def test_marking_a_place_again_changes_it(episode: Episode, in_north: Cast) -> None:
    stronger = replace(BACK, intensity=8, levels=())
    assert drawn(episode, in_north, BACK, stronger).shown == [stronger]


def test_the_therapists_and_the_patients_map_of_a_day_are_two(episode: Episode, in_north: Cast) -> None:
    drawn(episode, in_north, BACK)
    service.mark_pain(service.patients(episode, TODAY, in_north.login), replace(BACK, intensity=3, levels=()))
    found = PainMap.objects.of(episode).values_list("source", "drawn_by", "marks__intensity")
    assert sorted(found) == [("patient", in_north.login.pk, 3), ("therapist", in_north.therapist.pk, 6)]


def test_both_sides_are_two_marks(episode: Episode, in_north: Cast) -> None:
    service.mark_pain(service.therapists(episode, TODAY, in_north.therapist), BACK, both_sides=True)
    assert [one.side for one in PainMap.objects.get().shown] == ["right", "left"]


def test_nothing_hurts_is_said_and_taken_back(episode: Episode, in_north: Cast) -> None:
    drawing = service.therapists(episode, TODAY, in_north.therapist)
    service.mark_pain(drawing, BACK)
    free = service.nothing_hurts(drawing)
    assert (free.pain_free, list(PainMap.objects.of(episode)), PainMark.objects.count()) == (True, [free], 0)
    service.mark_pain(drawing, BACK)
    assert (PainMap.objects.get().pain_free, PainMark.objects.count()) == (False, 1)


def test_a_map_that_says_nothing_is_not_shown(episode: Episode, in_north: Cast) -> None:
    found = drawn(episode, in_north, BACK)
    service.remove_mark(mark=found.marks.get(), by=in_north.therapist)
    service.choose_figure(service.therapists(episode, TODAY, in_north.therapist), "neutral")
    assert (list(PainMap.objects.of(episode)), PainMap.objects.get().figure) == ([], "neutral")


def test_a_map_can_start_from_the_one_before(episode: Episode, in_north: Cast) -> None:
    drawn(episode, in_north, BACK, replace(BACK, side="left"), day=YESTERDAY)
    drawing = service.therapists(episode, TODAY, in_north.therapist)
    service.copy_latest(drawing)
    assert PainMap.objects.get(drawn_on=TODAY).shown == [BACK, replace(BACK, side="left")]


def test_the_first_map_copies_nothing(episode: Episode, in_north: Cast) -> None:
    service.copy_latest(service.therapists(episode, TODAY, in_north.therapist))
    assert not PainMap.objects.exists()


def test_the_figure_is_the_one_drawn_last(episode: Episode, in_north: Cast) -> None:
    assert [figure_for(sex, None) for sex in ("female", "male", "other", "unknown")] == [
        "female", "male", "neutral", "neutral",
    ]  # fmt: skip
    drawing = service.therapists(episode, YESTERDAY, in_north.therapist)
    service.mark_pain(drawing, BACK)
    service.choose_figure(drawing, "male")
    assert drawn(episode, in_north, BACK).figure == "male"


def test_each_write_is_audited_without_what_was_said(episode: Episode, in_north: Cast) -> None:
    drawing = service.therapists(episode, TODAY, in_north.therapist)
    service.mark_pain(drawing, BACK)
    service.choose_figure(drawing, "male")
    service.remove_mark(mark=PainMark.objects.get(), by=in_north.therapist)
    service.nothing_hurts(drawing)
    events = AuditEvent.objects.order_by("pk").values_list("action", "by", "patient_id", "detail")
    ids: tuple[object, ...] = (in_north.therapist.pk, in_north.patient.pk, {})
    actions = ["open", "mark_pain", "choose_figure", "remove_pain_mark", "mark_no_pain"]
    assert list(events) == [(action, *ids) for action in actions]


WRONG: dict[str, Callable[[PainMark], Any]] = {
    "programs_painmark_place": lambda mark: PainMark.objects.update(region="soul", upper_level="", lower_level=""),
    "programs_painmark_levels": lambda mark: PainMark.objects.update(upper_level="S1", lower_level="L1"),
    "programs_painmark_intensity": lambda mark: PainMark.objects.update(intensity=11),
    "programs_painmap_to_come": lambda mark: PainMap.objects.update(drawn_on=date(2199, 1, 1)),
    "programs_painmap_pain_or_none": lambda mark: PainMap.objects.update(pain_free=True),
}


@pytest.mark.parametrize("rule", WRONG)
def test_the_database_refuses(episode: Episode, in_north: Cast, rule: str) -> None:
    mark = drawn(episode, in_north, BACK).marks.get()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        WRONG[rule](mark)
    assert getattr(error.value.__cause__, "diag").constraint_name == rule  # noqa: B009  # untyped


@pytest.mark.parametrize(
    ("view", "region", "side", "levels"),
    [
        ("front", "shoulder", "middle", ("", "")),  # a limb has no middle
        ("front", "low_back", "right", ("", "")),  # and the front no low back
        ("back", "tailbone", "left", ("", "")),
        ("back", "buttock", "left", ("L1", "L2")),
        ("back", "low_back", "left", ("C1", "C2")),
        ("back", "low_back", "left", ("", "L2")),
    ],
)
def test_a_mark_is_at_a_place_that_exists(
    episode: Episode, in_north: Cast, view: str, region: str, side: str, levels: tuple[str, str]
) -> None:
    drawn(episode, in_north, BACK)
    with pytest.raises(IntegrityError, match=r"programs_painmark_(place|levels)"), transaction.atomic():
        PainMark.objects.update(view=view, region=region, side=side, upper_level=levels[0], lower_level=levels[1])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE programs_painmark SET intensity = 0",
        "DELETE FROM programs_painmark",
        "UPDATE programs_painmap SET figure = 'male'",
        "UPDATE programs_painmap SET source = 'patient'",
    ],
)
def test_in_the_portal_the_therapists_map_stays_as_it_is(north: Cast, statement: str) -> None:
    with clinic_scope(north.clinic.pk):
        drawn(opened(north, pain=None), north, BACK)
    with clinic_scope(north.clinic.pk, patient_id=north.patient.pk):
        assert refused(statement) == "23514"
