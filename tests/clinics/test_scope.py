"""Wall 1: every ORM path is filtered, or raises without a scope."""

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.db import IntegrityError, transaction
from django.db.models import Count

from clinics.models import Clinic, Room
from clinics.tenancy import OutOfScope, all_clinics, clinic_scope, current_scope, web_request
from patients.models import Appointment, Patient
from programs.models import Episode, Prescription
from tests.database import sql
from tests.factories import Cast

P = Patient.objects
UNSCOPED: dict[str, Callable[[Cast], Any]] = {
    "all": lambda cast: list(P.all()),
    "exclude": lambda cast: list(P.exclude(pk=0)),
    "get": lambda cast: P.get(pk=cast.patient.pk),
    "first": lambda cast: P.first(),
    "exists": lambda cast: P.exists(),
    "distinct exists": lambda cast: P.distinct().exists(),
    "count": lambda cast: P.count(),
    "aggregate": lambda cast: P.aggregate(n=Count("pk")),
    "in_bulk": lambda cast: P.in_bulk([1]),
    "iterator": lambda cast: list(P.iterator()),
    "values": lambda cast: list(P.values_list("pk")),
    "union": lambda cast: list(P.union(P.all())),
    "for update": lambda cast: P.select_for_update().first(),
    "earliest": lambda cast: P.earliest("pk"),
    "contains": lambda cast: P.contains(cast.patient),
    "explain": lambda cast: P.all().explain(),
    "subquery": lambda cast: list(Clinic.objects.filter(pk__in=P.values("clinic"))),
    "base manager": lambda cast: list(Patient._base_manager.all()),
    "related manager": lambda cast: list(cast.patient.appointments.all()),
    "forward key": lambda cast: Appointment(patient_id=cast.patient.pk).patient,
    "refresh": lambda cast: cast.patient.refresh_from_db(),
    "prefetch": lambda cast: list(P.prefetch_related("appointments")),
    "update": lambda cast: P.update(given_name="x"),
    "bulk_update": lambda cast: P.bulk_update([cast.patient], ["given_name"]),
    "queryset delete": lambda cast: P.all().delete(),
    "instance delete": lambda cast: cast.patient.delete(),
    "save": lambda cast: cast.patient.save(),
    "create": lambda cast: P.create(clinic=cast.clinic, given_name="x"),
    "bulk_create": lambda cast: P.bulk_create([Patient(clinic=cast.clinic, given_name="x")]),
    "get_or_create": lambda cast: P.get_or_create(given_name="x"),
    "raw": lambda cast: list(P.raw("SELECT * FROM patients_patient")),
    "full_clean": lambda cast: cast.patient.full_clean(),
    "name search": lambda cast: list(P.named("pia")),
}


@pytest.mark.parametrize("path", UNSCOPED)
def test_no_scope_raises(path: str, north: Cast) -> None:
    with pytest.raises(OutOfScope):
        UNSCOPED[path](north)


