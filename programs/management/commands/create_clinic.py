from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from clinics.services.clinics import open_clinic
from clinics.tenancy import clinic_scope
from programs.services.catalogue import install_catalogue

FACTS = ("name", "zone", "phone", "emergency_number", "owner_email", "owner_name")
NEXT = """{clinic} is there, with one location of the same name and its own copy of the tests and exercises.
An invitation goes to {email}, who accepts it at {base_url}/accounts/invitations/
and then finds services, rooms and staff under Admin.
"""


class Command(BaseCommand):
    """In this app and not below: a clinic without the catalogue could neither assess nor prescribe."""

    help = "Open a clinic and invite its owner by e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--zone", required=True, help="such as Europe/Dublin")
        parser.add_argument("--emergency-number", required=True, help="what patients there call: 112, 911, ...")
        parser.add_argument("--phone", default="", help="the clinic's own; the admin can add it")
        parser.add_argument("--owner-email", required=True)
        parser.add_argument("--owner-name", required=True)

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        email = options["owner_email"]
        try:
            validate_email(email)
            invitation = open_clinic(**{name: options[name] for name in FACTS})
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        with clinic_scope(invitation.clinic_id):
            install_catalogue(by=None)
        self.stdout.write(NEXT.format(clinic=options["name"], email=email, base_url=settings.BASE_URL))
