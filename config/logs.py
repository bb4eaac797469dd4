"""What this product writes about itself: one line for what was refused, a traceback for what broke, nobody's data."""

import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any

from django.db import Error as DjangoDatabaseError
from psycopg import Error as DatabaseError

SERVER_ERROR = 500
# Addresses that let in whoever knows them: they stand in messages and calendar programs, and nowhere else.
SECRET_PATH = re.compile(r"(/(?:a|offer|feed)/)[^\s\"']+")
SECRET = re.compile(r"\d+(?:-\d+)*[-.][A-Za-z0-9_-]{43}")  # one of them, under whatever mangled address


class Discreet(logging.Formatter):
    """A database's own words may quote a row, so of its errors only the class and the broken rule are written."""

    def format(self, record: logging.LogRecord) -> str:
        said = _of_a_task(record) or record.getMessage()
        record.message = SECRET.sub("...", SECRET_PATH.sub(r"\1...", said))
        line = self.formatMessage(record)
        is_ours = record.levelno >= logging.ERROR and getattr(record, "status_code", SERVER_ERROR) >= SERVER_ERROR
        error = record.exc_info[1] if record.exc_info and is_ours else None
        return "\n".join([line, *(_told(one) for one in _chain(error))])


def _of_a_task(record: logging.LogRecord) -> str:
    """Celery puts the error's words, and a traceback with them, into the message."""
    context = getattr(record, "data", None)
    if record.name != "celery.app.trace" or not record.exc_info or not isinstance(context, dict):
        return ""
    return f"{context.get('name')} failed"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, then what led to it."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> str:
    is_the_databases = isinstance(error, DatabaseError | DjangoDatabaseError)
    words = _rule(error) if is_the_databases else str(error)
    where = "".join(traceback.format_tb(error.__traceback__))
    return f"{where}{type(error).__qualname__}: {words}"


def _rule(error: BaseException) -> str:
    cause = error if isinstance(error, DatabaseError) else error.__cause__
    if not isinstance(cause, DatabaseError):
        return "its words are left out"
    return " ".join(part for part in (cause.sqlstate, cause.diag.constraint_name) if part)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": Discreet, "format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"celery.beat": {"level": "WARNING"}, "celery.app.trace": {"level": "WARNING"}},
}
