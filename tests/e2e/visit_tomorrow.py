"""Run as a program on the servers of the product: Harbour Lane sees a new patient tomorrow, agreed on days ago.

Arguments: the patient's e-mail and time zone. Beside whatever stands there, so that it fits
on any day; away from Niamh Byrne and Quay House, whose early hours another test books.
"""

import os
import sys
from datetime import date, timedelta

from config import local

local.provide()
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django  # noqa: E402  # after the addresses are known

django.setup()

from django.utils import timezone  # noqa: E402

from clinics.models import Clinic, Membership, Room, Service  # noqa: E402
from clinics.tenancy import clinic_scope  # noqa: E402
from patients.models import Appointment, Patient  # noqa: E402

email, zone = sys.argv[1:]
now = timezone.now()
starts_at = (now + timedelta(hours=23)).replace(minute=0, second=0, microsecond=0)
clinic = Clinic.objects.get(name__startswith="Harbour")
with clinic_scope(clinic.pk):
    patient = Patient.objects.create(given_name="Ada", birth_date=date(1990, 1, 1), email=email, time_zone=zone)
    service = Service.objects.get(key="follow-up")
    rooms = Room.objects.filter(is_active=True).exclude(location__name="Quay House")
    room = next(one for one in rooms if set(service.room_features) <= set(one.features))
    member = Membership.objects.treating().exclude(user__name="Niamh Byrne").order_by("pk")[0]
    Appointment.every.create(
        patient=patient, therapist=member.user, room=room, service=service, starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=service.minutes), agreed_at=now - timedelta(days=9),
        is_override=True, override_reason="a test",
    )  # fmt: skip
