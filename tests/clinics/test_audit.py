"""The audit trail: written with the deed, one row per request that read, never changed."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from clinics import audit
from clinics.logins import as_owner
from clinics.models import AuditEvent
from clinics.tenancy import OutOfScope, clinic_scope
from tests.database import sql
from tests.factories import Cast, make_cast

CHANGES = ["UPDATE {} SET action = 'x'", "DELETE FROM {}"]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_runtime_login_may_not_change_history(statement: str, in_north: Cast) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        sql(statement.format("clinics_auditevent"))


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.django_db(transaction=True)
def test_nor_may_the_owner_by_accident(statement: str) -> None:
    north = make_cast("north", zone="Europe/Dublin")
    with clinic_scope(north.clinic.pk):
        audit.record("book", subject=north.room, by=north.desk)
    with as_owner(connection), pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        sql(statement.format("clinics_auditevent"))


def test_the_portal_adds_and_reads_its_own_patients_events_only(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        audit.record("book", subject=north.room, by=north.desk)
    with clinic_scope(north.clinic.pk, patient_id=north.patient.pk):
        assert not AuditEvent.objects.exists()
        audit.record("log", subject=north.patient, by=north.login, patient_id=north.patient.pk)
        assert AuditEvent.objects.count() == 1
        for patient_id in (None, north.neighbour.pk):
            with pytest.raises(OutOfScope):
                audit.record("log", subject=north.patient, by=north.login, patient_id=patient_id)


def test_an_event_goes_with_its_deed(in_north: Cast) -> None:
    with transaction.atomic():
        audit.record("book", subject=in_north.room, by=in_north.desk)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


def test_a_request_that_shows_patients_leaves_one_row_of_ids(manager: Client, north: Cast) -> None:
    manager.get(reverse("admin:patients_patient_changelist"))
    with clinic_scope(north.clinic.pk):
        event = AuditEvent.objects.get()
    assert (event.action, event.subject, event.by_id) == ("read", "admin:patients_patient_changelist", north.manager.pk)
    assert event.subject_ids == sorted([north.patient.pk, north.neighbour.pk])
    assert (event.patient_id, event.detail) == (None, {})


def test_a_request_that_shows_none_leaves_nothing(manager: Client, north: Cast) -> None:
    manager.get(reverse("admin:clinics_room_changelist"))
    with clinic_scope(north.clinic.pk):
        assert not AuditEvent.objects.exists()


def test_outside_a_request_seeing_is_not_noted(in_north: Cast) -> None:
    audit.seen(in_north.patient.pk)
    assert not AuditEvent.objects.exists()
