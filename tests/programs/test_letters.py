"""The referral letter: made from the screen and the findings, and kept track of."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from patients.models import PatientFlag
from programs.models import Concern, Episode, RedFlagScreen
from programs.services.assessments import Entry
from programs.services.red_flags import record_screen
from tests.factories import Cast
from tests.programs.pages import words
from tests.programs.test_assessments import a_test, assessed
from tests.programs.test_emergency_locks import handed
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_raised_flags import power

pytestmark = pytest.mark.usefixtures("monday_morning")


@pytest.fixture
def episode(north: Cast) -> Episode:
    with clinic_scope(north.clinic.pk):
        return opened(north, started_on=TODAY - timedelta(days=40))


def url(cast: Cast) -> str:
    return reverse("referral-letter", args=[cast.patient.pk])


def screened(cast: Cast, episode: Episode, concern: str, *positive: str, day: date = TODAY) -> None:
    with clinic_scope(cast.clinic.pk):
        record_screen(
            episode=episode, concern=concern, positive=positive, note="Since Sunday night.", reason="Seen again.",
            screened_on=day, by=cast.therapist,
        )  # fmt: skip


def test_it_says_who_what_and_how_soon(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        PatientFlag.objects.create(
            patient=north.patient, kind="anticoagulants", note="apixaban", noted_on=TODAY, noted_by=north.therapist
        )
    screened(north, episode, Concern.EMERGENCY, "r01_bladder_hold", "r01_saddle")
    page = words(therapist.get(url(north)))
    said = [
        "Emergency referral To the emergency department",
        "North Clinic +353 1 555 0100 1 March 2021, 09:00",
        "Pia North, born 17 May 1984",
        "Low back pain, since about October 2020",
        "apixaban",
        "Please see the patient at once.",
        "at the screen of 1 March 2021 by Theo North",
        "Bladder: hesitancy, retention or incontinence Saddle",
        "Since Sunday night.",
        "Theo North, North Clinic",
    ]
    places = [page.index(text) for text in said]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("concern", "title"), [(Concern.HIGH, "Urgent referral"), (Concern.LOW, "Referral To the patient’s doctor")]
)
def test_less_is_asked_for_where_less_was_found(
    therapist: Client, north: Cast, episode: Episode, concern: str, title: str
) -> None:
    screened(north, episode, concern, "r03_history")
    assert title in words(therapist.get(url(north)))


def test_a_finding_is_enough_and_speaks_in_its_own_words(therapist: Client, north: Cast, episode: Episode) -> None:
    with clinic_scope(north.clinic.pk):
        assessed(north, power("5"), episode=episode, day=TODAY - timedelta(days=7))
        assessed(north, power("4"), episode=episode)
    page = words(therapist.get(url(north)))
    assert "Urgent referral" in page
    assert "Found by tests Right L5 power fell" in page


def test_what_was_cleared_is_not_referred_for(therapist: Client, north: Cast, episode: Episode) -> None:
    assert therapist.get(url(north)).status_code == 404
    with clinic_scope(north.clinic.pk):
        assessed(north, [Entry(test=a_test("N11"), word="altered")], episode=episode)
    assert "Referral letter" in words(therapist.get(reverse("red-flags", args=[north.patient.pk])))
    screened(north, episode, Concern.CLEAR)
    assert therapist.get(url(north)).status_code == 404
    assert "Referral letter" not in words(therapist.get(reverse("red-flags", args=[north.patient.pk])))


def test_what_was_said_in_confidence_stays_out(therapist: Client, north: Cast, episode: Episode) -> None:
    screened(north, episode, Concern.EMERGENCY, "r10_self", "r01_saddle")
    page = words(therapist.get(url(north)))
    assert "Something was told in confidence. It is handed over in person." in page
    assert ("Saddle" in page, "Since Sunday night." in page, "harm" in page.lower()) == (True, False, False)


def test_opening_it_is_audited_without_a_word_of_it(therapist: Client, north: Cast, episode: Episode) -> None:
    screened(north, episode, Concern.HIGH, "r02_major")
    therapist.get(url(north))
    with clinic_scope(north.clinic.pk):
        event = AuditEvent.objects.get(action="open_letter")
    assert (event.by, event.patient_id, event.subject_ids) == (north.therapist, north.patient.pk, [episode.pk])
    assert event.detail == {"level": "concern_high"}


@pytest.mark.parametrize("who", ["desk", "manager"])
def test_it_is_for_clinicians(who: str, request: pytest.FixtureRequest, north: Cast, episode: Episode) -> None:
    screened(north, episode, Concern.HIGH, "r02_major")
    assert request.getfixturevalue(who).get(url(north)).status_code == 403


def test_who_took_over_is_in_it_and_an_emergency_of_another_complaint_comes_first(
    therapist: Client, north: Cast, episode: Episode
) -> None:
    screened(north, episode, Concern.EMERGENCY, "r01_saddle")
    with clinic_scope(north.clinic.pk):
        handed(north, RedFlagScreen.objects.get())
        opened(north, complaint="Neck pain", started_on=TODAY)
    page = words(therapist.get(url(north)))
    assert "Low back pain" in page
    assert "Handed over to Emergency department, by phone, 1 March 2021, 09:00, by Theo North." in page
