"""Django for all benches: they are no tests, so nobody else has set it up."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
