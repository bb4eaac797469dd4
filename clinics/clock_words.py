"""What is said of a time that the clock on the wall skips in spring, or shows twice in autumn."""

from datetime import date, datetime, time, tzinfo

from django.utils.formats import time_format
from django.utils.translation import gettext as _

from clinics.timekeeping import Showing, instant, is_second_pass, showing


def clock_note(day: date, wall: time, zone: tzinfo) -> str:
    """For somebody who picks a wall time: "" where there is nothing to say."""
    shown = showing(day, wall, zone)
    facts = {"time": time_format(wall, "H:i"), "meant": time_format(instant(day, wall, zone).astimezone(zone), "H:i")}
    if shown == Showing.TWICE:
        return _("%(time)s happens twice that night. The first is meant.") % facts
    if shown == Showing.NEVER:
        return _("The clock skips %(time)s that night. %(meant)s is meant.") % facts
    return ""


def pass_note(moment: datetime, zone: tzinfo) -> str:
    """For somebody who reads a moment as a wall time: which of the two it is, to go on after it."""
    wall = moment.astimezone(zone)
    if showing(wall.date(), wall.time(), zone) != Showing.TWICE:
        return ""
    facts = {"time": time_format(wall, "H:i")}
    if is_second_pass(moment, zone):
        return _("the second %(time)s of two that night") % facts
    return _("the first %(time)s of two that night") % facts
