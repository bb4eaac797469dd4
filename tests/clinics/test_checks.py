"""What the system checks say. That a process heeds them: tests/config/test_boot.py."""

from typing import Any

import pytest
from django.core.checks import run_checks

from clinics.checks import production_has_no_open_doors, the_runtime_login_is_bound_by_the_walls


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
