"""Why there is no time, in words."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.models import EquipmentKind, Feature
from patients.finding import Sought, Verdict, Why
from patients.models import Patient
from patients.queries.search_world import Reading
from patients.queries.supply import missing_features

MOST_HOLIDAYS = 3


@dataclass(frozen=True, slots=True)
class Words:
    reading: Reading
    period: str

    def is_class(self) -> str:
        words = _("%(service)s is a class. Choose one of its dates, and add the patient there.")
        return words % {"service": self.reading.service.name}

    def reason(self, verdict: Verdict) -> str:
        said = {
            Why.CREDENTIAL: self._no_credential,
            Why.ROOM: self._no_room,
            Why.DEVICE: self._no_device,
            Why.CLOSED: self._closed,
            Why.HOURS: self._no_hours,
            Why.ROOMS_TAKEN: self._rooms_taken,
            Why.DEVICES_TAKEN: self._devices_taken,
            Why.PATIENT_BUSY: self._patient_busy,
            Why.BOOKED: self._booked,
        }
        return said[verdict.why](verdict)

    def of_day(self, day: date, verdict: Verdict) -> str:
        """A note on a day that has no time; none where nobody works on it anyway."""
        facts = {"day": date_format(day, "l j F")}
        if verdict.why == Why.CLOSED:
            return _("%(day)s: closed, %(name)s.") % {**facts, "name": self._holidays(verdict)[day]}
        if verdict.why in {Why.ROOMS_TAKEN, Why.DEVICES_TAKEN, Why.PATIENT_BUSY, Why.BOOKED}:
            return _("%(day)s: %(reason)s") % {
                **facts,
                "reason": replace(self, period=_("on that day")).reason(verdict),
            }
        return ""

    def not_offered(self, therapists: Sequence[int]) -> str:
        if not therapists:
            return ""
        facts = {"names": _all_of(self.reading.therapists[key].name for key in therapists), "kind": self._credential()}
        words = ngettext(
            "%(names)s is not offered: no valid credential for %(kind)s.",
            "%(names)s are not offered: no valid credential for %(kind)s.",
            len(therapists),
        )
        return words % facts

    def _no_credential(self, verdict: Verdict) -> str:
        facts = {"who": self._named(verdict.sought), "kind": self._credential(), "period": self.period}
        if verdict.sought.therapists:
            return _("%(who)s: no valid credential for %(kind)s %(period)s.") % facts
        if self.reading.service.credential:
            return _("Nobody holds a valid credential for %(kind)s %(period)s.") % facts
        return _("Nobody treats patients here yet.")

    def _no_room(self, verdict: Verdict) -> str:
        location = self.reading.locations[verdict.granted.room]
        here = [room for room in self.reading.rooms.values() if room.location_id == location.pk and room.is_active]
        service = self.reading.service
        lacking = [set(missing_features(room, service)) for room in here]
        nowhere = set.intersection(*lacking) if lacking else set()
        labels = [str(Feature(key).label) for key in service.room_features]
        needed = [label for label in labels if label in nowhere] or labels
        if not here or not needed:
            return _("%(location)s has no room in use.") % {"location": location.name}
        facts = {"features": _all_of(needed), "location": location.name}
        return _("No room with %(features)s at %(location)s.") % facts

    def _no_device(self, verdict: Verdict) -> str:
        location = self.reading.locations[verdict.granted.room]
        return _("%(location)s lacks a device that the service needs: %(kinds)s.") % {
            "location": location.name,
            "kinds": self._kinds(),
        }

    def _closed(self, verdict: Verdict) -> str:
        names = self._holidays(verdict)
        wished = [day for day in self.reading.world.days() if day in names and verdict.sought.wants_day(day)]
        days = (f"{date_format(day, 'l j F')}, {names[day]}" for day in wished[:MOST_HOLIDAYS])
        return _("Closed on the days that would do: %(days)s.") % {"days": "; ".join(days)}

    def _no_hours(self, verdict: Verdict) -> str:
        facts = {"who": self._named(verdict.sought), "kind": self._credential(), "when": self._when(verdict.sought)}
        if verdict.sought.therapists:
            return _("%(who)s: no hours %(when)s.") % facts
        if self.reading.service.credential:
            return _("No therapist with a credential for %(kind)s has hours %(when)s.") % facts
        return _("No therapist has hours %(when)s.") % facts

    def _rooms_taken(self, verdict: Verdict) -> str:
        return _("Every room that fits is taken while a therapist is free, %(when)s.") % {
            "when": self._when(verdict.sought)
        }

    def _devices_taken(self, verdict: Verdict) -> str:
        facts = {"kinds": self._kinds(), "when": self._when(verdict.sought)}
        return _("In use whenever a therapist is free, %(when)s: %(kinds)s.") % facts

    def _patient_busy(self, verdict: Verdict) -> str:
        return _("The patient has other visits whenever a therapist is free, %(when)s.") % {
            "when": self._when(verdict.sought)
        }

    def _booked(self, verdict: Verdict) -> str:
        facts = {"who": self._named(verdict.sought), "kind": self._credential(), "when": self._when(verdict.sought)}
        if verdict.sought.therapists:
            return _("%(who)s: booked out %(when)s.") % facts
        if self.reading.service.credential:
            return _("Everybody with a credential for %(kind)s is booked %(when)s.") % facts
        return _("Everybody is booked %(when)s.") % facts

    def _when(self, sought: Sought) -> str:
        """The wishes that matter, and the period."""
        parts = [_days(sought.weekdays), _hours(sought), self._where(sought), self.period]
        return " ".join(part for part in parts if part)

    def _where(self, sought: Sought) -> str:
        location = self.reading.locations.get(sought.location or 0)
        return _("at %(location)s") % {"location": location.name} if location else ""

    def _named(self, sought: Sought) -> str:
        known = self.reading.therapists
        return _all_of(one.name for key, one in known.items() if key in sought.therapists)

    def _credential(self) -> str:
        return str(self.reading.service.get_credential_display())

    def _kinds(self) -> str:
        return _all_of(str(EquipmentKind(kind).label) for kind in self.reading.service.equipment)

    def _holidays(self, verdict: Verdict) -> dict[date, str]:
        return self.reading.world.rota.names_of_holidays(verdict.granted.room)


def in_weeks(weeks: int) -> str:
    return ngettext("in this week", "in these %(weeks)d weeks", weeks) % {"weeks": weeks}


def _all_of(parts: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    *before, last = [*parts] or [""]
    return _("%(before)s and %(last)s") % {"before": ", ".join(before), "last": last} if before else last


def _days(weekdays: Collection[int]) -> str:
    if not weekdays:
        return ""
    return _("on %(days)s") % {"days": _all_of(str(WEEKDAYS[day - 1]) for day in sorted(weekdays))}


def _hours(sought: Sought) -> str:
    facts = {"from": f"{sought.not_before or time.min:%H:%M}", "to": f"{sought.not_after or time.min:%H:%M}"}
    if sought.not_before and sought.not_after:
        return _("between %(from)s and %(to)s") % facts
    if sought.not_before:
        return _("from %(from)s on") % facts
    return _("before %(to)s") % facts if sought.not_after else ""


def not_in_care(patient: Patient) -> str:
    return _("%(name)s is not in care here any more.") % {"name": patient.name}
