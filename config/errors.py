"""Error pages. None of them asks the database, which may be what is gone."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from kombu.exceptions import OperationalError as BrokerGone
from redis.exceptions import ConnectionError as CacheGone
from redis.exceptions import TimeoutError as CacheSlow

GONE = (OperationalError, InterfaceError, BrokerGone, CacheGone, CacheSlow)


def _page(status: int) -> HttpResponse:
    return HttpResponse(loader.render_to_string(f"{status}.html"), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the exception is handled: a lost database or broker gets a page that says so."""
    return _page(503 if isinstance(sys.exc_info()[1], GONE) else 500)
