"""Two people at one plan: the second sees both versions, nothing is replaced unseen, nothing that was typed is lost."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from programs.models import CarePlan, Episode, Protocol
from programs.services.plans import Moved, discard_draft, sign_plan
from tests.conftest import signed_in_client
from tests.factories import Cast, make_cast
from tests.programs.pages import begun, seen, words
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_plan_pages import HINGE, a_plan, episode, page
from tests.programs.test_plan_versions import drafted
from tests.programs.test_protocols import HIPS
from tests.programs.test_session_races import elsewhere

__all__ = ["episode"]  # the fixture: weak hips, confirmed

NEWER = "Not saved: there is a draft by Theo North that is newer than your page"
GONE = "That draft was changed, signed or discarded meanwhile. Here is the plan as it stands now."


@pytest.fixture
def second(north: Cast) -> Client:
    return signed_in_client(north.colleague)


def visits(cast: Cast) -> list[tuple[int, bool]]:
    with clinic_scope(cast.clinic.pk):
        return [(one.visits, one.is_draft) for one in CarePlan.objects.order_by("version")]


@pytest.mark.usefixtures("monday_morning")
class TestThePage:
    def test_a_second_draft_shows_both_and_replaces_only_what_was_seen(
        self, therapist: Client, second: Client, north: Cast, episode: Episode
    ) -> None:
        opened_empty = begun(second, page(north))
        therapist.post(page(north), a_plan(draft="1", visits="4"))
        mine: dict[str, Any] = a_plan(draft="1", visits="5", **opened_empty)
        refused = second.post(page(north), mine)
        assert (refused.status_code, NEWER in words(refused), visits(north)) == (409, True, [(4, True)])
        assert [(one.label, one.before, one.now) for one in refused.context["both"]] == [("Planned visits", "4", "5")]
        assert refused.context["forms"].plan["visits"].value() == "5"
        again = {**mine, "seen": refused.context["forms"].seen}
        assert (second.post(page(north), again).status_code, visits(north)) == (302, [(5, True)])
        with clinic_scope(north.clinic.pk):
            replaced = AuditEvent.objects.filter(action="plan").order_by("pk").last()
        assert replaced is not None
        assert replaced.detail["instead_of"] == int(again["seen"].split()[0])

    def test_nothing_is_signed_over_a_draft_that_nobody_saw(
        self, therapist: Client, second: Client, north: Cast, episode: Episode
    ) -> None:
        opened_empty = begun(second, page(north))
        therapist.post(page(north), a_plan(draft="1", visits="4"))
        assert second.post(page(north), a_plan(visits="5", **opened_empty)).status_code == 409
        assert visits(north) == [(4, True)]

    @pytest.mark.parametrize(
        ("way", "says"),
        [
            ("plan-sign", "version 1, signed by Theo North, stands"),
            ("plan-discard", "Not saved: the draft that you opened was discarded meanwhile"),
        ],
    )
    def test_a_draft_that_was_signed_or_discarded_is_said(
        self, way: str, says: str, therapist: Client, second: Client, north: Cast, episode: Episode
    ) -> None:
        therapist.post(page(north), a_plan(draft="1"))
        mine = a_plan(draft="1", visits="5", **begun(second, page(north)))
        therapist.post(page(north, way), seen(therapist, page(north, "plan")))
        refused = second.post(page(north), mine)
        assert (refused.status_code, says in words(refused)) == (409, True)
        assert refused.context["forms"].plan["visits"].value() == "5"

    def test_an_exercise_that_the_other_draft_dropped_is_still_there(
        self, therapist: Client, second: Client, north: Cast, episode: Episode
    ) -> None:
        bridge = {name.replace("hip_hinge", "bridge"): value for name, value in HINGE.items()}
        mine = {**a_plan(draft="1", **bridge), "bridge-factors": ["hip_weak"], **begun(second, page(north))}
        therapist.post(page(north), a_plan(draft="1"))
        refused = second.post(page(north), mine)
        assert [one.prefix for one in refused.context["forms"].doses if one["include"].value()] == [
            "hip_hinge", "bridge",
        ]  # fmt: skip

    def test_a_protocol_replaces_no_draft_unseen(
        self, therapist: Client, second: Client, north: Cast, episode: Episode
    ) -> None:
        with clinic_scope(north.clinic.pk):
            chosen = {"protocol": Protocol.objects.get(key=HIPS).pk, **begun(second, page(north))}
        therapist.post(page(north), a_plan(draft="1", visits="4"))
        answer = second.post(page(north, "plan-from-protocol"), chosen, follow=True)
        assert "The plan has changed meanwhile." in words(answer)
        assert visits(north) == [(4, True)]
        assert "There is a draft by Theo North. All that is planned in it will be gone." in words(answer)
        second.post(page(north, "plan-from-protocol"), {**chosen, **begun(second, page(north))})
        assert visits(north) == [(8, True)]

    def test_a_field_that_no_card_has_is_nobodys_business(
        self, therapist: Client, north: Cast, episode: Episode
    ) -> None:
        odd = {"a\0-include": "on", "../x-include": "on", "-include": "on"}
        assert therapist.post(page(north), a_plan(draft="1", **odd)).status_code == 302

    def test_only_the_draft_that_was_seen_is_discarded(
        self, therapist: Client, second: Client, north: Cast, episode: Episode
    ) -> None:
        therapist.post(page(north), a_plan(draft="1"))
        opened_draft = seen(second, page(north, "plan"))
        therapist.post(page(north), a_plan(draft="1", visits="4", **begun(therapist, page(north))))
        answer = second.post(page(north, "plan-discard"), opened_draft, follow=True)
        assert (GONE in words(answer), visits(north)) == (True, [(4, True)])


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def cast(self) -> Cast:
        return make_cast("north", zone="Europe/Dublin")

    @pytest.fixture
    def draft(self, cast: Cast) -> CarePlan:
        with clinic_scope(cast.clinic.pk):
            return drafted(cast, opened(cast))

    def test_who_discards_while_somebody_signs_is_told(self, cast: Cast, draft: CarePlan) -> None:
        with ThreadPoolExecutor(1) as pool:
            with clinic_scope(cast.clinic.pk):
                sign_plan(plan=draft, day=TODAY, by=cast.therapist, unscreened="By phone.")
                discarding = elsewhere(pool, cast, lambda: discard_draft(plan=draft, by=cast.colleague))
                with pytest.raises(TimeoutError):
                    discarding.result(timeout=0.5)
            with pytest.raises(ValidationError, match="signed or discarded meanwhile"):
                discarding.result(timeout=5)
        assert visits(cast) == [(8, False)]

    def test_of_two_drafts_from_one_page_the_second_is_told(self, cast: Cast, draft: CarePlan) -> None:
        began = draft.seen_as
        with ThreadPoolExecutor(1) as pool:
            with clinic_scope(cast.clinic.pk):
                drafted(cast, draft.episode, seen=began, visits=4)
                saving = elsewhere(pool, cast, lambda: drafted(cast, draft.episode, seen=began, visits=5))
                with pytest.raises(TimeoutError):
                    saving.result(timeout=0.5)
            with pytest.raises(Moved):
                saving.result(timeout=5)
        assert visits(cast) == [(4, True)]
