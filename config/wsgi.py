import os

from django.core.wsgi import get_wsgi_application

from config import local
from config.boot import read_settings, refuse_open_doors

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
local.provide()
read_settings()

application = get_wsgi_application()
refuse_open_doors()
