"""Wall 3, asked of PostgreSQL itself: what plain SQL can do as the runtime login."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.db.models import Model

from clinics.checks import clinic_models
from clinics.constraints import AppendOnly, RowSecurity
from clinics.models import Membership, User
from clinics.roles import OWNER, PLATFORM
from clinics.tenancy import clinic_scope, sign_in_for_transaction
from patients.models import Appointment, Patient
from programs.models import ReminderSetting
from tests.database import refused, sql
from tests.factories import Cast, appointment_at
from tests.factories.everything import Rows, one_of_everything

MODELS: dict[str, type[Model]] = {model._meta.label: model for model in clinic_models()}
RULES = {label: RowSecurity.of(model) for label, model in MODELS.items()}
TABLES = {label: model._meta.db_table for label, model in MODELS.items()}
SHOWN = [label for label, rules in RULES.items() if rules.shown_in_portal]
HIDDEN = [label for label, rules in RULES.items() if not rules.shown_in_portal]
READ_ONLY = [label for label in SHOWN if not RULES[label].portal_writes]
# Refused a step earlier: a trigger runs before the policy, and sees nothing there that the row could hang on.
BY_TRIGGER = (
    "programs.Addendum", "programs.Consent", "programs.ConsentSaid", "programs.ContraindicationCheck",
    "programs.ExerciseLog", "programs.HandOver", "programs.LockOverride", "programs.NeedlingSite",
    "programs.RedFlagScreen", "programs.ScreenConfirmation",
)  # fmt: skip
REFUSED_BY = dict.fromkeys(MODELS, "42501") | dict.fromkeys(BY_TRIGGER, "23514")
# The rows here do not meet it: the plan is a draft. That one who does is seen, tests.programs.test_plan_versions shows.
UNDER_A_CONDITION = [label for label, rules in RULES.items() if rules.portal_when]
PERSONAL = [label for label, rules in RULES.items() if rules.patient_column]


@pytest.fixture
def rows(north: Cast, south: Cast) -> Rows:
    """North's rows, with something in every table of both clinics."""
    one_of_everything(south)
    return one_of_everything(north)


def insert(label: str, clinic_id: int) -> str:
    """Policies are asked before anything else about the row, so the clinic alone will do."""
    return refused(f"INSERT INTO {TABLES[label]} (clinic_id) VALUES (%s)", clinic_id)


def is_append_only(label: str) -> bool:
    return any(isinstance(rule, AppendOnly) for rule in MODELS[label]._meta.constraints)


def test_there_is_something_in_every_table_that_could_leak(rows: Rows) -> None:
    assert set(rows) == {*MODELS, "clinics.Clinic"}


@pytest.mark.parametrize("label", MODELS)
def test_without_a_scope_there_is_nothing_to_read_and_nothing_to_write(label: str, rows: Rows) -> None:
    assert sql(f"SELECT count(*) FROM {TABLES[label]}") == [(0,)]
    assert insert(label, rows[label].clinic_id) == REFUSED_BY[label]
    if is_append_only(label):
        return
    assert sql(f"UPDATE {TABLES[label]} SET clinic_id = clinic_id RETURNING 1") == []
    assert sql(f"DELETE FROM {TABLES[label]} RETURNING 1") == []


