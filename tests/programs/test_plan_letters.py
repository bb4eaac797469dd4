"""Drafts, signatures and versions on the page, and the plan in the patient's words."""

from datetime import date
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from clinics.models import User
from clinics.tenancy import clinic_scope
from portal.models import PatientLogin
from programs.addresses import Care
from programs.models import CarePlan, Episode
from programs.queries.patient_plan import patient_plan
from programs.services.plans import GONE
from tests.conftest import signed_in_client
from tests.factories import Cast
from tests.programs.pages import begun, seen, words
from tests.programs.test_episodes import opened
from tests.programs.test_plan_pages import a_plan, episode, page, with_weak_hips

__all__ = ["episode"]  # the fixture: weak hips, confirmed

pytestmark = pytest.mark.usefixtures("monday_morning")
WORDS = {
    "for_patient": "Your hips can do more.",
    "discharge": "Goals met.\nFlare-up plan filled in.",
    "modules": ["pacing"],
}
PSFS = {"measure": "psfs", "target": "6", "due_week": "6"}


def test_a_draft_waits_and_can_be_signed(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), a_plan(draft="1"))
    assert "Version 1 is a draft" in words(therapist.get(page(north, "plan")))
    assert therapist.post(page(north, "plan-sign"), seen(therapist, page(north, "plan"))).status_code == 302
    assert "signed 1 Mar 2021 by Theo North" in words(therapist.get(page(north, "plan")))


def test_only_the_draft_that_was_seen_is_signed(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), a_plan(draft="1"))
    opened = seen(therapist, page(north, "plan"))
    therapist.post(page(north), a_plan(draft="1", visits="4", **begun(therapist, page(north))))  # a colleague
    refused = therapist.post(page(north, "plan-sign"), opened)
    said = ["This draft was changed meanwhile. Look through it as it is now, then sign."]
    assert (refused.status_code, refused.context["sign"].non_field_errors()) == (422, said)
    with clinic_scope(north.clinic.pk):
        assert CarePlan.objects.get().is_draft


def test_a_draft_can_be_thrown_away(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), a_plan(draft="1"))
    therapist.post(page(north, "plan-discard"), seen(therapist, page(north, "plan")))
    assert "No care plan yet" in words(therapist.get(page(north, "plan")))
    assert str(GONE) in words(therapist.post(page(north, "plan-sign"), follow=True))


def test_the_owner_keeps_a_draft_but_does_not_sign(north: Cast, episode: Episode) -> None:
    owner = signed_in_client(north.owner)
    answer = owner.post(page(north), a_plan())
    assert (answer.status_code, answer.context["forms"].plan.non_field_errors()) == (
        422,
        ["Only a therapist of this clinic signs a plan."],
    )
    owner.post(page(north), a_plan(draft="1"))
    refused = owner.post(page(north, "plan-sign"), seen(owner, page(north, "plan")))
    errors = refused.context["sign"].non_field_errors()
    assert (refused.status_code, errors) == (422, ["Only a therapist of this clinic signs a plan."])


def test_the_form_goes_on_from_the_version_that_runs(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), a_plan(PSFS, authorised_visits="6", authorised_until="2021-04-01", **WORDS))
    forms = therapist.get(page(north)).context["forms"]
    assert [forms.plan[name].value() for name in ("visits", "authorised_visits", "discharge", "modules", "reason")] == [
        8, 6, WORDS["discharge"], ["pacing"], "",
    ]  # fmt: skip
    assert [forms.goals[0][name].value() for name in ("measure", "target", "due_week")] == ["psfs", "6", 6]


def test_a_goal_of_the_version_before_stays_or_goes(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), a_plan(PSFS))
    stays = a_plan(PSFS, reason="More time", **{"goals-INITIAL_FORMS": "1"})
    goes = a_plan({"measure": "", "target": "", "due_week": "6"}, reason="Met", **{"goals-INITIAL_FORMS": "1"})
    for posted in (stays, goes):
        assert therapist.post(page(north), {**posted, **begun(therapist, page(north))}).status_code == 302
    with clinic_scope(north.clinic.pk):
        assert [one.goals.count() for one in CarePlan.objects.order_by("version")] == [1, 1, 0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"authorised_until": "2021-04-01"}, "authorised_visits"),
        ({"retest_weeks": "3; x"}, "retest_weeks"),
        ({"modules": ["nothing"]}, "modules"),
        ({"discharge": "x" * 201}, "discharge"),
    ],
)
def test_wrong_terms_name_their_field(
    therapist: Client, north: Cast, episode: Episode, changes: dict[str, str], field: str
) -> None:
    answer = therapist.post(page(north), a_plan(**changes))
    assert (answer.status_code, list(answer.context["forms"].plan.errors)) == (422, [field])


def test_a_change_says_why(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), a_plan())
    answer = therapist.post(page(north), a_plan(**begun(therapist, page(north))))
    assert (answer.status_code, list(answer.context["forms"].plan.errors)) == (422, ["reason"])


