"""A dose in plain words, the way a therapist would say it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.models import Prescription, Side

WEEKDAYS: Sequence[str] = ("", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def dose(prescription: Prescription) -> str:
    """ "2 sets of 5 holds, 5 seconds, right side"."""
    sets = ngettext("%(n)d set", "%(n)d sets", prescription.sets) % {"n": prescription.sets}
    if prescription.hold_seconds:
        reps = ngettext("%(n)d hold", "%(n)d holds", prescription.reps) % {"n": prescription.reps}
        what = _("%(sets)s of %(reps)s, %(seconds)d seconds") % {
            "sets": sets, "reps": reps, "seconds": prescription.hold_seconds,
        }  # fmt: skip
    else:
        what = _("%(sets)s of %(reps)d") % {"sets": sets, "reps": prescription.reps}
    side = side_in_words(prescription)
    return f"{what}, {side}" if side else what


def side_in_words(prescription: Prescription) -> str:
    return {
        Side.LEFT: _("left side"),
        Side.RIGHT: _("right side"),
        Side.BOTH: _("each side"),
    }.get(Side(prescription.side), "")