@pytest.mark.parametrize("label", MODELS)
def test_a_scope_shows_its_own_rows_only(label: str, rows: Rows, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        assert sql(f"SELECT DISTINCT clinic_id FROM {TABLES[label]}") == [(north.clinic.pk,)]


@pytest.mark.parametrize("label", MODELS)
def test_a_scope_writes_its_own_rows_only(label: str, rows: Rows, north: Cast, south: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        assert insert(label, south.clinic.pk) == REFUSED_BY[label]
        if is_append_only(label):
            return
        assert sql(f"DELETE FROM {TABLES[label]} WHERE clinic_id = %s RETURNING 1", south.clinic.pk) == []
        assert sql(f"UPDATE {TABLES[label]} SET id = id WHERE clinic_id = %s RETURNING 1", south.clinic.pk) == []


def test_a_row_does_not_move_to_another_clinic(north: Cast, south: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        assert refused("UPDATE patients_patient SET clinic_id = %s", south.clinic.pk) == "42501"


@pytest.mark.parametrize(
    "statement",
    [
        f"SET ROLE {PLATFORM}",
        f"SET ROLE {OWNER}",
        f"SELECT set_config('role', '{PLATFORM}', true)",
        "SET SESSION AUTHORIZATION plumbline_owner",
        "ALTER TABLE patients_patient DISABLE ROW LEVEL SECURITY",
        "DROP POLICY clinic ON patients_patient",
        "CREATE TABLE mine (id int)",
        "TRUNCATE patients_patient CASCADE",
        "SET row_security = off; SELECT * FROM patients_patient",
        "COPY patients_patient TO PROGRAM 'cat'",
    ],
)
def test_the_web_login_has_no_way_out(statement: str, rows: Rows) -> None:
    assert refused(statement) == "42501"


@pytest.mark.parametrize("label", PERSONAL)
def test_in_the_portal_a_patient_sees_their_own_rows_only(label: str, rows: Rows, north: Cast) -> None:
    column = RULES[label].patient_column
    with clinic_scope(north.clinic.pk, patient_id=north.patient.pk):
        seen = [] if label in UNDER_A_CONDITION else [(north.patient.pk,)]
        assert sql(f"SELECT DISTINCT {column} FROM {TABLES[label]}") == seen
    with clinic_scope(north.clinic.pk, patient_id=north.neighbour.pk):
        own = [(north.neighbour.pk,)] if label == "patients.Patient" else []
        assert sql(f"SELECT DISTINCT {column} FROM {TABLES[label]}") == own


@pytest.mark.parametrize("label", READ_ONLY)
def test_the_portal_reads_these_and_changes_nothing(label: str, rows: Rows, north: Cast) -> None:
    with clinic_scope(north.clinic.pk, patient_id=north.patient.pk):
        assert sql(f"SELECT count(*) > 0 FROM {TABLES[label]}") == [(label not in UNDER_A_CONDITION,)]
        assert sql(f"UPDATE {TABLES[label]} SET clinic_id = clinic_id RETURNING 1") == []
        assert sql(f"DELETE FROM {TABLES[label]} RETURNING 1") == []
        assert insert(label, north.clinic.pk) == "42501"


@pytest.mark.parametrize("label", HIDDEN)
def test_the_portal_does_not_see_these_at_all(label: str, rows: Rows, north: Cast) -> None:
    with clinic_scope(north.clinic.pk, patient_id=north.patient.pk):
        assert sql(f"SELECT count(*) FROM {TABLES[label]}") == [(0,)]
        assert insert(label, north.clinic.pk) == REFUSED_BY[label]


def test_the_portal_writes_its_own_patients_rows_and_no_others(north: Cast) -> None:
    write = "INSERT INTO programs_remindersetting (clinic_id, patient_id, local_time, by_email, in_portal, paused)"
    values = " VALUES (%s, %s, '17:30', true, true, false)"
    with clinic_scope(north.clinic.pk, patient_id=north.patient.pk):
        assert refused(write + values, north.clinic.pk, north.neighbour.pk) == "42501"
        sql(write + values, north.clinic.pk, north.patient.pk)
        assert ReminderSetting.objects.get().patient_id == north.patient.pk


def test_people_see_their_own_memberships_before_a_clinic_is_known(north: Cast, south: Cast) -> None:
    with clinic_scope(south.clinic.pk):
        Membership.objects.create(user=north.therapist, role="therapist")
    assert not Membership.own.exists()
    sign_in_for_transaction(north.therapist.pk)
    assert {m.clinic_id for m in Membership.own.all()} == {north.clinic.pk, south.clinic.pk}
    assert sql("UPDATE clinics_membership SET role = 'owner' RETURNING 1") == []  # the policy is for SELECT


def test_joins_from_a_table_without_clinic_are_stopped_by_the_policy(north: Cast) -> None:
    assert not User.objects.filter(memberships__role="owner").exists()


def test_composite_keys_refuse_another_clinics_row(north: Cast, south: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        # Cancelled, since exclusion constraints see all clinics and would answer first.
        appointment = appointment_at(north, status="cancelled", service=north.follow_up)
        for change in (
            {"patient_id": south.patient.pk}, {"room_id": south.room.pk}, {"therapist_id": south.therapist.pk},
            {"service_id": south.follow_up.pk},
        ):  # fmt: skip
            with pytest.raises(IntegrityError, match="same_clinic"), transaction.atomic():
                Appointment.objects.filter(pk=appointment.pk).update(**change)


def test_composite_keys_with_the_patient_refuse_the_neighbours_row(rows: Rows, north: Cast) -> None:
    """A session on another patient's episode would show one patient's treatment in the other's chart."""
    with clinic_scope(north.clinic.pk), pytest.raises(IntegrityError, match="same_clinic"), transaction.atomic():
        sql("UPDATE programs_prescription SET patient_id = %s", north.neighbour.pk)


def test_deleting_cascades_under_the_composite_key(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        patient = Patient.objects.get(pk=north.patient.pk)  # with a portal login
        assert patient.delete()[1] == {"portal.PatientLogin": 1, "patients.Patient": 1}


def test_a_refused_statement_is_a_loud_error(north: Cast) -> None:
    """So a view that forgets its scope is a 500 with a report, never a quiet success."""
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        sql("INSERT INTO patients_patient (clinic_id) VALUES (%s)", north.clinic.pk)
