from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clinics.models import Clinic, User
from portal.demo import practice
from portal.demo.build import build
from portal.demo.reset import empty


class Command(BaseCommand):
    help = "Build two invented clinics to look around in. Where they are already, nothing happens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="delete the demo clinics and build them anew")
        parser.add_argument("--accounts", action="store_true", help="print who can sign in, and build nothing")

    def handle(self, **options: Any) -> None:
        if options["accounts"]:
            self.stdout.write("\n".join(f"{email:40} {what}" for email, what in practice.accounts()))
            return
        _refuse_beside_real_data()
        if options["reset"]:
            empty()
        if Clinic.objects.exists():
            self.stdout.write("The demo clinics are here already. `manage.py demo --reset` builds them anew.")
            return
        build(timezone.now())
        self.stdout.write("The demo clinics are ready.")


def _refuse_beside_real_data() -> None:
    if settings.PRODUCTION:
        raise CommandError("Demo data is for development: PLUMBLINE_ENV says production.")
    if Clinic.objects.filter(is_demo=False).exists():
        raise CommandError("This database holds a clinic that is not a demo clinic. Nothing was changed.")
    if User.objects.exists() and not Clinic.objects.exists():
        raise CommandError("This database holds people who are in no demo clinic. Nothing was changed.")
