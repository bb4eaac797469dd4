"""The patient's pages, as pia uses them."""

from datetime import UTC, datetime, time
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinics.models import AuditEvent, Channel, Message, MessageStatus
from clinics.tenancy import clinic_scope
from patients.models import Patient
from portal.models import PatientLogin
from programs.models import ExerciseLog, Prescription, ReminderSetting, Score
from tests.conftest import signed_in_client
from tests.factories import NINE, Cast, appointment_at
from tests.factories.portal import copy_for_neighbour, neighbour_client
from tests.factories.programme import make_programme

NOON = datetime(2021, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock alone is replaced: nothing of ours."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def due(north: Cast) -> Cast:
    make_programme(north)
    return north


def log_form(**changes: object) -> dict[str, object]:
    values = {"client_id": str(uuid4()), "due_on": "2021-03-01", "completion": "full", "pain": "2", "effort": "4"}
    return {**values, "sets_done": "2", "reps_done": "10", **changes}


def prescription_id(cast: Cast, key: str = "hip_hinge") -> int:
    with clinic_scope(cast.clinic.pk):
        return Prescription.objects.get(patient=cast.patient, exercise__key=key).pk


def test_today_shows_three_exercises_with_dose_and_figure(due: Cast, patient: Client) -> None:
    page = patient.get(reverse("portal-today")).content.decode()
    names = ["Half-kneeling glute activation", "Lumbar extension", "Hip hinge"]
    assert [name for name in names if name in page] == names
    assert "2 sets of 5 holds, 5 seconds, each side" in page
    assert "/portal/exercises/half_kneel_glute.svg?v=" in page
    assert "0 of 3 done" in page


def test_logging_one_shows_it_done_and_moves_the_week(due: Cast, patient: Client) -> None:
    answer = patient.post(reverse("portal-log", args=[prescription_id(due)]), log_form())
    assert (answer.status_code, answer["Location"]) == (302, reverse("portal-today"))
    page = patient.get(reverse("portal-today")).content.decode()
    assert "1 of 3 done" in page
    assert 'data-adherence="100.0"' in page


def test_a_double_tap_is_one_log(due: Cast, patient: Client) -> None:
    form = log_form()
    for _ in range(2):
        patient.post(reverse("portal-log", args=[prescription_id(due)]), form)
    with clinic_scope(due.clinic.pk):
        assert ExerciseLog.objects.count() == 1


def test_a_log_without_pain_is_asked_again_and_keeps_what_was_typed(due: Cast, patient: Client) -> None:
    answer = patient.post(reverse("portal-log", args=[prescription_id(due)]), log_form(pain="", note="gardening"))
    assert answer.status_code == 422
    assert "Please choose a number" in answer.content.decode()
    assert 'value="gardening"' in answer.content.decode()


@pytest.mark.parametrize(("pain", "sign"), [("2", "sign true"), ("8", "sign off")])
def test_a_log_is_ticked_only_where_it_did_not_hurt_too_much(due: Cast, patient: Client, pain: str, sign: str) -> None:
    patient.post(reverse("portal-log", args=[prescription_id(due)]), log_form(pain=pain))
    text = patient.get(reverse("portal-today")).content.decode()
    assert [one for one in ("sign true", "sign off") if one in text] == [sign]


def test_much_pain_is_answered_with_care_and_a_number_to_call(due: Cast, patient: Client) -> None:
    patient.post(reverse("portal-log", args=[prescription_id(due)]), log_form(pain="8"))
    page = patient.get(reverse("portal-today")).content.decode()
    assert "Please stop for today and tell us" in page
    assert due.clinic.phone in page


@pytest.mark.parametrize("day", ["2021-03-07", "2021-02-20", "yesterday"])
def test_a_day_on_which_nothing_is_due_is_refused(day: str, due: Cast, patient: Client) -> None:
    assert patient.post(reverse("portal-log", args=[prescription_id(due)]), log_form(due_on=day)).status_code == 422


def test_other_patients_prescriptions_are_not_there(due: Cast, south: Cast, patient: Client) -> None:
    make_programme(south)
    for name in ("portal-exercise", "portal-log"):
        assert patient.get(reverse(name, args=[prescription_id(south)])).status_code == 404
        assert patient.get(reverse(name, args=[10**9])).status_code == 404
    neighbour = neighbour_client(due)
    assert neighbour.get(reverse("portal-log", args=[prescription_id(due)])).status_code == 404
    assert neighbour.post(reverse("portal-log", args=[prescription_id(due)]), log_form()).status_code == 404


def test_patients_have_no_business_on_staff_pages(due: Cast, patient: Client) -> None:
    pages = [reverse("day"), reverse("patients"), reverse("chart", args=[due.patient.pk]), "/admin/"]
    assert [patient.get(page).status_code for page in pages] == [404] * 4


def test_reading_is_audited_once_a_request(due: Cast, patient: Client) -> None:
    patient.get(reverse("portal-today"))
    with clinic_scope(due.clinic.pk):
        reads = AuditEvent.objects.filter(action="read", subject="portal-today")
        assert list(reads.values_list("patient_id", "by")) == [(due.patient.pk, due.login.pk)]


def test_messages_show_the_own_inbox_and_are_marked_read(due: Cast, patient: Client) -> None:
    with clinic_scope(due.clinic.pk):
        for owner, title in ((due.patient, "For Pia"), (due.neighbour, "For Pete")):
            Message.objects.create(
                patient_id=owner.pk, channel=Channel.PORTAL, rule="test", subject_id=1, local_date=NOON.date(),
                title=title, body="Hello", status=MessageStatus.SENT, sent_at=NOON, due_at=NOON, expires_at=NOON,
            )  # fmt: skip
    page = patient.get(reverse("portal-messages")).content.decode()
    assert ("For Pia" in page, "For Pete" in page) == (True, False)
    patient.post(reverse("portal-messages-read"))
    with clinic_scope(due.clinic.pk):
        assert list(Message.objects.filter(read_at__isnull=False).values_list("title", flat=True)) == ["For Pia"]


def test_a_patient_without_a_programme_yet_chooses_a_time(north: Cast, patient: Client) -> None:
    values = {"local_time": "09:15", "in_portal": "on"}
    assert patient.post(reverse("portal-settings"), values).status_code == 302
    with clinic_scope(north.clinic.pk):
        assert ReminderSetting.objects.get().local_time == time(9, 15)


def test_reminder_time_at_night_is_refused_with_the_reason(due: Cast, patient: Client) -> None:
    answer = patient.post(reverse("portal-settings"), {"local_time": "22:00", "by_email": "on"})
    assert answer.status_code == 422
    assert "Between 08:00 and 19:30" in answer.content.decode()
    assert patient.post(reverse("portal-settings"), {"local_time": "9:15", "by_email": "on"}).status_code == 302
    with clinic_scope(due.clinic.pk):
        assert str(ReminderSetting.objects.get().local_time) == "09:15:00"


def test_visits_show_wall_time_and_zone(south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        appointment_at(south, NINE.replace(hour=15))
    page = signed_in_client(south.login).get(reverse("portal-visits")).content.decode()
    assert "Mon 1 March 2021" in page
    assert "10:00 to 10:45, New York time" in page


@pytest.mark.parametrize("visits", [1, 3])
def test_the_visits_page_costs_the_same_for_one_and_three(visits: int, north: Cast, patient: Client) -> None:
    with clinic_scope(north.clinic.pk):
        for day in range(visits):
            appointment_at(north, NINE.replace(day=2 + day))
    with CaptureQueriesContext(connection) as queries:
        patient.get(reverse("portal-visits"))
    assert len(queries) == 11


@pytest.mark.parametrize(
    "path", ["/portal/exercises/x/", "/portal/exercises/-1/log/", "/portal/exercises/99999999999999999999/"]
)
def test_malformed_ids_are_404(path: str, due: Cast, patient: Client) -> None:
    assert patient.get(path).status_code == 404


def test_a_patient_without_a_programme_reads_what_will_come(north: Cast, patient: Client) -> None:
    assert "Your home programme will appear here" in patient.get(reverse("portal-today")).content.decode()


@pytest.mark.django_db(transaction=True)  # in one transaction the settings of the first request would stay
def test_a_person_of_two_clinics_changes_between_their_own_records(due: Cast, south: Cast, patient: Client) -> None:
    make_programme(south)
    with clinic_scope(south.clinic.pk):
        there = PatientLogin.objects.create(user=due.login, patient=south.patient)
        not_mine = PatientLogin.objects.get(user=south.login)
    assert patient.post(reverse("portal-switch"), {"login": not_mine.pk}).status_code == 404
    assert patient.post(reverse("portal-switch"), {"login": "x"}).status_code == 404
    assert patient.get(reverse("portal-exercise", args=[prescription_id(south)])).status_code == 404
    assert patient.post(reverse("portal-switch"), {"login": there.pk}).status_code == 302
    assert "South Clinic" in patient.get(reverse("portal-today")).content.decode()
    assert patient.get(reverse("portal-exercise", args=[prescription_id(south)])).status_code == 200
    assert patient.get(reverse("portal-exercise", args=[prescription_id(due)])).status_code == 404


def test_no_page_of_one_patient_tells_of_another(due: Cast, south: Cast, patient: Client) -> None:
    """First there is something to tell: a log, a visit, a message and a score of the neighbour's and of paul's."""
    make_programme(south)
    with clinic_scope(due.clinic.pk):
        copy_for_neighbour(due)
    for cast, owner in ((due, due.neighbour), (south, south.patient)):
        _leave_traces(cast, owner)
    for name in ("portal-today", "portal-progress", "portal-visits", "portal-messages", "portal-settings"):
        page = patient.get(reverse(name)).content.decode()
        traces = ("CANARY", "Pete", "Petra", "Paul", "Usual pain", "dry needling", "1 of 3")
        assert [word for word in traces if word in page] == []


def _leave_traces(cast: Cast, owner: Patient) -> None:
    with clinic_scope(cast.clinic.pk):
        mine = Prescription.objects.filter(patient=owner)[0]
        ExerciseLog.objects.create(
            patient=owner, prescription=mine, client_id=uuid4(), due_on=NOON.date(), done_at=NOON, sets_done=1,
            reps_done=1, note="CANARY",
        )  # fmt: skip
        Message.objects.create(
            patient_id=owner.pk, channel=Channel.PORTAL, rule="test", subject_id=1, local_date=NOON.date(),
            title="CANARY", body="CANARY", status=MessageStatus.SENT, sent_at=NOON, due_at=NOON, expires_at=NOON,
        )  # fmt: skip
        Score.objects.create(
            patient=owner, episode=mine.programme.episode, measure="nprs_average", value=9, taken_on=NOON.date()
        )
        appointment_at(cast, NINE.replace(day=2), patient=owner)


def test_the_page_of_a_day_without_anything_due_says_so(due: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON.replace(day=7))
    assert "A rest day" in signed_in_client(due.login).get(reverse("portal-today")).content.decode()


def test_reminders_need_a_way_to_come_or_a_pause(due: Cast, patient: Client) -> None:
    answer = patient.post(reverse("portal-settings"), {"local_time": "09:00"})
    assert (answer.status_code, "Choose one way at least" in answer.content.decode()) == (422, True)
    assert patient.post(reverse("portal-settings"), {"local_time": "09:00", "paused": "on"}).status_code == 302
    with clinic_scope(due.clinic.pk):
        assert ReminderSetting.objects.get().paused
        assert AuditEvent.objects.filter(action="change_reminders", by=due.login).count() == 1
