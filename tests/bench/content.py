"""What the other figures stand on: so many rows, under every rule of the product."""

from django.db import connection

from clinics.logins import as_owner
from tests.bench.data import Size
from tests.bench.database import TABLE, Clinic
from tests.bench.measure import Figure

GUARDS = """
SELECT (SELECT count(*) FROM patients_appointment),
    (SELECT count(*) FROM pg_constraint WHERE conrelid = %(table)s::regclass AND contype = 'x' AND convalidated),
    (SELECT count(*) FROM pg_constraint WHERE conrelid = %(table)s::regclass AND NOT convalidated)
        + (SELECT count(*) FROM pg_trigger WHERE tgrelid = %(table)s::regclass AND tgenabled = 'D')
        + (SELECT count(*) FROM pg_class WHERE oid = %(table)s::regclass
            AND NOT (relrowsecurity AND relforcerowsecurity))
"""


def figures(clinic: Clinic, size: Size) -> list[Figure]:
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(GUARDS, {"table": TABLE})
        rows, exclusions, missing = cursor.fetchone()
    return [
        Figure("content_appointments", rows, "rows", ">=", size.appointments),
        Figure("content_exclusion_constraints", exclusions, "constraints", ">=", 3),
        Figure("content_guards_off", missing, "guards", "<=", 0),
    ]
