"""From a clinic's protocol to one patient's draft, and from a plan that worked to a protocol."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs import catalogue
from programs.goals import TARGETS
from programs.models import CarePlan, Decision, Episode, Exercise, Factor, InterventionKind, PlannedDose, Protocol
from programs.protocol_library import library
from programs.protocols import LeftOut, fill
from programs.queries.plan_content import content_of
from programs.services.catalogue import install_catalogue
from programs.services.factors import decide
from programs.services.measures import record_scores
from programs.services.plans import sign_plan
from programs.services.protocols import draft_from_protocol, keep_as_protocol
from programs.targets import parse
from tests.factories import NINE, Cast
from tests.programs.pages import begun, rows, words
from tests.programs.test_assessments import assessed, both
from tests.programs.test_episodes import opened

TODAY = NINE.date()
HIPS = "low_back_hip_driven"

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def episode(north: Cast) -> Episode:
    """With weak hips confirmed, and an average pain of 6."""
    with clinic_scope(north.clinic.pk):
        install_catalogue(by=None)
        episode = assessed(north, both("M17", "18", "34"), episode=opened(north))
        decide(
            factor=Factor.objects.get(key="hip_weak"),
            decision=Decision.CONFIRMED,
            reason="As the lifts show",
            by=north.therapist,
        )
        record_scores(episode=episode, values={"nprs_average": Decimal(6)}, taken_on=TODAY, by=north.therapist)
        return episode


def drafted(cast: Cast, episode: Episode, key: str = HIPS) -> CarePlan:
    protocol = Protocol.objects.get(key=key)
    return draft_from_protocol(episode=episode, protocol=protocol, tests=["M17"], day=TODAY, by=cast.therapist)


# --- The library


@pytest.mark.parametrize("key", library())
def test_each_protocol_of_the_library_can_become_a_plan(key: str) -> None:
    one = library()[key]
    assert (len(one["name"]) <= 80, len(one["for_whom"]) <= 240) == (True, True)
    known = {factor.key for factor in catalogue.factors()}
    for step in one["body"]["steps"]:
        assert step["kind"] in InterventionKind.values
        assert len(step["what"]) <= 160
        assert set(step["factors"]) <= known
    assert {goal["measure"] for goal in one["body"]["goals"]} <= set(TARGETS)
    for goal in one["body"]["goals"]:
        parse(goal["rule"])


def test_words_of_the_library_are_names_not_keys() -> None:
    whats = [step["what"] for step in library()[HIPS]["body"]["steps"]]
    assert whats == [
        "Hip strength and hip opening", "Hip hinge retraining", "Gluteus medius",
        "Hip mobilisation, backward glide",
        "Talks: Pain as protection; Where it hurts and what drives it; Hurt is not the same as harm",
    ]  # fmt: skip


# --- Filling in

BODY: dict[str, Any] = {
    "goals": [
        {"measure": "nprs_average", "rule": "baseline minus 50 %, at least 2 points, not below 0", "week": 6},
        {"measure": "psfs", "rule": "baseline plus 3, at most 10", "week": 6},
        {"measure": "sorensen", "rule": "at least 60", "week": 6},
        {"measure": "of_old", "rule": "at least 1", "week": 6},
    ],
    "steps": [
        {"kind": "needling", "what": "Gluteus medius", "factors": ["hip_weak", "hip_tight"]},
        {"kind": "education", "what": "Talks", "factors": ["fear_avoidance"]},
    ],
    "home": [
        {"exercise": "bridge", "name": "Bridge", "minutes": None, "from_week": 1},
        {"exercise": "walk", "name": "Walk", "minutes": 10, "from_week": 1},
        {"exercise": "plank", "name": "Plank", "minutes": None, "from_week": 3},
        {"exercise": "gone", "name": "Gone", "minutes": None, "from_week": 1},
        {"exercise": "bow", "name": "Bow", "minutes": None, "from_week": 1},
    ],
}  # fmt: skip


def test_what_does_not_fit_is_named_with_its_reason() -> None:
    values = {"nprs_average": Decimal(6), "sorensen": Decimal(80)}
    hips = ["hip_weak"]
    found = fill(
        BODY, confirmed=["hip_weak"], value_of=values.get,
        at_hand={"bridge": hips, "walk": hips, "plank": hips, "bow": ["fear_avoidance"]},
    )  # fmt: skip
    assert [(one.measure, one.operator, one.target) for one in found.goals] == [("nprs_average", "<=", Decimal(3))]
    assert [(one.raw["what"], one.factors) for one in found.steps] == [("Gluteus medius", ["hip_weak"])]
    assert [one.raw["exercise"] for one in found.home] == ["bridge"]
    assert found.left_out == [
        LeftOut("no_value", "My own activities"), LeftOut("reached", "Sorensen hold"), LeftOut("not_here", "of_old"),
        LeftOut("no_factor", "Talks"), LeftOut("minutes", "Walk"), LeftOut("later", "Plank"),
        LeftOut("not_here", "Gone"), LeftOut("no_factor", "Bow"),
    ]  # fmt: skip


# --- The draft


def test_a_protocol_becomes_a_whole_draft_in_one_step(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        plan = drafted(north, episode)
        assert (plan.is_draft, plan.template, plan.weeks, plan.visits) == (True, HIPS, 6, 8)
        assert [(one.measure, one.baseline, one.target) for one in plan.goals.all()] == [
            ("nprs_average", Decimal(6), Decimal(3))
        ]
        steps = [(one.kind, one.what, one.weeks, len(one.answers.all())) for one in plan.interventions.all()]
        doses = PlannedDose.objects.values_list("exercise__key", "sets", "reps", "weekdays").order_by("pk")
        assert list(doses) == [("half_kneel_glute", 2, 5, [1, 2, 3, 4, 5]), ("hip_hinge", 2, 10, [1, 2, 3, 4, 5])]
    assert steps == [
        ("exercise", "Hip strength and hip opening", 6, 1), ("exercise", "Hip hinge retraining", 4, 1),
        ("needling", "Gluteus medius", 4, 1), ("exercise", "Half-kneeling glute activation", None, 1),
        ("exercise", "Hip hinge", None, 1), ("assessment", "Repeat what was abnormal", None, 1),
    ]  # fmt: skip
    assert plan.left_out == [
        "Left out, no value to start from yet: My own activities; 30-second sit to stand; Confidence with the plan.",
        (
            "Left out, none of the factors is confirmed: Hip mobilisation, backward glide; Talks: Pain as protection; "
            "Where it hurts and what drives it; Hurt is not the same as harm; Lumbar extension."
        ),
    ]


def test_nothing_is_drafted_where_nothing_fits(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        factor = Factor.objects.get(key="hip_weak")
        decide(factor=factor, decision=Decision.REJECTED, reason="Another reading", by=north.therapist)
        with pytest.raises(ValidationError, match="None of its answers"):
            drafted(north, episode)
        assert CarePlan.objects.count() == 0


def test_what_the_patient_said_and_the_payer_allows_stays(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        first = drafted(north, episode)
        CarePlan.objects.filter(pk=first.pk).update(summary="To run again.", authorised_visits=5)
        sign_plan(unscreened="Asked by phone.", plan=first, day=TODAY, by=north.therapist)
        again = drafted(north, episode)
        assert (again.summary, again.authorised_visits, again.reason) == (
            "To run again.", 5, "From the protocol Low back, hip-driven",
        )  # fmt: skip


def test_an_exercise_out_of_use_is_left_out(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        Exercise.objects.filter(key="hip_hinge").update(is_active=False)
        assert "Left out, not in use in this clinic: Hip hinge." in drafted(north, episode).left_out


# --- A plan becomes a protocol


def test_a_plan_that_worked_is_kept_without_its_patient(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        plan = sign_plan(unscreened="Asked by phone.", plan=drafted(north, episode), day=TODAY, by=north.therapist)
        kept = keep_as_protocol(plan=plan, name="Hips first", for_whom="", by=north.therapist)
        assert kept.body["goals"] == [{"measure": "nprs_average", "rule": "at most 3", "week": 6}]
        again = drafted(north, episode, kept.key)
        assert _parts(again) == _parts(plan)
        assert AuditEvent.objects.filter(action="create", detail={"plan": plan.pk}).count() == 1


def _parts(plan: CarePlan) -> dict[str, Any]:
    content = content_of(plan)
    steps = sorted((one["kind"], one["what"], one["weeks"]) for one in content["interventions"])
    return {"steps": steps, "home": content["home"], "modules": content["modules"], "discharge": content["discharge"]}


def test_two_protocols_in_use_have_two_names(north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        plan = sign_plan(unscreened="Asked by phone.", plan=drafted(north, episode), day=TODAY, by=north.therapist)
        with pytest.raises(ValidationError, match="has that name"):
            keep_as_protocol(plan=plan, name="Low back, hip-driven", for_whom="", by=north.therapist)


# --- The pages


def test_from_the_page_to_the_filled_form(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        protocol = Protocol.objects.get(key=HIPS).pk
    address = reverse("plan-from-protocol", args=[north.patient.pk])
    page = therapist.post(address, {"protocol": protocol}, follow=True)
    assert "The draft is filled in." in words(page)
    assert "Left out, no value to start from yet: My own activities; 30-second sit to stand" in words(page)
    forms = page.context["forms"]
    assert [(form.prefix, form["what"].value(), form["weeks"].value()) for form in forms.steps][:3] == [
        ("exercise", "Hip strength and hip opening", 6), ("exercise2", "Hip hinge retraining", 4),
        ("needling", "Gluteus medius", 4),
    ]  # fmt: skip
    assert [form["include"].value() for form in forms.doses if not form.is_spare] == [True, False, True]


def test_a_draft_that_is_looked_through_stays_one_of_its_protocol(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    with clinic_scope(north.clinic.pk):
        drafted(north, episode)
    hinge = {"hip_hinge-include": "on", "hip_hinge-sets": "2", "hip_hinge-reps": "10", "hip_hinge-weekdays": ["1"]}
    given = {"starts_on": "2021-03-01", "weeks": "6", "visits": "8", **rows("goals"), **hinge, "draft": "1"}
    url = reverse("plan-new", args=[north.patient.pk])
    therapist.post(url, {**given, **begun(therapist, url), "hip_hinge-factors": ["hip_weak"]})
    with clinic_scope(north.clinic.pk):
        assert [(one.template, one.left_out) for one in CarePlan.objects.all()] == [(HIPS, [])]


@pytest.mark.parametrize("given", [{}, {"protocol": "0"}, {"protocol": "x"}])
def test_no_protocol_is_said(given: dict[str, str], therapist: Client, north: Cast, episode: Episode) -> None:
    page = therapist.post(reverse("plan-from-protocol", args=[north.patient.pk]), given, follow=True)
    assert "Choose a protocol first." in words(page)


def test_a_signed_plan_is_kept_from_its_page(therapist: Client, north: Cast, episode: Episode) -> None:
    keep = reverse("plan-keep", args=[north.patient.pk])
    assert "Sign the plan first" in words(therapist.post(keep, {"name": "Hips first"}, follow=True))
    with clinic_scope(north.clinic.pk):
        sign_plan(unscreened="Asked by phone.", plan=drafted(north, episode), day=TODAY, by=north.therapist)
    assert "Give the protocol a name." in words(therapist.post(keep, {"name": " "}, follow=True))
    assert "Kept." in words(therapist.post(keep, {"name": "Hips first"}, follow=True))
    assert "has that name" in words(therapist.post(keep, {"name": "Hips first"}, follow=True))
    assert "Hips first" in words(therapist.get(reverse("plan-new", args=[north.patient.pk])))