def test_the_versions_say_what_changed_and_why(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), a_plan(PSFS))
    then = begun(therapist, page(north))
    therapist.post(page(north), a_plan({**PSFS, "target": "7"}, visits="6", reason="Hips move well", **then))
    (second, first) = therapist.get(page(north, "plan-versions")).context["versions"]
    assert (first.changes, second.plan.reason) == ([], "Hips move well")
    assert [(one.label, one.before, one.now) for one in second.changes] == [
        ("Planned visits", "8", "6"),
        ("Goal", "My own activities >= 6 /10 by 12 Apr 2021", "My own activities >= 7 /10 by 12 Apr 2021"),
    ]


def test_the_patients_view_is_plain(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(page(north), a_plan(PSFS, **WORDS))
    shown = words(therapist.get(page(north, "plan-patient")))
    for said in ("Your hips can do more.", "Your hips can get stronger", "The aim is 6/10 or more by 12 April.",
                 "Hip hinge. 3 rounds of 8. Mon, Thu.", "Call us if your pain gets worse",
                 "Call 112 at once, day or night, for any of these: Numbness between your legs",
                 "Pacing and small steps up", "Flare-up plan filled in."):  # fmt: skip
        assert said in shown
    assert "Gluteus" not in shown


def test_the_portal_shows_the_signed_plan_to_its_patient_only(
    therapist: Client, patient: Client, north: Cast, episode: Episode
) -> None:
    therapist.post(page(north), a_plan(PSFS, draft="1", **WORDS))
    assert "No plan yet" in words(patient.get(reverse("portal-plan")))
    therapist.post(page(north, "plan-sign"), seen(therapist, page(north, "plan")))
    assert "Your hips can get stronger" in words(patient.get(reverse("portal-plan")))
    pete = User.objects.create_user("pete@north.example", name="Pete North")
    with clinic_scope(north.clinic.pk):
        PatientLogin.objects.create(user=pete, patient=north.neighbour)
    assert "No plan yet" in words(signed_in_client(pete).get(reverse("portal-plan")))
    with clinic_scope(north.clinic.pk, patient_id=north.neighbour.pk):
        assert not CarePlan.objects.exists()


@pytest.mark.parametrize(("day", "said"), [(date(2021, 4, 11), False), (date(2021, 4, 12), True)])
def test_once_its_weeks_are_over_the_plan_says_so(
    therapist: Client, north: Cast, episode: Episode, day: date, said: bool
) -> None:
    therapist.post(page(north), a_plan(PSFS, **WORDS))
    with clinic_scope(north.clinic.pk):
        letter = patient_plan(CarePlan.objects.get(), day)
    text = render_to_string("programs/_patient_plan.html", {"letter": letter})
    assert ("These weeks were over on 11 April" in text) is said


def test_each_complaint_has_its_plan_in_the_portal(
    therapist: Client, patient: Client, north: Cast, episode: Episode
) -> None:
    therapist.post(page(north), a_plan(PSFS, **WORDS))
    assert "Shoulder" not in words(patient.get(reverse("portal-plan")))
    with clinic_scope(north.clinic.pk):
        shoulder = with_weak_hips(north, opened(north, complaint="Shoulder pain"))
    therapist.post(reverse("plan-new", args=[Care(north.patient.pk, shoulder.pk)]), a_plan(PSFS, **WORDS))
    answer = patient.get(reverse("portal-plan"))
    shown, heading = words(answer), f"<h2>{shoulder.complaint}</h2>"
    assert [shown.count(said) for said in ("Your plans", "Your hips can do more.")] == [1, 2]
    assert answer.content.decode().count(heading) == 1


GOALS = [PSFS, {**PSFS, "measure": "nprs_average", "target": "2"}, {**PSFS, "measure": "ex_confidence", "target": "8"}]


@pytest.mark.parametrize(("name", "statements"), [("plan", 22), ("plan-patient", 15)])
@pytest.mark.parametrize("number", [1, 3])
def test_more_goals_cost_no_more(
    therapist: Client, north: Cast, episode: Episode, name: str, statements: int, number: int,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    therapist.post(page(north), a_plan(*GOALS[:number]))
    with django_assert_num_queries(statements):
        assert therapist.get(page(north, name)).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_more_versions_cost_no_more(
    therapist: Client, north: Cast, episode: Episode, number: int, django_assert_num_queries: Any
) -> None:
    for version in range(number):
        changes = {"visits": f"{8 - version}", **({"reason": "Better"} if version else {})}
        therapist.post(page(north), a_plan(PSFS, **changes, **begun(therapist, page(north))))
    with django_assert_num_queries(12):
        answer = therapist.get(page(north, "plan-versions"))
    said = [[row.label for row in one.changes] for one in answer.context["versions"]]
    assert said == [["Planned visits"]] * (number - 1) + [[]]
