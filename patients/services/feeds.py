"""A therapist's private calendar feed: made, read and revoked. Only the secret's hash is kept."""

from hashlib import sha256
from secrets import token_urlsafe

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics import audit
from clinics.models import Membership, User
from patients.models import CalendarFeed

SECRET_BYTES = 32  # 256 bits: nobody guesses it, so a plain hash will do


@transaction.atomic
def make(*, therapist: User) -> str:
    """A new secret, which is shown once. The one before it opens nothing any more."""
    if not Membership.objects.treating().select_for_update(of=("self",)).filter(user=therapist).exists():
        raise ValidationError(_("Only who treats patients has a calendar to subscribe to."))
    _revoke(therapist)
    secret = token_urlsafe(SECRET_BYTES)
    feed = CalendarFeed.objects.create(therapist=therapist, secret_hash=hashed(secret), created_at=timezone.now())
    audit.record("make_feed", subject=feed, by=therapist)
    return secret


@transaction.atomic
def revoke(*, therapist: User) -> None:
    _revoke(therapist)


def feed_by(secret: str) -> CalendarFeed | None:
    """In the clinic's scope. None where it was revoked, or its therapist does not treat here any more."""
    feeds = CalendarFeed.objects.in_use().select_related("therapist", "clinic")
    feed: CalendarFeed | None = feeds.filter(secret_hash=hashed(secret)).first()
    if feed is None or not Membership.objects.treating().filter(user=feed.therapist_id).exists():
        return None
    return feed


def hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _revoke(therapist: User) -> None:
    for feed in CalendarFeed.objects.in_use().select_for_update().filter(therapist=therapist):
        feed.revoked_at = timezone.now()
        feed.save(update_fields=["revoked_at"])
        audit.record("revoke_feed", subject=feed, by=therapist)
