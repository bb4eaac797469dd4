"""The four demo accounts, shown on the sign-in page in demo mode on a loopback address."""

import ipaddress
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class DemoAccount:
    key: str
    name: str
    email: str
    line: Promise

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split())


ACCOUNTS = (
    DemoAccount("desk", "Dana Ross", "dana.ross@harbour.example", _("Front desk: the day, bookings, check-in")),
    DemoAccount("therapist", "Niamh Byrne", "niamh.byrne@harbour.example", _("Therapist: tests, plan, sessions")),
    DemoAccount("patient", "Maya Okafor", "maya.okafor@mail.example", _("Patient: today’s exercises on a phone")),
    DemoAccount("admin", "Kofi Larsen", "kofi.larsen@harbour.example", _("Clinic admin: services, rooms, staff")),
)


def is_loopback(request: HttpRequest) -> bool:
    """By the address of the connection, never by a header that a client may write."""
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
