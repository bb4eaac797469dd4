"""A bad value is one sentence that names the variable."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THING", raising=False)


@pytest.mark.parametrize(("value", "expected"), [("", "other"), (" padded ", "padded")])
def test_text(monkeypatch: pytest.MonkeyPatch, value: str, expected: str) -> None:
    if value:
        monkeypatch.setenv("THING", value)
    assert env.text("THING", "other") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("", True), ("1", True), ("Yes", True), ("on", True), ("0", False), ("no", False), ("OFF", False)],
)
def test_flag(monkeypatch: pytest.MonkeyPatch, value: str, expected: bool) -> None:
    monkeypatch.setenv("THING", value)
    assert env.flag("THING", default=True) is expected


@pytest.mark.parametrize(("value", "expected"), [("", 7), ("0", 0), ("60", 60)])
def test_number(monkeypatch: pytest.MonkeyPatch, value: str, expected: int) -> None:
    monkeypatch.setenv("THING", value)
    assert env.number("THING", 7) == expected


def test_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING", "a.example, ,b.example,")
    assert env.listing("THING") == ["a.example", "b.example"]


@pytest.mark.parametrize("value", ["maybe", "2", "truely"])
def test_a_flag_takes_yes_or_no(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("THING", value)
    with pytest.raises(ImproperlyConfigured) as refused:
        env.flag("THING")
    assert str(refused.value) == f"THING is “{value}”. It takes yes or no."


@pytest.mark.parametrize("value", ["many", "-1", "1.5", "1e3"])
def test_a_number_is_whole(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("THING", value)
    with pytest.raises(ImproperlyConfigured) as refused:
        env.number("THING", 7)
    assert str(refused.value) == f"THING is “{value}”. It takes a whole number."


@pytest.mark.parametrize("value", ["", "short", "development-" * 6])
def test_production_needs_a_secret_of_its_own(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("THING", value)
    with pytest.raises(ImproperlyConfigured) as refused:
        env.secret("THING", development="development-" * 6, required=True)
    assert str(refused.value) == "THING must be set in production, to at least 50 random characters."


def test_development_has_a_secret_ready() -> None:
    assert env.secret("THING", development="known", required=False) == "known"


@pytest.mark.parametrize(
    "value",
    [
        "postgresql://web:a%20secret@db.example:6432/clinic",
        "host=db.example port=6432 user=web password='a secret' dbname=clinic",
    ],
)
def test_a_database_is_named_by_url_or_by_keywords(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("THING", value)
    assert env.database_login("THING") == {
        "NAME": "clinic",
        "USER": "web",
        "PASSWORD": "a secret",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"connect_timeout": "5", "server_side_binding": True},
    }


@pytest.mark.parametrize(
    "value",
    [
        "postgresql://db.example/clinic?sslmode=verify-full&sslrootcert=/etc/ca.pem&connect_timeout=2",
        "host=db.example dbname=clinic sslmode=verify-full sslrootcert=/etc/ca.pem connect_timeout=2",
    ],
)
def test_what_else_the_address_asks_for_reaches_the_driver(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Else a connection that was to be verified would not even be encrypted."""
    monkeypatch.setenv("THING", value)
    login = env.database_login("THING")
    asked = {"connect_timeout": "2", "sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    assert login["OPTIONS"] == {**asked, "server_side_binding": True}


def test_production_guesses_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        env.address("THING", required=True)
    assert str(refused.value) == "THING must be set in production: the README says to what."
    assert env.address("THING", required=False) == ""
    monkeypatch.setenv("THING", "redis://valkey")
    assert env.address("THING", required=True) == "redis://valkey"


def test_a_broken_database_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING", "password=secret and more")
    with pytest.raises(ImproperlyConfigured) as refused:
        env.database_login("THING")
    assert str(refused.value) == "THING is not a PostgreSQL address."
