"""Be the worker for a moment: only its login may look after all clinics. Needs a transactional test."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from clinics.logins import KEYS, use_login
from clinics.roles import WORKER


@contextmanager
def as_worker() -> Iterator[None]:
    before = {key: connection.settings_dict[key] for key in KEYS}
    use_login(connection, {**before, "USER": WORKER})
    try:
        yield
    finally:
        use_login(connection, before)
