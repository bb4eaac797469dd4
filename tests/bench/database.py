"""A database of its own for each size. It is kept: a second run finds it as the first one left it."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from clinics import constraints
from clinics import models as clinics
from clinics.logins import as_owner
from clinics.roles import WEB
from clinics.tenancy import clinic_scope
from clinics.timekeeping import instant
from patients.models import Patient
from tests.bench import data

FRESH = timedelta(days=21)  # how long the days to come suffice
# What slows a load down, and is then checked as a whole: foreign keys, exclusion constraints, plain indexes.
TABLE = "patients_appointment"
CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('f', 'x') ORDER BY contype, conname
"""
INDEXES = """
SELECT index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid) FROM pg_index AS index
WHERE index.indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = index.indexrelid)
"""


@dataclass(frozen=True, slots=True)
class Clinic:
    """The one that is measured: 12 therapists, 12 rooms."""

    pk: int
    zone: ZoneInfo
    monday: date  # of the week in which the rows were made
    desk: clinics.User
    therapists: Sequence[clinics.User]
    rooms: Sequence[clinics.Room]  # with a sharps bin
    needling: clinics.Service
    patients: Sequence[Patient]  # some

    @property
    def next_monday(self) -> date:
        today = timezone.now().astimezone(self.zone).date()
        return today + timedelta(days=7 - today.weekday())

    @property
    def beyond(self) -> datetime:
        """From here on nothing is booked: what a bench books itself lies there, and is taken away afterwards."""
        return instant(self.monday + timedelta(weeks=20), datetime.min.time(), self.zone)


def provide(size: data.Size, *, rebuild: bool) -> Clinic:
    """Afterwards the connection is the runtime login's to the database of that size."""
    name = f"plumbline_bench_{size.name}"
    with as_owner(connection):
        found = None if rebuild else _monday_of(name)
        if found:
            connection.settings_dict["NAME"] = name
    return _measured(found or _make(name, size))


def _content() -> str:
    """Changes with the rows and with the schema, not with the hour in which a migration was made anew."""
    migrations = (path for app in apps.get_app_configs() for path in Path(app.path).glob("migrations/0*.py"))
    ours = sorted(path for path in migrations if "site-packages" not in path.parts)
    files = [Path(data.__file__), Path(constraints.__file__), *ours]
    texts = (re.sub("^# Generated.*", "", path.read_text()) for path in files)
    return hashlib.sha256("".join(texts).encode()).hexdigest()[:16]


def _monday_of(name: str) -> date | None:
    """None where there is no such database, or not the one that is needed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        row = cursor.fetchone()
    content, _, monday = ((row and row[0]) or "").partition(" ")
    if content != _content() or timezone.now().date() - date.fromisoformat(monday) > FRESH:
        return None
    return date.fromisoformat(monday)


def _make(name: str, size: data.Size) -> date:
    today = timezone.now().date()
    monday = today - timedelta(days=today.weekday())
    connection.settings_dict["TEST"]["NAME"] = name
    with as_owner(connection):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    teams = data.make_teams()
    with as_owner(connection):
        with _unguarded():
            data.fill(teams, size, monday=monday)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute(f"COMMENT ON DATABASE {name} IS '{_content()} {monday}'")
    return monday


@contextmanager
def _unguarded() -> Iterator[None]:
    """For the load only: what is taken off is put back in the same words, and PostgreSQL checks every row by it."""
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute(CONSTRAINTS, [TABLE])
        constraints = cursor.fetchall()
        cursor.execute(INDEXES, [TABLE])
        indexes = cursor.fetchall()
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        for constraint, _ in constraints:
            cursor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT {constraint}")
        for index, _ in indexes:
            cursor.execute(f"DROP INDEX {index}")
        yield
        for _, definition in indexes:
            cursor.execute(definition)
        for constraint, definition in constraints:
            cursor.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {constraint} {definition}")
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")


def _measured(monday: date) -> Clinic:
    with as_owner(connection), connection.cursor() as cursor:  # for rows that a bench adds: see `analyzed`
        cursor.execute(f"GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {WEB}")
    clinic = clinics.Clinic.objects.get(name="Clinic 0")
    with clinic_scope(clinic.pk):
        members = clinics.Membership.objects.select_related("user").order_by("pk")
        rooms = clinics.Room.objects.select_related("location").order_by("pk")
        return Clinic(
            pk=clinic.pk,
            zone=clinic.zone,
            monday=monday,
            desk=members.get(treats=False).user,
            therapists=[one.user for one in members.filter(treats=True)[: data.therapists_of(0)]],
            rooms=[one for one in rooms if one.features],
            needling=clinics.Service.objects.get(key="needling"),
            patients=list(Patient.objects.order_by("pk")[:500]),
        )


def analyzed(*models: type[Model]) -> None:
    """In life autovacuum has counted the rows before anybody looks at them."""
    with connection.cursor() as cursor:
        for one in models:
            cursor.execute(f"ANALYZE {one._meta.db_table}")


def clear(clinic: Clinic) -> None:
    """Take away what the benches have booked."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE starts_at >= %s", [clinic.beyond])
        cursor.execute("TRUNCATE clinics_auditevent")
        cursor.execute(f"VACUUM (ANALYZE) {TABLE}")
