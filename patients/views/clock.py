"""What day it is for the person who asks."""

from datetime import date

from django.utils import timezone

from clinics.access import StaffRequest
from clinics.timekeeping import local_day


def today(request: StaffRequest) -> date:
    return local_day(timezone.now(), request.membership.clinic.zone)
