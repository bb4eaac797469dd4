"""A plan is signed with a red-flag screen that counts or with a reason, and says what speaks against its answers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from clinics.constraints import broken_rule
from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs.models import CarePlan, Concern, Episode, Protocol
from programs.queries.cautions import cautions_of
from programs.services.catalogue import install_catalogue
from programs.services.factors import decide
from programs.services.plans import sign_plan
from programs.services.protocols import draft_from_protocol
from tests.factories import NINE, Cast
from tests.patients.test_flags import noted
from tests.programs.pages import seen, words
from tests.programs.test_end_of_care_kept import BEGAN, began, fell, stands, stands_elsewhere
from tests.programs.test_ending_care import address
from tests.programs.test_episodes import opened
from tests.programs.test_plan_pages import a_plan
from tests.programs.test_plan_versions import drafted
from tests.programs.test_plans import factor
from tests.programs.test_sessions import screened

TODAY = NINE.date()
TOO_OLD = TODAY - timedelta(days=31)
pytestmark = pytest.mark.usefixtures("monday_morning")


def signed(cast: Cast, episode: Episode, unscreened: str = "") -> CarePlan:
    return sign_plan(plan=drafted(cast, episode), day=TODAY, by=cast.therapist, unscreened=unscreened)


def too_old(cast: Cast, episode: Episode) -> None:
    screened(episode, cast, day=TOO_OLD)


def nothing(_cast: Cast, _episode: Episode) -> None:
    """Nobody has asked."""


def test_with_a_screen_that_counts_nothing_is_asked(in_north: Cast) -> None:
    episode = opened(in_north, started_on=BEGAN)
    screened(episode, in_north, day=TODAY - timedelta(days=30))
    assert signed(in_north, episode).unscreened == ""


@pytest.mark.parametrize("happens", [nothing, too_old, began])
def test_without_one_the_signature_says_why(happens: Callable[[Cast, Episode], None], in_north: Cast) -> None:
    episode = opened(in_north, started_on=BEGAN)
    happens(in_north, episode)
    with pytest.raises(ValidationError, match="missing or too old"):
        signed(in_north, episode, " ")
    plan = signed(in_north, episode, "Seen by the doctor an hour ago.")
    assert plan.signed_content["unscreened"] == "Seen by the doctor an hour ago."
    assert AuditEvent.objects.filter(action="sign").get().detail["unscreened"] is True


@pytest.mark.parametrize("happens", [fell, stands, stands_elsewhere])
def test_no_reason_signs_in_spite_of_red_flags(happens: Callable[[Cast, Episode], None], in_north: Cast) -> None:
    episode = opened(in_north, started_on=BEGAN)
    happens(in_north, episode)
    with pytest.raises(ValidationError, match="A red-flag screen is needed now"):
        signed(in_north, episode, "In a hurry.")
    assert not CarePlan.objects.signed().exists()


def test_the_database_asks_for_the_same(in_north: Cast) -> None:
    draft = drafted(in_north, opened(in_north, started_on=BEGAN))
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        CarePlan.objects.filter(pk=draft.pk).update(signed_at=NINE, signed_by=in_north.therapist, content="x")
    assert broken_rule(refused.value) == "programs_careplan_hash"
    sealed = {"content": "x", "content_hash": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        CarePlan.objects.filter(pk=draft.pk).update(signed_at=NINE, signed_by=in_north.therapist, **sealed)
    assert broken_rule(refused.value) == "programs_careplan_unscreened"


# --- What speaks against an answer


def test_a_protocol_leaves_out_what_a_flag_speaks_against(in_north: Cast) -> None:
    install_catalogue(by=None)
    episode = opened(in_north, started_on=BEGAN)
    decide(factor=factor(episode, "hip_weak"), decision="confirmed", reason="As the lifts show", by=in_north.therapist)
    noted(in_north, "anticoagulants", note="Apixaban")
    protocol = Protocol.objects.get(key="low_back_hip_driven")
    plan = draft_from_protocol(episode=episode, protocol=protocol, tests=[], day=TODAY, by=in_north.therapist)
    assert "needling" not in plan.interventions.values_list("kind", flat=True)
    against = "Left out, something about this patient speaks against it, so weigh it yourself: Gluteus medius."
    assert against in plan.left_out


@pytest.mark.parametrize(("concern", "held"), [(Concern.CLEAR, []), (Concern.HIGH, ["needling", "manual"])])
def test_with_high_concern_hands_and_needles_wait(concern: Concern, held: list[str], in_north: Cast) -> None:
    episode = opened(in_north, started_on=BEGAN)
    screened(episode, in_north, concern)
    assert cautions_of(episode, TODAY).held == held


# --- The pages


@pytest.fixture
def episode(north: Cast) -> Episode:
    """With weak hips confirmed, a pacemaker, and nobody has screened."""
    with clinic_scope(north.clinic.pk):
        install_catalogue(by=None)
        episode = opened(north, started_on=BEGAN)
        decide(factor=factor(episode, "hip_weak"), decision="confirmed", reason="As the lifts show", by=north.therapist)
        noted(north, "pacemaker")
        return episode


PACEMAKER = (
    "Pacemaker or implanted defibrillator. Needling: only with your reasoning. Electrical stimulation: not for this"
    " patient. Electrical current can disturb the device. No electrical stimulation anywhere on this patient."
)


def test_form_and_plan_warn_beside_the_answer(therapist: Client, episode: Episode) -> None:
    assert words(therapist.get(address("plan-new", episode))).count(PACEMAKER) == 2  # and on the spare card
    therapist.post(address("plan-new", episode), a_plan(unscreened="Seen by the doctor."))
    page = words(therapist.get(address("plan", episode)))
    assert page.count(PACEMAKER) == 1
    assert "Signed without a current red-flag screen: Seen by the doctor." in page


def test_the_form_asks_for_the_screen_or_a_reason(therapist: Client, episode: Episode) -> None:
    refused = therapist.post(address("plan-new", episode), a_plan())
    assert (refused.status_code, list(refused.context["forms"].plan.errors)) == (422, ["unscreened"])
    assert f'href="{address("red-flags", episode)}"' in refused.content.decode()
    assert therapist.post(address("plan-new", episode), a_plan(draft="1")).status_code == 302


def test_so_does_the_signature_of_a_draft(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(address("plan-new", episode), a_plan(draft="1"))
    refused = therapist.post(address("plan-sign", episode), seen(therapist, address("plan", episode)))
    assert (refused.status_code, list(refused.context["sign"].errors)) == (422, ["unscreened"])
    with clinic_scope(north.clinic.pk):
        screened(episode, north)
    assert "There is no red-flag screen" not in words(therapist.get(address("plan", episode)))
    assert therapist.post(address("plan-sign", episode), seen(therapist, address("plan", episode))).status_code == 302


def test_a_finding_refuses_the_signature_with_the_way_on(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(address("plan-new", episode), a_plan(draft="1"))
    with clinic_scope(north.clinic.pk):
        fell(north, episode)
    page = words(therapist.get(address("plan", episode)))
    assert "The plan is signed once a clinician has screened. Screen now" in page
    refused = therapist.post(address("plan-sign", episode), seen(therapist, address("plan", episode)))
    assert refused.context["sign"].non_field_errors() == ["A red-flag screen is needed now. Screen first, then sign."]
