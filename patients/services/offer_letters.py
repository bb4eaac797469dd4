"""What a patient reads when a time came free."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clinics.models import Message
from clinics.services.messages import Letter, queue
from clinics.timekeeping import local_day
from clinics.tokens import token_for
from patients.models import Appointment, Offer, OfferState
from patients.queries.readers import readers
from patients.services.letters import sign_off, when, where

RULE = PURPOSE = "waiting_list_offer"


def tell(offer: Offer, row: Appointment) -> None:
    """At once, by e-mail and in the portal, whatever reaches the patient."""
    now = timezone.now()
    for reader in readers([row.patient_pk]):
        letter = Letter(
            patient_id=reader.patient_id, rule=RULE, subject_id=offer.pk, local_date=local_day(now, reader.zone),
            slot="", title=_("A time has come free for you"), body=_body(offer, row), due_at=now,
            expires_at=offer.expires_at, addresses=reader.addresses,
        )  # fmt: skip
        queue([(reader.clinic_id, letter)])


def still_open(message: Message) -> bool:
    """Asked inside the clinic's scope, just before it is sent."""
    return Offer.objects.filter(pk=message.subject_id, state=OfferState.OPEN).exists()


def _body(offer: Offer, row: Appointment) -> str:
    """No service is named: it would say what is treated."""
    location, clinic = row.room.location, row.patient.clinic
    parts = [
        _("Hello %(name)s,") % {"name": row.patient.given_name},
        "\n".join([_("this time has come free:"), when(row.starts_at, row.ends_at, location), *where(row)]),
        _("We keep it for you until %(until)s. Take it, or leave it to somebody else, here:\n%(link)s")
        % {"until": kept_until(offer, row), "link": link_to(offer)},
        _("If it does not suit you, you need not do anything. You stay on our waiting list."),
        sign_off(clinic),
    ]
    return "\n\n".join(parts)


def kept_until(offer: Offer, row: Appointment) -> str:
    """Wall time at the location, with the day where it is another one."""
    until, today = row.room.location.local(offer.expires_at), row.room.location.local(offer.offered_at).date()
    return f"{until:%H:%M}" if until.date() == today else date_format(until, "D j M, H:i")


def link_to(offer: Offer) -> str:
    token = token_for(PURPOSE, clinic_id=offer.clinic_id, row_id=offer.pk)
    return f"{settings.BASE_URL}{reverse('offer-answer', args=[token])}"
