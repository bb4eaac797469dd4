"""What the walls cost."""

from django.db import connection, transaction

from clinics.tenancy import clinic_scope
from tests.bench.data import Size
from tests.bench.database import Clinic
from tests.bench.day_view import signed_in, split
from tests.bench.measure import Figure, median_ms, statements


def figures(clinic: Clinic, size: Size) -> list[Figure]:
    client = signed_in(clinic)
    with statements() as found:
        client.get("/day/")
    entered, floor = median_ms(lambda: _enter(clinic), _ask_nothing, times=300)
    return [
        Figure("scope_statements", len(split(found)[0]), "statements", "<=", 3),
        Figure("scope_to_floor", round(entered / floor, 2), "x", "<=", 2),
    ]


def _enter(clinic: Clinic) -> None:
    with clinic_scope(clinic.pk):
        pass


def _ask_nothing() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
