"""Care of a complaint ends with a reason, and can be opened again."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clinics.constraints import broken_rule
from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs.addresses import Care
from programs.models import CarePlan, Decision, Episode, Factor, HomeProgramme, PainMap, Score
from programs.services.episodes import end_care, open_again
from programs.services.factors import decide
from programs.services.plans import sign_plan
from tests.factories import NINE, Cast
from tests.factories.library import factor_kinds
from tests.programs.pages import words
from tests.programs.test_chart_pages import COMPLAINT
from tests.programs.test_episodes import opened
from tests.programs.test_plan_versions import drafted
from tests.programs.test_plans import factor, planned

TODAY = NINE.date()
pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north, started_on=date(2020, 12, 1))


def ended(
    episode: Episode, cast: Cast, *, reason: str = "goals", note: str = "Runs again.", day: date = TODAY
) -> Episode:
    return end_care(episode=episode, day=day, reason=reason, note=note, by=cast.therapist)


def address(name: str, episode: Episode) -> str:
    return reverse(name, args=[Care(episode.patient_id, episode.pk)])


def test_plan_and_home_programme_end_with_it(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        sign_plan(unscreened="Asked by phone.", plan=drafted(north, episode), day=TODAY, by=north.therapist)
        ended(episode, north)
        assert not CarePlan.objects.current().exists()
        assert not HomeProgramme.objects.filter(ends_on__gte=TODAY).exists()
        row = Episode.objects.get(pk=episode.pk)
    assert (row.closed_on, row.end_reason, row.end_note) == (TODAY, "goals", "Runs again.")


def test_it_ends_once_and_is_opened_once(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        with pytest.raises(ValidationError, match="goes on here already"):
            open_again(episode=episode, by=north.therapist)
        ended(episode, north)
        with pytest.raises(ValidationError, match="ended already"):
            ended(episode, north)
        again = open_again(episode=episode, by=north.therapist)
        assert (again.closed_on, again.end_reason, again.end_note) == (None, "", "")
        steps = AuditEvent.objects.filter(action__in=["end_care", "open_again"]).order_by("pk")
        assert [one.detail for one in steps] == [
            {"reason": "goals", "goals": {}}, {"ended": "2021-03-01", "reason": "goals"},
        ]  # fmt: skip


@pytest.mark.parametrize("change", [{"closed_on": TODAY}, {"end_reason": "goals"}, {"end_note": "x"}])
def test_the_database_wants_day_and_reason_together(change: dict[str, object], north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk), pytest.raises(IntegrityError) as refused, transaction.atomic():
        Episode.objects.filter(pk=episode.pk).update(**change)
    assert broken_rule(refused.value) == "programs_episode_ended_whole"


def test_the_database_takes_nothing_more(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        ended(episode, north)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Score.objects.create(
                patient=north.patient, episode=episode, measure="nprs_now", value=3, taken_on=TODAY + timedelta(days=1)
            )
    assert broken_rule(refused.value) == "programs_episode_ended"


# --- The pages


def test_a_therapist_ends_the_care_and_opens_it_again(therapist: Client, episode: Episode) -> None:
    refused = therapist.post(address("episode-end", episode), {"reason": ""})
    assert (refused.status_code, refused.context["form"].errors) == (422, {"reason": ["Please choose one."]})
    page = therapist.post(address("episode-end", episode), {"reason": "enough", "note": "Walks daily."}, follow=True)
    assert "Care ended on 1 Mar 2021: enough for the patient. Open it again Walks daily." in words(page)
    assert "Care ended 1 Mar 2021" in words(therapist.get(address("plan", episode)))
    assert "Ended by Theo North." in words(page)
    again = therapist.post(address("episode-again", episode), follow=True)
    assert "Care ended" not in words(again)


def test_nothing_is_offered_that_would_be_refused(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        factor_kinds()
        decide(
            factor=factor(episode, "hip_weak"),
            decision=Decision.CONFIRMED,
            reason="As the lifts show",
            by=north.therapist,
        )
        ended(episode, north)
    for name in ("chart", "plan", "assessments", "home-programme"):
        assert address("plan-new", episode) not in therapist.get(address(name, episode)).content.decode()


def test_the_patients_chart_leads_to_what_has_ended(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        ended(episode, north)
    page = therapist.get(reverse("chart", args=[north.patient.pk]))
    assert "Care that has ended Low back pain ended 1 Mar 2021" in words(page)
    assert f'<li class="row between"><a href="{address("chart", episode)}">' in page.content.decode()


# --- The plan afterwards


@pytest.fixture
def planned_episode(north: Cast, episode: Episode) -> Episode:
    with clinic_scope(north.clinic.pk):
        planned(north, episode, day=date(2021, 1, 4), discharge=["Runs again."])
        weak = Factor.objects.get(episode=episode, key="hip_weak")
        decide(factor=weak, decision=Decision.CONFIRMED, reason="As the lifts show", by=north.therapist)
        return ended(episode, north)


def test_the_plan_stays_readable(therapist: Client, planned_episode: Episode) -> None:
    page = words(therapist.get(address("plan", planned_episode)))
    assert "Version 1 ended on 1 Mar 2021. It stands here as it was when care ended." in page
    assert "Gluteus medius" in page
    assert "This plan ended on 1 Mar 2021." in words(therapist.get(address("plan-patient", planned_episode)))
    versions = words(therapist.get(address("plan-versions", planned_episode)))
    assert "Ran from 4 Jan 2021, ended with the care on 1 Mar 2021." in versions


def test_opened_again_a_new_plan_starts_from_the_last(therapist: Client, planned_episode: Episode) -> None:
    therapist.post(address("episode-again", planned_episode))
    assert "Version 1 ended on 1 Mar 2021. No plan runs now." in words(therapist.get(address("plan", planned_episode)))
    assert "Version 1 ended on 1 Mar 2021." in words(therapist.get(address("chart", planned_episode)))
    page = therapist.get(address("plan-new", planned_episode))
    assert "It starts from version 1, which ended on 1 Mar 2021." in words(page)
    forms = page.context["forms"]
    assert forms.plan["summary"].value() == "Run again."
    assert forms.plan["reason"].value() == ""
    assert [goal["measure"].value() for goal in forms.goals][:1] == ["lunge_right"]
    assert [form["what"].value() for form in forms.steps if form["include"].value()][:1] == ["Gluteus medius"]


def test_what_is_posted_afterwards_is_refused_with_the_way_back(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    with clinic_scope(north.clinic.pk):
        ended(episode, north)
        before = PainMap.objects.count()
    page = therapist.post(address("pain-map", episode), COMPLAINT, follow=True)
    assert "Care has ended here. Open it again first; nothing was written." in words(page)
    assert "Open it again" in words(page)
    with clinic_scope(north.clinic.pk):
        assert PainMap.objects.count() == before
