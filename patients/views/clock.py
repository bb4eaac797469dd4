"""What the request says about time, and ids that came as text."""

from datetime import date

from django.http import Http404
from django.utils import timezone

from clinics.access import StaffRequest
from clinics.timekeeping import local_day

LONGEST_ID = 18  # digits of a bigint, one less than most: no row has more


def today(request: StaffRequest) -> date:
    return local_day(timezone.now(), request.membership.clinic.zone)


def is_row_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID


def row_id(text: str) -> int:
    if not is_row_id(text):
        raise Http404
    return int(text)
