"""Drafts of an assessment: kept as one types, and never over what somebody else saved meanwhile."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs.models import Assessment, AssessmentDraft, Episode, Result
from programs.services.catalogue import install_catalogue
from programs.services.drafts import Moved, Page, discard_draft, record_draft, save_draft
from tests.conftest import signed_in_client
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_assessments import both
from tests.programs.test_episodes import TODAY, opened

pytestmark = pytest.mark.usefixtures("monday_morning")
TYPED = {"tests": "M12", "M12-right": "7.0"}
LIVE = {"HX-Request": "true"}


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        install_catalogue(by=None)
        return opened(north)


@pytest.fixture
def colleague(north: Cast) -> Client:
    return signed_in_client(north.owner)


def address(cast: Cast, name: str = "assessment-draft") -> str:
    return reverse(name, args=[cast.patient.pk])


def opened_page(client: Client, cast: Cast) -> dict[str, str]:
    """What the hidden fields of a page that was just opened say."""
    sheet = client.get(address(cast, "assessment-new")).context["sheet"]
    return {"editor": str(sheet.page.editor), "version": str(sheet.page.version)}


def kept(cast: Cast) -> Any:
    with clinic_scope(cast.clinic.pk):
        return AssessmentDraft.objects.values_list("data", "version").first()


def test_what_is_typed_is_kept_however_wrong_it_is(therapist: Client, north: Cast, episode: Episode) -> None:
    answer = therapist.post(address(north), {**TYPED, **opened_page(therapist, north), "M12-left": "x"}, headers=LIVE)
    assert (answer.status_code, kept(north)) == (200, ({**TYPED, "M12-left": "x"}, 1))
    assert "A number, please." in words(answer)
    assert "Discard the draft" in words(answer)
    shown = therapist.get(address(north, "assessment-new")).context["form"]
    assert (shown["M12-right"].value(), shown["M12-left"].value()) == ("7.0", "x")


def test_nothing_typed_makes_no_draft(therapist: Client, north: Cast, episode: Episode) -> None:
    therapist.post(address(north), {"tests": "M12", **opened_page(therapist, north)}, headers=LIVE)
    assert kept(north) is None


def test_without_script_a_button_keeps_it_and_the_page_comes_back(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    answer = therapist.post(address(north), {**TYPED, **opened_page(therapist, north)}, follow=True)
    assert "Draft saved." in words(answer)
    assert answer.context["form"]["M12-right"].value() == "7.0"


def test_one_page_never_contradicts_itself(therapist: Client, north: Cast, episode: Episode) -> None:
    """Its second save begins before the first one's answer is there."""
    page = opened_page(therapist, north)
    for value in ("7", "7.5"):
        assert therapist.post(address(north), {**TYPED, **page, "M12-right": value}, headers=LIVE).status_code == 200
    assert kept(north) == ({**TYPED, "M12-right": "7.5"}, 2)


def both_typed(therapist: Client, colleague: Client, cast: Cast) -> Any:
    """Two pages of one draft; the colleague saved first. Returns the second one's answer and its page."""
    pages = [opened_page(client, cast) for client in (therapist, colleague)]
    colleague.post(address(cast), {"tests": "M12,M17", "M12-right": "9", "M17-left": "34", **pages[1]}, headers=LIVE)
    mine = {**TYPED, "M12-left": "10", **pages[0]}
    return therapist.post(address(cast), mine, headers=LIVE), mine


def test_the_second_of_two_sees_both_versions(
    therapist: Client, colleague: Client, north: Cast, episode: Episode
) -> None:
    answer, _mine = both_typed(therapist, colleague, north)
    found = [(one.name, one.theirs, one.mine, one.pick) for one in answer.context["conflict"].differences]
    assert answer.status_code == 409
    assert found == [
        ("M12-right", "9", "7.0", ""), ("M12-left", "–", "10", "mine"), ("M17-left", "34", "–", "theirs"),
    ]  # fmt: skip
    assert f"{north.owner} saved this draft at" in words(answer)
    assert kept(north)[0]["M12-right"] == "9"


@pytest.mark.parametrize(
    ("answer", "data"),
    [
        ({"keep": "mine"}, {**TYPED, "M12-left": "10"}),
        ({"keep": "theirs"}, {"tests": "M12,M17", "M12-right": "9", "M17-left": "34"}),
        (
            {"keep": "chosen", "pick-M12-right": "mine"},
            {"tests": "M12,M17", "M12-right": "7.0", "M12-left": "10", "M17-left": "34"},
        ),
        ({"keep": "chosen", "pick-M12-right": "theirs", "pick-M12-left": "theirs", "pick-M17-left": "mine"},
         {"tests": "M12,M17", "M12-right": "9"}),
    ],
)  # fmt: skip
def test_one_says_which_holds(
    therapist: Client, colleague: Client, north: Cast, episode: Episode, answer: dict[str, str], data: dict[str, str]
) -> None:
    seen, mine = both_typed(therapist, colleague, north)
    sent = {**mine, **answer, "seen": seen.context["conflict"].seen}
    assert therapist.post(address(north), sent).status_code == 302
    assert kept(north) == (data, 2)


