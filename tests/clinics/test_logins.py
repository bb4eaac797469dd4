"""Two logins, one alias: who does what."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from clinics.logins import as_owner, owner_login, use_login
from clinics.roles import OWNER, WEB
from tests.database import sql
from tests.factories import make_cast


def current_user() -> str:
    return str(sql("SELECT current_user")[0][0])


@pytest.mark.django_db(transaction=True)
def test_the_owner_is_used_inside_the_block_only() -> None:
    assert current_user() == WEB
    with as_owner(connection):
        assert current_user() == OWNER
    assert current_user() == WEB


def test_the_login_does_not_change_in_a_transaction(db: None) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        use_login(connection, owner_login())


def test_a_container_without_the_owners_address_cannot_migrate(settings: Any) -> None:
    settings.OWNER_LOGIN = None
    with pytest.raises(ImproperlyConfigured, match="MIGRATION_DATABASE_URL"):
        owner_login()


def test_models_and_migrations_agree(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_migrate_and_flush_work_from_the_runtime_login() -> None:
    call_command("migrate", verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    assert current_user() == WEB


@pytest.mark.django_db(transaction=True)
def test_data_migrations_see_every_clinics_rows() -> None:
    """FORCE binds the owner as well; without a policy for it, this would be 0 rows and no error."""
    make_cast("north", zone="Europe/Dublin")
    make_cast("south", zone="America/New_York")
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE patients_patient SET phone = '1'")
        assert cursor.rowcount == 4
