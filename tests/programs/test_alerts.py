"""What waits for a clinician: raised once, resolved once, seen by whom it concerns."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinics.models import AuditEvent, User
from clinics.tenancy import OutOfScope, clinic_scope
from patients.models import Patient
from programs.models import Alert, AlertKind, Concern, Episode, RedFlagScreen
from programs.services.alerts import raise_alert, resolve_alerts, resolve_by_hand
from programs.services.emergencies import hand_over
from programs.services.red_flags import record_screen
from tests.factories import NINE, Cast, appointment_at
from tests.patients.statements import of_the_page
from tests.programs.pages import words
from tests.programs.test_assessments import assessed
from tests.programs.test_episodes import TODAY, opened
from tests.programs.test_raised_flags import power


def raised(episode: Episode, kind: AlertKind = AlertKind.NO_CHANGE, by: User | None = None) -> Alert:
    return raise_alert(kind=kind, episode=episode, due_at=timezone.now(), by=by)


def test_the_same_is_raised_once_and_audited_once(in_north: Cast) -> None:
    episode = opened(in_north)
    assert raised(episode) == raised(episode)
    event = AuditEvent.objects.get(action="raise_alert")
    assert (event.subject_ids, event.by, event.detail) == ([Alert.objects.get().pk], None, {"kind": "no_change"})


def test_one_of_a_kind_and_subject_is_open_whoever_writes(in_north: Cast) -> None:
    alert = raised(opened(in_north))
    with pytest.raises(IntegrityError, match="programs_alert_one_open"), transaction.atomic():
        Alert.objects.create(patient=alert.patient, episode=alert.episode, kind=alert.kind, due_at=NINE)


def test_of_a_patient_without_an_episode_one_is_open_too(in_north: Cast) -> None:
    facts = {"patient": in_north.patient, "kind": AlertKind.PATIENT_EMERGENCY, "due_at": NINE}
    Alert.objects.create(**facts)
    with pytest.raises(IntegrityError, match="programs_alert_one_open"), transaction.atomic():
        Alert.objects.create(**facts)


def test_once_resolved_it_may_be_raised_anew(in_north: Cast) -> None:
    episode = opened(in_north)
    first = raised(episode)
    assert resolve_alerts(kinds=[AlertKind.NO_CHANGE], episode=episode, by=in_north.therapist) == 1
    assert resolve_alerts(kinds=[AlertKind.NO_CHANGE], episode=episode, by=in_north.therapist) == 0
    assert AuditEvent.objects.filter(action="resolve_alert", by=in_north.therapist).count() == 1
    first.refresh_from_db()
    assert (first.resolved_by, raised(episode) == first) == (in_north.therapist, False)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("UPDATE programs_alert SET due_at = due_at + interval '1 day'", "programs_alert_once"),
        ("DELETE FROM programs_alert", "programs_alert_kept"),
        ("UPDATE programs_alert SET resolved_at = raised_at + interval '1 s'", "programs_alert_clinician"),
    ],
)
def test_nothing_else_of_an_alert_changes(in_north: Cast, change: str, rule: str) -> None:
    raised(opened(in_north))
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert refused.value.__cause__.diag.constraint_name == rule  # type: ignore[union-attr]  # psycopg's


@pytest.mark.parametrize("who", ["desk", "manager", "login"])
def test_only_a_clinician_resolves(in_north: Cast, who: str) -> None:
    alert = raised(opened(in_north))
    with pytest.raises(IntegrityError, match="only a clinician resolves"), transaction.atomic():
        resolve_by_hand(alert=alert, by=getattr(in_north, who))


def test_patients_raise_for_themselves_and_resolve_nothing(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        episode, other = opened(north), opened(north, patient=north.neighbour)
    with clinic_scope(north.clinic.pk, patient_id=north.patient.pk):
        alert = raised(episode, AlertKind.PATIENT_EMERGENCY, by=north.login)
        with pytest.raises(IntegrityError, match="only a clinician resolves"), transaction.atomic():
            resolve_alerts(kinds=[AlertKind.PATIENT_EMERGENCY], episode=episode, by=north.therapist)
        with pytest.raises(OutOfScope):
            raised(other, AlertKind.PATIENT_EMERGENCY, by=north.login)
    assert alert.raised_by == north.login


# --- On the day's page.


def waiting_for(cast: Cast, count: int) -> list[Patient]:
    """So many of the therapist's patients, each with an alert."""
    found = []
    for number in range(count):
        patient = Patient.objects.create(given_name=f"P{number}", family_name="North", birth_date=date(1980, 1, 1))
        appointment_at(cast, NINE + timedelta(days=number), patient=patient)
        raised(opened(cast, patient=patient))
        found.append(patient)
    return found


