"""Settings from the environment. A bad value stops the process with one sentence that names the variable."""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError, conninfo


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name).lower()
    if value in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if value == "" else value in {"1", "true", "yes", "on"}
    raise ImproperlyConfigured(f"{name} is “{value}”. It takes yes or no.")


def number(name: str, default: int) -> int:
    value = text(name)
    if value and not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is “{value}”. It takes a whole number.")
    return int(value) if value else default


def listing(name: str, default: str = "") -> list[str]:
    """Comma-separated."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def secret(name: str, *, development: str, required: bool) -> str:
    """A secret of one's own where it is required (production), else the development value."""
    value = text(name)
    if required and (len(value) < 50 or value == development):
        raise ImproperlyConfigured(f"{name} must be set in production, to at least 50 random characters.")
    return value or development


def address(name: str, *, required: bool) -> str:
    """Of a server. In production it must be said; a guess might be somebody else's."""
    value = text(name)
    if required and not value:
        raise ImproperlyConfigured(f"{name} must be set in production: the README says to what.")
    return value


def database_login(name: str, *, required: bool = False) -> dict[str, Any]:
    """A PostgreSQL URL or conninfo string as Django's connection keys; empty strings where the variable is not set.

    Whatever else it asks for (sslmode, sslrootcert, ...) goes to the driver as it stands. Values travel apart from
    the statement, or a server that logs what it refused would log what stands in a patient's file.
    """
    try:
        parts = conninfo.conninfo_to_dict(address(name, required=required))
    except ProgrammingError:
        raise ImproperlyConfigured(f"{name} is not a PostgreSQL address.") from None  # its text may hold a password
    keys = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    login = {key: str(parts.pop(part, None) or "") for key, part in keys.items()}
    return {**login, "OPTIONS": {"connect_timeout": "5", **parts, "server_side_binding": True}}
