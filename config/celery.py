"""The Celery application: `celery --app config.celery`. Web processes load it through config/health.py."""

import os

from celery import Celery

from config import boot, local  # boot also connects itself to the worker's and the beat's start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
local.provide()
boot.read_settings()

app = Celery("plumbline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
