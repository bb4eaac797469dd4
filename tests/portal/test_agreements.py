"""A patient reads what they agreed to and takes it back; nobody else's is there."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from programs.models import Alert, Consent, Session
from programs.services.sessions import save_session, sign
from programs.session_draft import Draft
from tests.factories import NINE, Cast, appointment_at
from tests.programs.needles import RECORD, agreed, asked
from tests.programs.pages import words
from tests.programs.test_episodes import opened
from tests.programs.test_sessions import GLUTEUS, screened, shut


@pytest.fixture
def consent(north: Cast) -> Consent:
    with clinic_scope(north.clinic.pk):
        return agreed(appointment_at(north), north.therapist, episode=opened(north))


def test_it_reads_the_very_words(patient: Client, consent: Consent) -> None:
    assert "Dry needling" in words(patient.get(reverse("portal-agreements")))
    shown = words(patient.get(reverse("portal-agreement", args=[consent.pk])))
    assert (consent.exact_text in shown, consent.sha256 in shown) == (True, True)


def test_taken_back_in_the_portal_it_counts_at_once_and_the_clinic_hears(
    patient: Client, north: Cast, consent: Consent
) -> None:
    answer = patient.post(reverse("portal-agreement-end", args=[consent.pk]), follow=True)
    assert "your other care goes on" in words(answer)
    with clinic_scope(north.clinic.pk):
        consent.refresh_from_db()
        assert (consent.withdrawn_by, [one.kind for one in Alert.objects.all()]) == (north.login, ["consent_withdrawn"])
    again = patient.post(reverse("portal-agreement-end", args=[consent.pk]), follow=True)
    assert "You took this back before." in words(again)


@pytest.mark.usefixtures("monday_morning")
def test_taken_back_between_opening_and_signing_the_note_is_refused(patient: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        episode = opened(north)
        screened(episode, north)
        visit: Appointment = appointment_at(north, status=Status.IN_SESSION)
        asked(visit, north.therapist)
        draft = Draft(sites=[GLUTEUS], **RECORD)
        session: Session = save_session(appointment=visit, episode=episode, draft=draft, by=north.therapist)
        given = Consent.objects.get()
    patient.post(reverse("portal-agreement-end", args=[given.pk]))
    with clinic_scope(north.clinic.pk):
        assert shut(sign(session=session, by=north.therapist)) == ["consent"]


def test_somebody_elses_is_not_there(patient: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        visit = appointment_at(north, NINE.replace(hour=15), patient=north.neighbour)
        other = agreed(visit, north.therapist)
    assert patient.get(reverse("portal-agreement", args=[other.pk])).status_code == 404
    assert patient.post(reverse("portal-agreement-end", args=[other.pk])).status_code == 404
    assert "Nothing signed yet" in words(patient.get(reverse("portal-agreements")))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    patient: Client, north: Cast, django_assert_num_queries: Any, count: int
) -> None:
    with clinic_scope(north.clinic.pk):
        visit = appointment_at(north)
        for _number in range(count):
            agreed(visit, north.therapist)
    with django_assert_num_queries(10):
        answer = patient.get(reverse("portal-agreements"))
    assert words(answer).count("Dry needling") == count
