import os

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from config import local

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
local.provide()

application = get_wsgi_application()

if settings.PRODUCTION:  # a server that must not run says so at boot, not at the first request
    call_command("check", databases=["default"])
