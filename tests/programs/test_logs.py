from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from clinics import audit
from clinics.models import AuditEvent
from clinics.tenancy import OutOfScope, clinic_scope
from programs.models import Completion, ExerciseLog, Prescription
from programs.services.logs import Entry, ForeignKeyOfLog, record_log
from tests.factories import Cast
from tests.factories.programme import MONDAY, make_programme

EVENING = datetime(2021, 3, 1, 18, tzinfo=UTC)


def entry(day: date = MONDAY, client_id: UUID | None = None, **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "client_id": client_id or uuid4(), "due_on": day, "done_at": EVENING,
        "completion": Completion.FULL, "sets_done": 2, "reps_done": 5, "pain": 2, "effort": 4,
    }  # fmt: skip
    return Entry(**{**values, **changes})


@pytest.fixture
def hinge(in_north: Cast) -> Prescription:
    make_programme(in_north)
    return Prescription.objects.get(exercise__key="hip_hinge")


def test_a_log_keeps_what_the_patient_said(in_north: Cast, hinge: Prescription) -> None:
    log, is_new = record_log(prescription=hinge, entry=entry(pain=3, effort=8), now=EVENING, by=in_north.login)
    assert is_new
    assert (log.patient, log.sets_done, log.reps_done, log.pain, log.effort) == (in_north.patient, 2, 5, 3, 8)
    assert AuditEvent.objects.filter(action="log_exercise", subject_ids=[log.pk], by=in_north.login).count() == 1


def test_sending_the_same_log_again_changes_nothing(in_north: Cast, hinge: Prescription) -> None:
    same = uuid4()
    record_log(prescription=hinge, entry=entry(client_id=same), now=EVENING, by=in_north.login)
    _, is_new = record_log(prescription=hinge, entry=entry(client_id=same, pain=9), now=EVENING, by=in_north.login)
    assert not is_new
    assert list(ExerciseLog.objects.values_list("pain", flat=True)) == [2]


def test_a_second_log_of_the_day_corrects_the_first(in_north: Cast, hinge: Prescription) -> None:
    record_log(prescription=hinge, entry=entry(), now=EVENING, by=in_north.login)
    record_log(prescription=hinge, entry=entry(pain=5), now=EVENING, by=in_north.login)
    assert list(ExerciseLog.objects.values_list("pain", flat=True)) == [5]


def test_an_older_log_that_arrives_late_changes_nothing(in_north: Cast, hinge: Prescription) -> None:
    record_log(prescription=hinge, entry=entry(pain=5), now=EVENING, by=in_north.login)
    older = entry(pain=1, done_at=EVENING - timedelta(minutes=1))
    assert record_log(prescription=hinge, entry=older, now=EVENING, by=in_north.login)[1] is False
    assert list(ExerciseLog.objects.values_list("pain", flat=True)) == [5]
    assert AuditEvent.objects.filter(action="log_exercise").count() == 1


def test_a_form_sent_again_with_other_figures_is_a_correction(in_north: Cast, hinge: Prescription) -> None:
    same = uuid4()
    record_log(prescription=hinge, entry=entry(client_id=same), now=EVENING, by=in_north.login)
    later = EVENING + timedelta(minutes=2)
    again = entry(client_id=same, pain=5, done_at=later)
    record_log(prescription=hinge, entry=again, now=later, by=in_north.login)
    assert list(ExerciseLog.objects.values_list("pain", "done_at")) == [(5, later)]


def test_a_clock_that_runs_ahead_counts_as_now(in_north: Cast, hinge: Prescription) -> None:
    ahead = entry(done_at=EVENING + timedelta(days=365))
    log, _ = record_log(prescription=hinge, entry=ahead, now=EVENING, by=in_north.login)
    assert log.done_at == EVENING


