"""What the logins may do with tables that no row security guards."""

import pytest
from django.db import connection

from clinics.logins import OPEN_TABLES
from clinics.roles import PLATFORM, WEB, WORKER
from tests.database import refused, sql
from tests.factories import Cast

KINDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def held(table: str, role: str) -> list[str]:
    return [kind for kind in KINDS if sql("SELECT has_table_privilege(%s, %s, %s)", role, table, kind) == [(True,)]]


def test_every_table_without_row_security_says_who_needs_what(db: None) -> None:
    found = sql("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                "AND NOT relrowsecurity")  # fmt: skip
    assert {name for (name,) in found} == set(OPEN_TABLES)


@pytest.mark.parametrize("role", [WEB, WORKER, PLATFORM])
@pytest.mark.parametrize("table", OPEN_TABLES)
def test_each_login_holds_what_it_needs_and_no_more(table: str, role: str, db: None) -> None:
    needed = OPEN_TABLES[table].get(role, "")
    assert held(table, role) == [kind for kind in KINDS if kind in needed.split(", ")]


@pytest.mark.parametrize("table", ["clinics_clinic", "clinics_user", "clinics_accountmail"])
def test_the_web_cannot_delete_clinics_people_or_mail(table: str, north: Cast) -> None:
    assert refused(f"DELETE FROM {table}") == "42501"


def test_the_web_cannot_say_that_a_migration_was_applied(db: None) -> None:
    assert refused("INSERT INTO django_migrations (app, name, applied) VALUES ('clinics', 'x', now())") == "42501"
    assert connection.introspection.table_names() != []
