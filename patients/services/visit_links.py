"""The links in appointment messages: each does one thing to one appointment as it was when the message was sent."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.urls import reverse

from clinics.tokens import Named, named_by, token_for
from patients.models import Appointment


class Purpose(StrEnum):
    CONFIRM = "visit-confirm"
    MOVE = "visit-move"
    CANCEL = "visit-cancel"
    SHOW = "visit-show"  # after an answer: how it stands now


@dataclass(frozen=True, slots=True)
class Asked:
    purpose: Purpose
    named: Named


def path_for(visit: Appointment, purpose: Purpose) -> str:
    token = token_for(purpose, clinic_id=visit.clinic_id, row_id=visit.pk, version=visit.version)
    return reverse("visit-answer", args=[token])


def link_for(visit: Appointment, purpose: Purpose) -> str:
    return f"{settings.BASE_URL}{path_for(visit, purpose)}"


def asked_by(token: str) -> Asked | None:
    """None where nobody here signed it, or signed it for something else."""
    found = ((purpose, named_by(purpose, token)) for purpose in Purpose)
    return next((Asked(purpose, named) for purpose, named in found if named), None)