def test_a_field_that_nobody_chose_for_is_asked_about_again(
    therapist: Client, colleague: Client, north: Cast, episode: Episode
) -> None:
    seen, mine = both_typed(therapist, colleague, north)
    sent = {**mine, "keep": "chosen", "seen": seen.context["conflict"].seen, "pick-M12-left": "mine"}
    answer = therapist.post(address(north), sent)
    assert (answer.status_code, kept(north)[1]) == (409, 1)
    assert "Choose one of the two for each field, please." in words(answer)


def test_a_choice_is_no_leave_to_overwrite_what_came_after_it(
    therapist: Client, colleague: Client, north: Cast, episode: Episode
) -> None:
    seen, mine = both_typed(therapist, colleague, north)
    sent = {**mine, "keep": "mine", "seen": seen.context["conflict"].seen}
    colleague.post(address(north), {**TYPED, **opened_page(colleague, north), "M12-right": "8"}, headers=LIVE)
    assert therapist.post(address(north), sent).status_code == 409
    assert kept(north)[0]["M12-right"] == "8"


def test_nobody_records_over_a_colleagues_newer_draft(
    therapist: Client, colleague: Client, north: Cast, episode: Episode
) -> None:
    _answer, mine = both_typed(therapist, colleague, north)
    assert therapist.post(address(north, "assessment-new"), mine).status_code == 409
    with clinic_scope(north.clinic.pk):
        assert (Assessment.objects.count(), AssessmentDraft.objects.count()) == (0, 1)


def test_recording_ends_the_draft_and_a_second_press_records_nothing(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    page = opened_page(therapist, north)
    saved = therapist.post(address(north), {**TYPED, **page}, headers=LIVE).context["sheet"].page.version
    sent = {**TYPED, "M12-left": "10.5", **page, "version": saved}
    presses = [therapist.post(address(north, "assessment-new"), sent).status_code for _press in range(2)]
    assert (presses, kept(north)) == ([302, 409], None)
    with clinic_scope(north.clinic.pk):
        assert (Assessment.objects.count(), Result.objects.count()) == (1, 2)


def test_a_draft_can_be_discarded(therapist: Client, north: Cast, episode: Episode) -> None:
    page = opened_page(therapist, north)
    therapist.post(address(north), {**TYPED, **page}, headers=LIVE)
    therapist.post(address(north, "assessment-discard"), {**TYPED, **page, "version": "1"})
    assert kept(north) is None


@pytest.mark.parametrize(
    "hidden", [{"editor": "x"}, {"version": "-1"}, {"version": "9" * 30}, {"editor": "", "version": ""}]
)
def test_hidden_fields_that_say_nonsense_harm_nothing(
    therapist: Client, north: Cast, episode: Episode, hidden: dict[str, str]
) -> None:
    answer = therapist.post(address(north), {**TYPED, **opened_page(therapist, north), **hidden}, headers=LIVE)
    assert answer.status_code == 200


def test_the_audit_has_who_began_and_who_took_over_not_every_stroke(in_north: Cast) -> None:
    episode, page = opened(in_north), Page(editor=uuid4(), version=0)
    for by, value in ((in_north.therapist, "7"), (in_north.therapist, "7.5"), (in_north.owner, "8")):
        save_draft(episode=episode, data={"M12-right": value}, page=page, by=by)
    draft = AssessmentDraft.objects.get()
    discard_draft(episode=episode, page=page, by=in_north.owner)
    assert draft.version == 3
    assert list(AuditEvent.objects.filter(action__contains="draft").order_by("pk").values_list("action", "by")) == [
        ("draft_assessment", in_north.therapist.pk),
        ("draft_assessment", in_north.owner.pk),
        ("discard_draft", in_north.owner.pk),
    ]


def test_a_draft_that_is_gone_contradicts_the_page_that_knew_it(in_north: Cast) -> None:
    with pytest.raises(Moved) as moved:
        record_draft(
            episode=opened(in_north), page=Page(editor=UUID(int=1), version=2), done_on=TODAY,
            entries=both("M12", "7", "10"), by=in_north.therapist,
        )  # fmt: skip
    assert moved.value.theirs is None