@pytest.mark.parametrize("rows", [1, 3])
def test_the_day_costs_the_same_with_one_alert_and_with_three(
    therapist: Client, north: Cast, monday_morning: None, rows: int
) -> None:
    with clinic_scope(north.clinic.pk):
        waiting_for(north, rows)
    with CaptureQueriesContext(connection) as queries:
        page = therapist.get("/calendar/")
    assert [line.alert.patient.name for line in page.context["open_alerts"].lines] == [
        f"P{number} North" for number in range(rows)
    ]
    assert len(of_the_page(queries)) == 9


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_all_costs_the_same_too(therapist: Client, north: Cast, rows: int) -> None:
    with clinic_scope(north.clinic.pk):
        waiting_for(north, rows)
    with CaptureQueriesContext(connection) as queries:
        assert len(therapist.get("/alerts/").context["lines"]) == rows
    assert len(of_the_page(queries)) == 3


def test_a_few_stand_on_the_day_and_all_of_them_behind_a_link(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        waiting_for(north, 6)
    page = therapist.get("/calendar/")
    assert (len(page.context["open_alerts"].lines), "See all" in words(page)) == (5, True)


def test_other_peoples_patients_are_not_mine_but_an_emergency_is_everybodys(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        episode = opened(north)
        appointment_at(north, therapist=north.colleague, service=north.follow_up)
        raised(episode)
        assert kinds(therapist) == []
        raised(episode, AlertKind.PATIENT_EMERGENCY)
    assert kinds(therapist) == ["patient_emergency"]


def kinds(client: Client) -> list[str]:
    return [line.alert.kind for line in client.get("/alerts/").context["lines"]]


def test_the_desk_sees_none_of_it(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        waiting_for(north, 1)
    assert "Waiting for you" not in desk.get("/calendar/").content.decode()
    assert desk.get("/alerts/").status_code == 403


def test_done_is_said_on_the_page_and_twice_is_once(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        waiting_for(north, 1)
        alert = Alert.objects.get()
    answers = [therapist.post(f"/alerts/{alert.pk}/done/", {"back": back}) for back in ("alerts", "calendar")]
    assert [one.url for one in answers] == ["/alerts/", "/calendar/"]  # type: ignore[attr-defined]  # redirects
    assert "Nothing waits" in words(therapist.get("/alerts/"))


def test_what_has_a_cause_does_not_go_by_hand(in_north: Cast) -> None:
    alert = raised(opened(in_north), AlertKind.PATIENT_EMERGENCY)
    assert resolve_by_hand(alert=alert, by=in_north.therapist) is False
    assert list(Alert.objects.open()) == [alert]


def test_where_care_has_ended_nothing_waits(in_north: Cast) -> None:
    episode = opened(in_north)
    raised(episode)
    Episode.objects.filter(pk=episode.pk).update(closed_on=episode.started_on, end_reason="goals")
    assert list(Alert.objects.open()) == []


# --- What the red-flag screen raises.


def screened(episode: Episode, concern: str, by: User, day: date = TODAY) -> RedFlagScreen:
    return record_screen(
        episode=episode, concern=concern, positive=[], note="", reason="Looked at.", screened_on=day, by=by
    )


@pytest.mark.parametrize(("concern", "days"), [(Concern.HIGH, 1), (Concern.LOW, 7)])
def test_a_concern_is_looked_at_again(in_north: Cast, concern: str, days: int) -> None:
    made = screened(opened(in_north), concern, in_north.therapist)
    alert = Alert.objects.get()
    assert (alert.kind, alert.due_at - made.recorded_at) == ("concern", timedelta(days=days))


def test_a_new_screen_answers_what_asked_for_one(in_north: Cast, monday_morning: None) -> None:
    episode = opened(in_north)
    for kind in (AlertKind.PATIENT_EMERGENCY, AlertKind.SCREEN_EXPIRED, AlertKind.NO_CHANGE):
        raised(episode, kind)
    screened(episode, Concern.IN_PROGRESS, in_north.therapist)
    assert Alert.objects.open().count() == 3
    screened(episode, Concern.CLEAR, in_north.therapist)
    assert [one.kind for one in Alert.objects.open()] == ["no_change"]


def test_a_screen_of_an_earlier_day_knows_nothing_of_todays_call(in_north: Cast, monday_morning: None) -> None:
    episode = opened(in_north, started_on=TODAY - timedelta(days=9))
    raised(episode, AlertKind.PATIENT_EMERGENCY)
    for days, open_then in ((1, 1), (0, 0)):
        screened(episode, Concern.CLEAR, in_north.therapist, TODAY - timedelta(days=days))
        assert Alert.objects.open().count() == open_then


def test_a_finding_that_is_a_red_flag_stands_on_the_day_until_it_is_judged(in_north: Cast) -> None:
    episode = opened(in_north, started_on=TODAY - timedelta(days=9))
    assessed(in_north, power("5"), episode=episode, day=TODAY - timedelta(days=7))
    assessed(in_north, power("4"), episode=episode)
    assert [one.kind for one in Alert.objects.open()] == ["finding"]
    screened(episode, Concern.HIGH, in_north.therapist, TODAY - timedelta(days=1))
    assert [one.kind for one in Alert.objects.open()] == ["finding", "concern"]
    screened(episode, Concern.CLEAR, in_north.therapist)
    assert list(Alert.objects.open()) == []


# --- An emergency.


def test_an_emergency_waits_at_once_for_whoever_is_there_until_it_is_handed_over(in_north: Cast) -> None:
    screen = screened(opened(in_north), Concern.EMERGENCY, in_north.therapist)
    alert = Alert.objects.open().get()
    assert (alert.kind, alert.due_at - screen.recorded_at) == ("hand_over", timedelta(minutes=15))
    hand_over(
        screen=screen, handed_at=screen.recorded_at, to_whom="Ward", how="phone", patient_advised="Go",
        by=in_north.therapist,
    )  # fmt: skip
    assert not Alert.objects.open().exists()


def test_a_lower_level_ends_the_wait_for_a_hand_over(in_north: Cast) -> None:
    episode = opened(in_north)
    screened(episode, Concern.EMERGENCY, in_north.therapist)
    screened(episode, Concern.CLEAR, in_north.therapist)
    assert not Alert.objects.open().exists()


def test_what_cannot_wait_stands_first_with_a_number_to_call(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        waiting_for(north, 6)
        Patient.objects.filter(pk=north.patient.pk).update(phone="+353 1 555 0199")
        episode = opened(north)
        for kind in (AlertKind.FINDING, AlertKind.PATIENT_EMERGENCY):
            raised(episode, kind)
    page = therapist.get("/calendar/")
    lines = [line.alert.kind for line in page.context["open_alerts"].lines]
    assert lines == ["patient_emergency", "finding", "no_change", "no_change", "no_change"]
    assert page.content.decode().count('href="tel:+35315550199"') == 2
