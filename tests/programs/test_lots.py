"""Which patients had a lot: one search, by the lot as printed, in the own clinic only."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from programs.services.sessions import save_session
from programs.session_draft import Draft
from tests.factories import NINE, Cast, appointment_at
from tests.programs.pages import words
from tests.programs.test_episodes import opened
from tests.programs.test_sessions import GLUTEUS


def needled(cast: Cast, count: int = 1) -> None:
    with clinic_scope(cast.clinic.pk):
        episode = opened(cast)
        for hour in range(count):
            visit = appointment_at(cast, NINE.replace(hour=9 + hour))
            save_session(appointment=visit, episode=episode, draft=Draft(sites=[GLUTEUS]), by=cast.therapist)


@pytest.mark.parametrize("typed", ["DEMO-LOT-01", "demo-lot-01", "  Demo-Lot-01 "])
def test_it_is_found_as_it_is_printed(therapist: Client, north: Cast, south: Cast, typed: str) -> None:
    needled(north)
    needled(south)
    answer: Any = therapist.get(reverse("lots"), {"lot": typed})
    assert [one.session.patient for one in answer.context["page"]] == [north.patient]
    assert "Right gluteus medius" in words(answer)


@pytest.mark.parametrize(("typed", "says"), [("OTHER", "No needle of this lot"), ("", "Needle lots"), ("\x00", "")])
def test_what_nobody_had_is_not_found(therapist: Client, north: Cast, typed: str, says: str) -> None:
    needled(north)
    answer = therapist.get(reverse("lots"), {"lot": typed})
    assert answer.status_code in {200, 400}
    assert says in words(answer)


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_one_and_three(
    therapist: Client, north: Cast, django_assert_num_queries: Any, count: int
) -> None:
    needled(north, count)
    with django_assert_num_queries(10):
        answer = therapist.get(reverse("lots"), {"lot": "DEMO-LOT-01"})
    assert len(answer.context["page"].object_list) == count
