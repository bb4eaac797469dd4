"""A process that must not run says so at boot, not at the first request or task."""

import sys

import django
from celery.signals import beat_init, worker_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command


def read_settings() -> None:
    """The first look at them: what is wrong is one sentence, not a traceback."""
    try:
        settings.PRODUCTION  # noqa: B018  # asking is what reads them
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from None


def refuse_open_doors() -> None:
    """In production: the system checks, the database's included. Celery's own run of them forgets what they say."""
    if not settings.PRODUCTION:
        return
    django.setup()
    try:
        call_command("check", databases=["default"])
    except CommandError as error:
        print(error, file=sys.__stderr__)  # the beat has put its logger in place of stderr by now
        raise SystemExit(1) from None  # not an Exception: those Celery logs, and goes on


@worker_init.connect
@beat_init.connect
def _check(**kwargs: object) -> None:
    refuse_open_doors()
