"""The standing cast, and tests that run as the runtime login."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import settings

from clinics.logins import KEYS, owner_login, use_login
from clinics.tenancy import clinic_scope
from tests.factories import NINE, Cast, make_cast

# How long an example takes says more of the machine than of the code; `make bench` measures.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

RUNTIME_LOGIN: dict[str, Any] = {}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Before pytest-django creates the database: be the owner."""
    RUNTIME_LOGIN.update({key: connection.settings_dict[key] for key in KEYS})
    use_login(connection, owner_login())


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django has created and migrated the database: from here on, be the runtime login."""
    with django_db_blocker.unblock():
        use_login(connection, RUNTIME_LOGIN)
    yield
    with django_db_blocker.unblock():
        use_login(connection, owner_login())


@pytest.fixture(autouse=True)
def fresh_rate_limits() -> None:
    """Keys of its own for each test: clearing would also clear what a test beside it is counting."""
    cache.key_prefix = uuid4().hex


@pytest.fixture
def monday_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of Python stands at the hour of the cast's appointment. The database's goes on, years later."""
    monkeypatch.setattr(timezone, "now", lambda: NINE)


@pytest.fixture
def north(db: None) -> Cast:
    return make_cast("north", zone="Europe/Dublin")


@pytest.fixture
def south(db: None) -> Cast:
    return make_cast("south", zone="America/New_York")


@pytest.fixture
def in_north(north: Cast) -> Iterator[Cast]:
    """For tests of models and services: everything runs in north's scope."""
    with clinic_scope(north.clinic.pk):
        yield north


@pytest.fixture
def desk(north: Cast) -> Client:
    return signed_in_client(north.desk)


@pytest.fixture
def therapist(north: Cast) -> Client:
    return signed_in_client(north.therapist)


@pytest.fixture
def manager(north: Cast) -> Client:
    return signed_in_client(north.manager)


@pytest.fixture
def patient(north: Cast) -> Client:
    """The portal, signed in as pia (or paul in the south)."""
    return signed_in_client(north.login)


def signed_in_client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    for door in ("home", "portal-switch"):  # the first request settles the session's clinic, or its patient
        client.get(reverse(door))
    return client
