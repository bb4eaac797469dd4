"""/healthz: the process answers. /readyz: everything it needs answers too, or the name of what does not."""

import time
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from clinics.access import public
from clinics.tasks import HEARTBEAT_KEY
from config.celery import app

BEAT_SECONDS = 45  # the beat ticks every 3 s


@require_safe
@public("the load balancer asks; says nothing but ok")
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@public("the load balancer asks; names parts, no data")
def ready(request: HttpRequest) -> JsonResponse:
    """200 when all parts answer, 503 with the ones that do not."""
    parts = {name: _answers(check) for name, check in CHECKS.items()}
    response = JsonResponse({"ready": all(parts.values()), **parts}, status=200 if all(parts.values()) else 503)
    # Asked each second by whoever waits: its 503 is an answer, not an error for the log.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  # what Django's own logging looks at
    return response


def _answers(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:  # whatever it is: this part does not answer
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _broker() -> bool:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return True


def _beat() -> bool:
    """The beat queued a heartbeat and a worker ran it, both lately."""
    return time.time() - float(cache.get(HEARTBEAT_KEY, 0)) < BEAT_SECONDS


CHECKS = {"database": _database, "migrations": _migrations, "broker": _broker, "beat": _beat}
