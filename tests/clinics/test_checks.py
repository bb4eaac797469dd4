"""What the system checks say. That a process heeds them: tests/config/test_boot.py."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection

from clinics import checks
from clinics.checks import production_has_no_open_doors, the_runtime_login_is_bound_by_the_walls, unbound
from clinics.logins import as_owner
from clinics.roles import OWNER, PLATFORM, WEB, WORKER
from tests.database import sql


def test_the_product_as_it_is_has_nothing_to_say(db: None) -> None:
    assert run_checks(databases=["default"]) == []


@pytest.mark.parametrize(
    ("production", "demo", "found"), [(True, True, ["clinics.E002"]), (True, False, []), (False, True, [])]
)
def test_demo_mode_and_production_refuse_each_other(
    production: bool, demo: bool, found: list[str], settings: Any
) -> None:
    settings.PRODUCTION, settings.DEMO, settings.DEBUG = production, demo, False
    assert [error.id for error in production_has_no_open_doors()] == found


def test_the_runtime_login_may_not_pass_the_walls(db: None) -> None:
    assert the_runtime_login_is_bound_by_the_walls(databases=["default"]) == []


def test_who_could_pass_the_walls(db: None) -> None:
    """Every server has a superuser, whatever its name; the tables' owner sees all rows by its own policy."""
    ((superuser,),) = sql("SELECT rolname FROM pg_roles WHERE oid = 10")
    logins = [WEB, WORKER, PLATFORM, OWNER, superuser]
    assert [login for login in logins if unbound("default", login)] == [OWNER, superuser]


def test_who_owns_one_table_could_too(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """By another name than the owner we make, or with that owner's rights."""
    monkeypatch.setattr(checks, "OWNER", "nobody-of-this-name")
    assert unbound("default", OWNER) == [OWNER]


def test_the_owner_is_named(transactional_db: None) -> None:
    with as_owner(connection):
        errors = the_runtime_login_is_bound_by_the_walls(databases=["default"])
    sentence = "the database login “plumbline_owner” may pass row-level security; use plumbline_web"
    assert [(error.id, error.msg) for error in errors] == [("clinics.E003", sentence)]
