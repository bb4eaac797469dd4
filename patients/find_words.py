"""What the desk reads about a patient while looking for a time: visits left, needling before."""

from collections.abc import Collection
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.models import Patient
from patients.queries.history import booked_visits, last_needling
from patients.spacing import HARD, too_close
from patients.visit_limits import limits_of


def about(patient: Patient, now: datetime) -> str:
    return " ".join([*_visits_left(patient), *_last_needling(patient, now)])


def _visits_left(patient: Patient) -> list[str]:
    found = []
    for limit in limits_of(patient.pk):
        left = max(0, limit.left - booked_visits(patient, limit))
        facts = {"left": left, "visits": limit.visits, "until": date_format(limit.ends_on, "j M")}
        found.append(_("Plan: %(left)d of %(visits)d visits left to book, until %(until)s.") % facts)
    return found


def _last_needling(patient: Patient, now: datetime) -> list[str]:
    visit = last_needling(patient, now)
    if visit is None:
        return []
    day = date_format(visit.local_start, "j M")
    if now - visit.starts_at >= HARD:
        return [_("Last needling %(day)s, so 48 h are over.") % {"day": day}]
    over = date_format(visit.room.location.local(visit.starts_at + HARD), "j M, H:i")
    return [_("Last needling %(day)s: 48 h are over on %(over)s.") % {"day": day, "over": over}]


def spacing_note(start: datetime, standing: Collection[datetime]) -> str:
    pairs = too_close([start], standing)
    if not pairs:
        return ""
    return _("only %(hours)d h from another needling visit") % {"hours": min(pair.hours for pair in pairs)}
