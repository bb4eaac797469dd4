"""Sizes beyond which nobody reads carefully any more, and a few forms that do not belong here."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import (
    ROOT,
    Function,
    Source,
    calls,
    excused,
    functions,
    is_view_module,
    length,
    our_tests,
    product,
    statics,
    templates,
)

FILE, TEMPLATE, FUNCTION, VIEW, TASK, TEST = 400, 150, 40, 20, 10, 25
SETTINGS = 250

LOCAL_IMPORTS = {
    "clinics/apps.py": "AppConfig.ready: models are not loaded before",
    "patients/apps.py": "AppConfig.ready: models are not loaded before",
    "portal/apps.py": "AppConfig.ready: models are not loaded before",
    "programs/apps.py": "AppConfig.ready: models are not loaded before",
}
RAW_SQL = {
    "clinics/tenancy.py": "sets the scope itself",
    "clinics/checks.py": "asks the catalog about the login, no clinic data",
    "clinics/logins.py": "grants, as the owner",
    "config/health.py": "SELECT 1",
    "config/local.py": "makes roles and a database for development",
    "config/supervisor.py": "asks whether there is a clinic at all, for development",
    "portal/demo/reset.py": "empties the demo database, as the owner",
    "patients/models/patient.py": "search_patients(): bound by the scope like the policies",
    "patients/queries/busy.py": "therapists_busy_elsewhere(): bound by the scope, tells times only",
    "patients/services/claims.py": "advisory locks, no clinic data",
    "programs/services/turns.py": "advisory lock, no clinic data",
}
BASE_MANAGER = {"clinics/checks.py": "checks that it is a ClinicManager"}
BARE_DELAY = {
    "clinics/tasks.py": "the dispatcher: no transaction to wait for, and each message names its clinic",
    "patients/tasks.py": "the sweep is committed by then, or has only read",
    "programs/tasks.py": "the sweep is committed by then",
}
INLINE = re.compile(
    r"""\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+=["']|hx-on|javascript:|\sx-html""", re.IGNORECASE
)


def over(sources: tuple[Source, ...], most: int) -> set[str]:
    return {f"{source.name}: {count}" for source in sources if (count := len(source.text.splitlines())) > most}


def test_files() -> None:
    assert over(product(), FILE) | over(our_tests(), FILE) == set()
    assert len((ROOT / "config/settings.py").read_text().splitlines()) < SETTINGS


def test_templates() -> None:
    long = {str(path.relative_to(ROOT)) for path in templates() if len(path.read_text().splitlines()) > TEMPLATE}
    assert long == set()


def test_scripts_and_styles() -> None:
    long = {str(path.relative_to(ROOT)) for path in statics() if len(path.read_text().splitlines()) > FILE}
    assert long == set()


def test_functions() -> None:
    long = {
        f"{name}: {count}" for source in product() for name, f in functions(source) if (count := length(f)) > FUNCTION
    }
    assert long == set()


def test_views() -> None:
    long = {
        f"{name}: {count}"
        for source in product()
        if is_view_module(source)
        for name, function in functions(source)
        if takes_request(function) and (count := length(function)) > VIEW
    }
    assert long == set()


def takes_request(function: Function) -> bool:
    return any(argument.arg == "request" for argument in function.args.args)


def test_tasks() -> None:
    long = {
        f"{name}: {count}"
        for source in product()
        if source.path.name == "tasks.py"
        for name, function in functions(source)
        if any("shared_task" in ast.unparse(decorator) for decorator in function.decorator_list)
        and (count := length(function)) > TASK
    }
    assert long == set()


def test_tests() -> None:
    long = {
        f"{name}: {count}"
        for source in our_tests()
        for name, function in functions(source)
        if function.name.startswith("test_") and (count := length(function)) > TEST
    }
    assert long == set()


def test_imports_stand_at_the_top() -> None:
    local = {
        source.name
        for source in product()
        for _, function in functions(source)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert excused(local, LOCAL_IMPORTS) == (set(), set())


@pytest.mark.parametrize(
    ("names", "reasons"),
    [
        ({".cursor", ".raw", ".execute", ".extra", "RawSQL"}, RAW_SQL),
        ({".delay", ".apply_async", ".send_task"}, BARE_DELAY),
    ],
)
def test_calls_that_pass_a_wall_stand_where_they_have_a_reason(names: set[str], reasons: dict[str, str]) -> None:
    found = {source.name for source in product() for name, _ in calls(source.tree) if name in names}
    assert excused(found, reasons) == (set(), set())


def test_base_managers_are_left_alone() -> None:
    found = {source.name for source in product() if re.search(r"\._base_manager\b", source.text)}
    assert excused(found, BASE_MANAGER) == (set(), set())


def test_signals_do_not_connect_our_apps() -> None:
    signals = re.compile(r"django\.dispatch|django\.db\.models\.signals|_(save|delete|changed)\.connect\(")
    assert {source.name for source in product() if signals.search(source.text)} == set()


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_hold_nothing_inline(path: Path) -> None:
    """The policy would block it, and the page would be half broken."""
    text = re.sub(r"{#.*?#}", "", path.read_text())
    assert INLINE.findall(text) == []


def test_the_product_reads_nothing_outside_its_directory() -> None:
    assert {source.name for source in product() if "../" in source.text} == set()


def test_what_the_type_checker_is_told_to_overlook_has_a_reason() -> None:
    bare = re.compile(r"type: ignore(\[[^\]]+\])?(\s*# noqa: [A-Z0-9, ]+)?\s*$")
    lines = ((source.name, line) for source in (*product(), *our_tests()) for line in source.text.splitlines())
    assert [(name, line) for name, line in lines if "bare = re" not in line and bare.search(line)] == []
