"""A dose in plain words, the way a therapist would say it."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from programs.doses import Amount, phases, seconds
from programs.models import Prescription, Side

WEEKDAYS: Sequence[object] = (
    "",
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)


def dose(prescription: Prescription) -> str:
    """ "2 sets of 5 holds, 5 seconds, right side", or "2 sets of 10" where nothing is held."""
    parts = [_sets(prescription)]
    if prescription.hold_seconds:
        held = ngettext("%(n)d second", "%(n)d seconds", prescription.hold_seconds) % {"n": prescription.hold_seconds}
        parts.append(_("hold %(time)s") % {"time": held} if prescription.tempo else held)
    parts.append(side_in_words(prescription))
    return ", ".join(part for part in parts if part)


def pace(prescription: Prescription) -> str:
    """ "3 seconds out, 1 still, 2 back"; empty where there is no tempo of three phases."""
    found = phases(prescription.tempo)
    if len(found) != 3:
        return ""
    there, still, back = found
    return _("%(there)d seconds out, %(still)d still, %(back)d back") % {"there": there, "still": still, "back": back}


def side_in_words(prescription: Prescription) -> str:
    return {
        Side.LEFT: _("left side"),
        Side.RIGHT: _("right side"),
        Side.BOTH: _("each side"),
    }.get(Side(prescription.side), "")


def minutes(prescriptions: Iterable[Prescription]) -> int:
    """Rounded up: nobody minds being done early."""
    return -(-sum(seconds(_amount(one)) for one in prescriptions) // 60)


def _sets(prescription: Prescription) -> str:
    sets = ngettext("%(n)d set", "%(n)d sets", prescription.sets) % {"n": prescription.sets}
    if prescription.hold_seconds and not prescription.tempo:
        reps = ngettext("%(n)d hold", "%(n)d holds", prescription.reps) % {"n": prescription.reps}
    else:
        reps = str(prescription.reps)
    return _("%(sets)s of %(reps)s") % {"sets": sets, "reps": reps}


def _amount(one: Prescription) -> Amount:
    return Amount(
        one.sets, one.reps, one.hold_seconds, one.tempo, one.rest_seconds, sides=2 if one.side == Side.BOTH else 1
    )