def test_a_scope_sees_its_clinic_only(north: Cast, south: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        assert set(Patient.objects.all()) == {north.patient, north.neighbour}
        assert not south.patient.appointments.exists()
        assert Patient.objects.update(given_name="renamed") == 2
        with pytest.raises(Patient.DoesNotExist):
            south.patient.refresh_from_db()
    with clinic_scope(south.clinic.pk):
        south.patient.refresh_from_db()
        assert south.patient.given_name == "Paul"


def test_the_name_search_sees_its_clinic_only(north: Cast, south: Cast) -> None:
    """It runs with its owner's rights, so it repeats the walls itself."""
    with clinic_scope(north.clinic.pk):
        assert set(Patient.objects.named("p")) == {north.patient, north.neighbour}
        assert sql("SELECT count(*) FROM search_patients(ARRAY['%%'], 100)") == [(2,)]
    with clinic_scope(north.clinic.pk, patient_id=north.patient.pk):
        assert sql("SELECT count(*) FROM search_patients(ARRAY['%%'], 100)") == [(0,)]
    assert sql("SELECT count(*) FROM search_patients(ARRAY['%%'], 100)") == [(0,)]


def test_writes_to_another_clinic_raise(north: Cast, south: Cast) -> None:
    writes: list[Callable[[], Any]] = [
        lambda: Patient.objects.create(clinic=south.clinic, given_name="x"),
        lambda: Patient.objects.bulk_create([Patient(clinic=south.clinic, given_name="x")]),
        south.patient.save,
        south.patient.delete,
    ]
    with clinic_scope(north.clinic.pk):
        for write in writes:
            with pytest.raises(OutOfScope):
                write()


def test_a_query_is_scoped_where_it_runs_not_where_it_was_built(north: Cast, south: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        queryset = Patient.objects.all()
    with clinic_scope(south.clinic.pk):
        assert set(queryset.all()) == {south.patient, south.neighbour}
    with pytest.raises(OutOfScope):
        list(queryset.all())


def test_forms_offer_and_validate_within_the_clinic(north: Cast, south: Cast) -> None:
    room_form = forms.modelform_factory(Room, fields=["location", "name"])
    with clinic_scope(north.clinic.pk):
        assert list(room_form().fields["location"].queryset) == [north.location]  # type: ignore[attr-defined]  # a ModelChoiceField
        assert list(room_form({"location": south.location.pk, "name": "Elm"}).errors) == ["location"]
        taken = room_form({"location": north.location.pk, "name": "Ash"})  # unique in a clinic the form does not have
        assert list(taken.errors) == ["__all__"]
        assert room_form({"location": north.location.pk, "name": "Elm"}).is_valid()


def settings_now() -> tuple[str, ...]:
    (row,) = sql("SELECT current_setting('app.clinic_id', true), current_setting('app.patient_id', true), current_user")
    return row


def test_nested_scopes_restore_the_former_one(north: Cast, south: Cast) -> None:
    before = (str(north.clinic.pk), str(north.patient.pk), "plumbline_web")
    with clinic_scope(north.clinic.pk, patient_id=north.patient.pk):
        with transaction.atomic(), clinic_scope(south.clinic.pk):
            assert settings_now() == (str(south.clinic.pk), "", "plumbline_web")
        assert settings_now() == before
        with pytest.raises(ZeroDivisionError), clinic_scope(south.clinic.pk):
            raise ZeroDivisionError
        assert settings_now() == before
        with pytest.raises(IntegrityError), transaction.atomic(), clinic_scope(south.clinic.pk):
            Episode.objects.create(patient_id=0, complaint="Back", started_on="2021-03-01")
        assert settings_now() == before
        assert current_scope().clinic_id == north.clinic.pk
    assert settings_now() == ("", "", "plumbline_web")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_on_the_connection() -> None:
    with pytest.raises(IntegrityError), clinic_scope(1):
        Room.objects.create(name="no such clinic or location", location_id=1)
    assert settings_now() == ("", "", "plumbline_web")


@pytest.mark.django_db(transaction=True)
def test_on_commit_runs_without_scope() -> None:
    told: list[str] = []

    def callback() -> None:
        try:
            current_scope()
        except OutOfScope:
            told.append("no scope")

    with clinic_scope(1):
        transaction.on_commit(callback)
    assert told == ["no scope"]


def test_portal_scope_is_one_patient(north: Cast) -> None:
    with clinic_scope(north.clinic.pk, patient_id=north.patient.pk):
        assert list(Patient.objects.all()) == [north.patient]
        assert Room.objects.count() == 2  # the portal may read where a visit is
        with pytest.raises(OutOfScope):
            Prescription.objects.create(patient=north.patient, programme_id=1, exercise_id=1, weekdays=[1])
        with pytest.raises(OutOfScope):
            Room.objects.create(name="mine", location=north.location)


def test_all_clinics_is_closed_to_web_requests_and_wants_a_reason() -> None:
    with pytest.raises(ValueError, match="reason"), all_clinics(" "):
        pass
    with web_request(), pytest.raises(OutOfScope), all_clinics("sweep"):
        pass
