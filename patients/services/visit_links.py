"""The links in appointment messages: each does one thing to one appointment as it was when the message was sent.

As the patient knows it, that is: a change that they need not hear of leaves the links in their letters good.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.urls import reverse

from clinics.tokens import Named, named_by, token_for
from patients.models import Appointment
from patients.services.known import known


class Purpose(StrEnum):
    CONFIRM = "visit-confirm"
    MOVE = "visit-move"
    CANCEL = "visit-cancel"
    SHOW = "visit-show"  # after an answer: how it stands now


@dataclass(frozen=True, slots=True)
class Asked:
    purpose: Purpose
    named: Named

    @property
    def mark(self) -> int:
        return self.named.version


def mark_of(visit: Appointment) -> int:
    """Needs the room."""
    return known(visit).mark


def path_for(visit: Appointment, purpose: Purpose) -> str:
    token = token_for(purpose, clinic_id=visit.clinic_id, row_id=visit.pk, version=mark_of(visit))
    return reverse("visit-answer", args=[token])


def link_for(visit: Appointment, purpose: Purpose) -> str:
    return f"{settings.BASE_URL}{path_for(visit, purpose)}"


def asked_by(token: str) -> Asked | None:
    """None where nobody here signed it, or signed it for something else."""
    found = ((purpose, named_by(purpose, token)) for purpose in Purpose)
    return next((Asked(purpose, named) for purpose, named in found if named), None)
