"""A clinic's own copy of the catalogue: tests and exercises, which it may edit."""

from django.db import transaction

from clinics import audit
from clinics.models import Clinic, User
from clinics.tenancy import current_scope
from programs import catalogue
from programs.catalogue import LibraryExercise, LibraryTest
from programs.models import Exercise, Test


@transaction.atomic
def install_catalogue(*, by: User | None) -> None:
    """Adds what the clinic in scope does not have yet. What it has, edited or not, stays as it is."""
    Test.objects.bulk_create((_test(one) for one in catalogue.tests()), ignore_conflicts=True)
    Exercise.objects.bulk_create((_exercise(one) for one in catalogue.exercises()), ignore_conflicts=True)
    clinic = Clinic.objects.get(pk=current_scope().clinic_id)
    audit.record("install_catalogue", subject=clinic, by=by)


def _test(entry: LibraryTest) -> Test:
    return Test(
        key=entry.key,
        name=entry.name,
        kind=entry.kind,
        unit=entry.unit,
        sided=entry.sided,
        how=entry.how,
        line=dict(entry.line),
        reference=entry.reference,
        status=entry.status,
    )


def _exercise(entry: LibraryExercise) -> Exercise:
    return Exercise(
        key=entry.key,
        name=entry.name,
        purpose=entry.purpose,
        setup=list(entry.setup),
        steps=list(entry.steps),
        cues=list(entry.cues),
        stop_signs=list(entry.stop_signs),
        factors=list(entry.factors),
        sided=entry.side_specific,
        dose=dict(entry.dose),
        pose=dict(entry.pose),
        alt_text=entry.alt_text,
        status=entry.status,
    )
