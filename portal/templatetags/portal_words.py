from typing import Any

from django import template
from django.urls import reverse

from portal import words
from portal.queries.today import due_hurt
from programs.models import Exercise, Prescription
from programs.pictures import version_of
from programs.queries.home_days import Due

register = template.Library()


@register.filter
def dose(prescription: Prescription) -> str:
    return words.dose(prescription)


@register.filter
def hurt(due: Due) -> bool:
    return due_hurt(due)


@register.filter
def pace(prescription: Prescription) -> str:
    return words.pace(prescription)


@register.filter
def weekday_names(prescription: Prescription) -> str:
    return ", ".join(str(words.WEEKDAYS[day]) for day in prescription.weekdays)


@register.filter
def zone_name(time_zone: str) -> str:
    """ "New York" for America/New_York: how people call it."""
    return time_zone.rpartition("/")[2].replace("_", " ")


@register.inclusion_tag("components/figure.html")
def exercise_figure(exercise: Exercise, *, moving: bool = False, alt: bool = True) -> dict[str, Any]:
    """Without `alt` where the exercise's name stands right beside it. The address carries the picture's version."""
    still = f"{reverse('portal-figure', args=[exercise.key])}?v={version_of(exercise)}"
    return {
        "still": still,
        "moving": f"{still}&animated=1" if moving else "",
        "alt": exercise.alt_text if alt else "",
        "lazy": not moving,
    }
