"""A clinic's own copy of the catalogue: tests, factors, exercises and protocols, which it may change.

What it changed in a test or a factor is remembered field by field, so a new version of the library brings the rest up
to date and leaves that alone.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction

from clinics import audit
from clinics.models import Clinic, User
from clinics.tenancy import current_scope
from programs import catalogue
from programs.catalogue import FactorEntry, LibraryExercise, LibraryTest
from programs.models import Exercise, FactorKind, LibraryCopy, Protocol, Test
from programs.protocol_library import library as protocols
from programs.services.weighing import weigh_all_anew

C = TypeVar("C", bound=LibraryCopy)
Changes = dict[str, list[Any]]  # field -> before, after
MAY_CHANGE: Mapping[type[LibraryCopy], tuple[str, ...]] = {
    Test: ("name", "how", "line", "possible", "plausible", "reference", "population", "usual", "is_active"),
    FactorKind: ("name", "for_patient", "core", "extra", "withheld_by", "is_active"),
    Protocol: ("name", "for_whom", "is_active"),
}


@transaction.atomic
def install_catalogue(*, by: User | None) -> None:
    """Adds what the clinic in scope does not have yet, and brings the rest to the library's version."""
    tests, factors = catalogue.content("tests"), catalogue.content("factors")
    Test.objects.bulk_create(
        (Test(**_test(one), content_version=tests["content_version"]) for one in catalogue.tests()),
        ignore_conflicts=True,
    )
    FactorKind.objects.bulk_create(
        (FactorKind(**_factor(one), content_version=factors["content_version"]) for one in catalogue.factors()),
        ignore_conflicts=True,
    )
    Exercise.objects.bulk_create((_exercise(one) for one in catalogue.exercises()), ignore_conflicts=True)
    usual, version = protocols(), catalogue.content("templates")["content_version"]
    Protocol.objects.bulk_create(
        (Protocol(**fields, content_version=version) for fields in usual.values()), ignore_conflicts=True
    )
    update_copies(Protocol, usual, version=version, by=by)
    clinic = Clinic.objects.get(pk=current_scope().clinic_id)
    audit.record("install_catalogue", subject=clinic, by=by)
    update_copies(Test, {one.key: _test(one) for one in catalogue.tests()}, version=tests["content_version"], by=by)
    update_copies(
        FactorKind, {one.key: _factor(one) for one in catalogue.factors()}, version=factors["content_version"], by=by
    )


@transaction.atomic
def update_copies(kind: type[C], library: Mapping[str, Mapping[str, Any]], *, version: str, by: User | None) -> int:
    """Brings the clinic's copies to this version of the library: by key, every field that the clinic has not changed.

    Its own entries, and what the library no longer has, stay as they are. Returns how many were of another version.
    """
    rows = kind.objects.select_for_update().exclude(content_version__in=["", version]).filter(key__in=library)
    for row in rows:
        fields = {name: value for name, value in library[row.key].items() if name not in row.overridden}
        changes = _apply(row, fields)
        before, row.content_version = row.content_version, version
        row.save()
        audit.record("update", subject=row, by=by, detail={"version": [before, version], "changes": changes})
    if rows:
        weigh_all_anew()
    return len(rows)


@transaction.atomic
def change_copy(*, row: C, to: Mapping[str, Any], by: User) -> C:
    """The clinic's own word on a test or factor. Audited with before and after; back to the library's value is back."""
    changed: C = type(row).objects.select_for_update().get(pk=row.pk)
    changes = _apply(changed, {name: to[name] for name in MAY_CHANGE[type(row)] if name in to})
    if changes:
        changed.overridden = _overridden(changed)
        changed.save()
        audit.record("change", subject=changed, by=by, detail={"fields": list(changes), "changes": changes})
        weigh_all_anew()
    return changed


@transaction.atomic
def add_factor(*, kind: FactorKind, by: User) -> FactorKind:
    """One of the clinic's own."""
    kind.save()
    audit.record("create", subject=kind, by=by)
    weigh_all_anew()
    return kind


def library_of(row: LibraryCopy) -> Mapping[str, Any] | None:
    """What the library says now; None for the clinic's own and for what it no longer has."""
    if not row.content_version:
        return None
    if isinstance(row, Test):
        return next((_test(one) for one in catalogue.tests() if one.key == row.key), None)
    if isinstance(row, Protocol):
        return protocols().get(row.key)
    return next((_factor(one) for one in catalogue.factors() if one.key == row.key), None)


def _overridden(row: LibraryCopy) -> list[str]:
    """Fields that are not the library's. `is_active` is the clinic's in any case."""
    library = library_of(row) or {}
    return [name for name in MAY_CHANGE[type(row)] if name in library and getattr(row, name) != library[name]]


def _apply(row: LibraryCopy, fields: Mapping[str, Any]) -> Changes:
    changes: Changes = {}
    for name, value in fields.items():
        before = getattr(row, name)
        if before != value:
            setattr(row, name, value)
            changes[name] = [_plain(before), _plain(value)]
    return changes


def _plain(value: Any) -> Any:
    """For the audit, which is JSON."""
    return (
        [float(one) for one in value] if isinstance(value, list) and value and isinstance(value[0], Decimal) else value
    )


def _test(entry: LibraryTest) -> dict[str, Any]:
    return {
        "key": entry.key,
        "name": entry.name,
        "kind": entry.kind,
        "region": entry.region,
        "unit": entry.unit,
        "sided": entry.sided,
        "how": entry.how,
        "line": dict(entry.line),
        "possible": _range(entry.possible),
        "plausible": _range(entry.plausible),
        "reference": entry.reference,
        "population": entry.population,
        "sources": list(entry.sources),
        "status": entry.status,
        "usual": bool(entry.usual),
    }


def _range(ends: Sequence[float] | None) -> list[Decimal] | None:
    return None if ends is None else [Decimal(str(end)) for end in ends]


def _factor(entry: FactorEntry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "name": entry.name,
        "for_patient": entry.for_patient,
        "core": list(entry.core),
        "extra": list(entry.extra),
        "withheld_by": list(entry.withheld_by),
    }


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
