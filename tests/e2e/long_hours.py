"""Run as a program on the servers of the product: Niamh Byrne is at Quay House round the clock, today and tomorrow.

So that what comes free is offered at whatever hour a test runs, and at once; what other tests gave back is over.
Arguments: e-mail addresses of new patients, who have no visit yet; each is called by what stands before the @.
"""

import os
import sys
from datetime import date, time, timedelta

from config import local

local.provide()
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django  # noqa: E402  # after the addresses are known

django.setup()

from django.utils import timezone  # noqa: E402

from clinics.models import Clinic, HoursException, Location, Membership  # noqa: E402
from clinics.tenancy import clinic_scope  # noqa: E402
from patients.models import FreedTime, Patient  # noqa: E402

clinic = Clinic.objects.get(name__startswith="Harbour")
with clinic_scope(clinic.pk):
    Clinic.objects.filter(pk=clinic.pk).update(grace_minutes=0)
    FreedTime.objects.filter(closed_at=None).update(closed_at=timezone.now())
    today = timezone.now().astimezone(clinic.zone).date()
    niamh, quay = Membership.objects.get(user__name="Niamh Byrne"), Location.objects.get(name="Quay House")
    HoursException.objects.create(
        therapist=niamh.user, kind="extra", location=quay, first_day=today, last_day=today + timedelta(days=1),
        starts=time(0), ends=time(23, 59),
    )  # fmt: skip
    for address in sys.argv[1:]:
        name = address.partition("@")[0].title()
        Patient.objects.create(given_name=name, birth_date=date(1990, 1, 1), email=address, time_zone=clinic.time_zone)
