"""Wishes of the waiting list, and how its offers go, in words."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from patients.models import FreedTime, Offer, OfferState, WaitlistEntry


def in_words(entry: WaitlistEntry, names: Mapping[int, str]) -> str:
    """One line. `names` are the therapists'; who has left is not named."""
    parts = list(_parts(entry, names)) or [_("any time, with anybody")]
    return "; ".join(parts)


def _parts(entry: WaitlistEntry, names: Mapping[int, str]) -> Iterator[str]:
    if entry.therapists:
        wanted = [names[one] for one in entry.therapists if one in names]
        yield _("with %(names)s") % {"names": _either(wanted)} if wanted else _("with somebody who has left")
    if entry.weekdays and len(entry.weekdays) < len(WEEKDAYS_ABBR):
        yield _either(str(WEEKDAYS_ABBR[day - 1]) for day in entry.weekdays)
    if entry.not_before or entry.not_after:
        yield _window(entry.not_before, entry.not_after)
    if entry.location:
        yield _("at %(location)s") % {"location": entry.location.name}
    if later := entry.later_visit:
        yield _("instead of %(when)s") % {"when": date_format(later.local_start, "D j M, H:i")}


def _either(words: Iterable[str]) -> str:
    *others, last = words
    return _("%(some)s or %(last)s") % {"some": ", ".join(others), "last": last} if others else last


def _window(first: time | None, last: time | None) -> str:
    if first and last:
        return _("between %(first)s and %(last)s") % {"first": f"{first:%H:%M}", "last": f"{last:%H:%M}"}
    if first:
        return _("from %(first)s") % {"first": f"{first:%H:%M}"}
    return _("over by %(last)s") % {"last": f"{last:%H:%M}"}


def time_left(offer: Offer, now: datetime) -> str:
    """To the second, as the desk watches it; "" where it is not open any more."""
    if offer.state != OfferState.OPEN:
        return ""
    seconds = max(0, int((offer.expires_at - now) / timedelta(seconds=1)))
    if seconds >= 3600:  # an hour
        return _("%(hours)d h %(minutes)d min left") % {"hours": seconds // 3600, "minutes": seconds % 3600 // 60}
    return _("%(minutes)d min %(seconds)d s left") % {"minutes": seconds // 60, "seconds": seconds % 60}


def run_in_words(freed: FreedTime, now: datetime) -> tuple[str, str]:
    """The kind of chip, and what it says. Needs the offers."""
    states = {offer.state for offer in freed.offers.all()}
    if OfferState.ACCEPTED in states:
        return "true", _("Filled")
    if OfferState.OPEN in states:
        return "act", _("Waits for an answer")
    if freed.closed_at is not None:
        return "line", _("Not offered any more")
    if freed.ends_at <= now:
        return "line", _("Over")
    if freed.looked_at is None:
        return "act", _("To be offered in office hours")
    asked = len(states) > 0
    return "off", _("Nobody else could come") if asked else _("Nobody on the list could come")


def waits_since(entry: WaitlistEntry, now: datetime) -> str:
    days = (now - entry.created_at).days
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days} if days else _("since today")
