"""A note that is written days after the visit: which screen it is signed with, and what the record says of it."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinics.models import Location
from clinics.tenancy import clinic_scope
from patients.models import Appointment
from programs.models import Concern, RedFlagScreen, Session
from programs.queries.gates import gates_of
from programs.queries.noted import noted
from programs.services.episodes import open_episode
from programs.services.sessions import sign
from tests.factories import NINE, Cast
from tests.programs.test_episodes import TODAY
from tests.programs.test_sessions import screened, shut, sign_by_hand, written

TUESDAY = TODAY + timedelta(days=1)


@pytest.fixture
def note(north: Cast, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Of Monday's visit, on Tuesday; nobody screened."""
    with clinic_scope(north.clinic.pk):
        session = written(north, screen=False)
    at(monkeypatch, NINE + timedelta(days=1))
    return session


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def ask(note: Session) -> str:
    return f"{reverse('red-flags', args=[note.patient_id])}?appointment={note.appointment_id}"


def told(note: Session, north: Cast) -> tuple[bool, str]:
    """What the gate says."""
    visit = Appointment.objects.select_related("room__location", "service").get()
    gate = gates_of(
        appointment=visit, episode=note.episode, noted=noted(note), writer=north.therapist, by=north.therapist
    )[0]
    return gate.open, gate.text


def test_the_day_of_the_visit_is_meant_and_the_record_says_when_it_was_written(
    therapist: Client, north: Cast, note: Session
) -> None:
    form = therapist.get(ask(note)).context["form"]
    assert form["screened_on"].value() == TODAY
    answer = therapist.post(ask(note), {"asked": "on", "screened_on": "2021-03-01"})
    assert answer["Location"] == reverse("session", args=[note.appointment_id])
    with clinic_scope(north.clinic.pk):
        assert told(note, north) == (True, "Screened 1 Mar 2021, recorded 2 Mar 2021")
        assert isinstance(sign(session=note, by=north.therapist), Session)


def test_who_asked_later_says_so_and_can_sign_too(therapist: Client, north: Cast, note: Session) -> None:
    therapist.post(ask(note), {"asked": "on", "screened_on": "2021-03-02"})
    with clinic_scope(north.clinic.pk):
        assert told(note, north) == (True, "Screened 2 Mar 2021, after the visit")
        assert isinstance(sign(session=note, by=north.therapist), Session)


def test_west_of_the_clinic_midnight_takes_nothing_away(
    therapist: Client, north: Cast, note: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clinic_scope(north.clinic.pk):
        Location.objects.update(time_zone="America/New_York")
        late = NINE.replace(hour=23)  # 18:00 there, and still Monday after Dublin's midnight
        Appointment.objects.update(starts_at=late, ends_at=late + timedelta(minutes=45))
    at(monkeypatch, NINE.replace(day=2, hour=1))
    assert therapist.get(ask(note)).context["form"]["screened_on"].value() == TODAY


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2021-03-03", "That day is still to come."),
        ("2020-11-30", "Care began on 1 Dec 2020: that day or a later one."),
        ("", "On which day did you ask?"),
        ("soon", "A day such as 2027-03-01, please."),
    ],
)
def test_the_day_of_asking_is_one_on_which_it_could_be_done(
    therapist: Client, north: Cast, note: Session, day: str, says: str
) -> None:
    answer = therapist.post(ask(note), {"asked": "on", "screened_on": day})
    assert (answer.status_code, answer.context["form"].errors) == (422, {"screened_on": [says]})
    with clinic_scope(north.clinic.pk):
        assert not RedFlagScreen.objects.exists()


def test_the_episode_that_is_written_about_is_screened(therapist: Client, north: Cast, note: Session) -> None:
    """Also where another complaint was opened since."""
    with clinic_scope(north.clinic.pk):
        open_episode(patient=north.patient, complaint="Knee", began_on=None, started_on=TUESDAY, by=north.therapist)
    therapist.post(ask(note), {"asked": "on", "screened_on": "2021-03-01"})
    with clinic_scope(north.clinic.pk):
        assert RedFlagScreen.objects.get().episode == note.episode


@pytest.mark.parametrize("asked", ["999999", "x", "9" * 30])
def test_a_visit_that_nobody_knows_leads_to_the_chart(
    therapist: Client, north: Cast, note: Session, asked: str
) -> None:
    url = reverse("red-flags", args=[note.patient_id])
    answer = therapist.post(f"{url}?appointment={asked}", {"asked": "on", "screened_on": "2021-03-02"})
    assert answer["Location"] == reverse("chart", args=[note.patient_id])


Screens = list[tuple[str, int]]  # level of concern, days after the visit


@pytest.mark.parametrize(
    ("screens", "opens"),
    [
        ([(Concern.CLEAR, 0)], True),
        ([(Concern.CLEAR, -31)], False),
        ([(Concern.CLEAR, -31), (Concern.CLEAR, 1)], True),
        ([(Concern.EMERGENCY, 0)], False),
        ([(Concern.EMERGENCY, 1)], False),
        ([(Concern.EMERGENCY, 0), (Concern.CLEAR, 1)], True),
        ([(Concern.CLEAR, 0), (Concern.EMERGENCY, 1)], True),  # the note of a day on which all was well
        ([(Concern.CLEAR, 1), (Concern.EMERGENCY, 2)], False),
        ([(Concern.EMERGENCY, -40), (Concern.HIGH, 3)], True),
    ],
)
def test_gate_and_database_agree_on_every_course(note: Session, north: Cast, screens: Screens, opens: bool) -> None:
    with clinic_scope(north.clinic.pk):
        for concern, after in screens:
            screened(note.episode, north, concern, TODAY + timedelta(days=after))
        assert told(note, north)[0] is opens
        if opens:
            assert isinstance(sign(session=note, by=north.therapist), Session)
            return
        stands = screens[-1][0] == Concern.EMERGENCY and screens[-1][1] <= 0
        assert shut(sign(session=note, by=north.therapist)) == ["emergency" if stands else "red_flags"]
        with pytest.raises(IntegrityError, match="an emergency stands" if stands else "no valid red-flag screen"):
            sign_by_hand(note, north.therapist)