def test_one_tap_says_nothing_of_pain_and_a_sign_to_stop_is_kept(in_north: Cast, hinge: Prescription) -> None:
    told = entry(pain=None, effort=None, stop_sign=True)
    log, _ = record_log(prescription=hinge, entry=told, now=EVENING, by=in_north.login)
    assert (log.completion, log.pain, log.stop_sign) == (Completion.FULL, None, True)


def test_skipping_stores_no_figures(in_north: Cast, hinge: Prescription) -> None:
    skipped = entry(completion=Completion.SKIPPED)
    log, _ = record_log(prescription=hinge, entry=skipped, now=EVENING, by=in_north.login)
    assert (log.sets_done, log.reps_done, log.pain, log.effort) == (0, 0, None, None)


@pytest.mark.parametrize("days", [-3, 1, 5])
def test_only_today_and_the_two_days_before_can_be_logged(days: int, in_north: Cast, hinge: Prescription) -> None:
    with pytest.raises(ValidationError) as caught:
        record_log(prescription=hinge, entry=entry(MONDAY + timedelta(days=days)), now=EVENING, by=in_north.login)
    assert list(caught.value.message_dict) == ["due_on"]


def test_nothing_is_due_on_a_sunday(in_north: Cast, hinge: Prescription) -> None:
    sunday = MONDAY + timedelta(days=6)
    with pytest.raises(ValidationError):
        record_log(prescription=hinge, entry=entry(sunday), now=EVENING + timedelta(days=6), by=in_north.login)


def test_a_key_of_another_prescription_is_refused(in_north: Cast, hinge: Prescription) -> None:
    other, same = Prescription.objects.get(exercise__key="half_kneel_glute"), uuid4()
    record_log(prescription=other, entry=entry(client_id=same), now=EVENING, by=in_north.login)
    with pytest.raises(ForeignKeyOfLog):
        record_log(prescription=hinge, entry=entry(client_id=same), now=EVENING, by=in_north.login)


def test_in_the_portal_a_patient_logs_for_nobody_else(in_north: Cast, hinge: Prescription) -> None:
    with clinic_scope(in_north.clinic.pk, patient_id=in_north.neighbour.pk), pytest.raises(OutOfScope):
        ExerciseLog.objects.create(
            patient=in_north.patient, prescription=hinge, client_id=uuid4(), due_on=MONDAY,
            done_at=datetime(2021, 3, 1, tzinfo=UTC), sets_done=1, reps_done=1, pain=0,
        )  # fmt: skip


def test_the_database_refuses_a_log_on_another_patients_prescription(in_north: Cast, hinge: Prescription) -> None:
    with pytest.raises(IntegrityError, match="same_clinic"), transaction.atomic():
        ExerciseLog.objects.create(
            patient=in_north.neighbour, prescription=hinge, client_id=uuid4(), due_on=MONDAY,
            done_at=datetime(2021, 3, 1, tzinfo=UTC), sets_done=1, reps_done=1, pain=0,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("programs_log_outside_programme", {"due_on": MONDAY - timedelta(days=3)}),
        ("programs_log_done_has_figures", {"reps_done": 201}),
        ("programs_log_done_has_figures", {"sets_done": 0}),
        ("programs_log_done_has_figures", {"completion": Completion.SKIPPED}),
        ("programs_log_scales", {"pain": 11}),
    ],
)
def test_the_database_refuses_what_no_log_can_be(
    rule: str, changes: dict[str, Any], in_north: Cast, hinge: Prescription
) -> None:
    values = {"due_on": MONDAY, "sets_done": 1, "reps_done": 1, "pain": 0, "client_id": uuid4(), "done_at": EVENING}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        ExerciseLog.objects.create(patient=in_north.patient, prescription=hinge, **{**values, **changes})
    assert getattr(refused.value.__cause__, "diag").constraint_name == rule  # noqa: B009


def test_without_its_audit_event_nothing_is_logged(
    in_north: Cast, hinge: Prescription, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("audit")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError, match="audit"):
        record_log(prescription=hinge, entry=entry(), now=EVENING, by=in_north.login)
    assert not ExerciseLog.objects.exists()
