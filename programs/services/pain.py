"""Marking where it hurts. There is one map a day for each side of the desk; a place marked again is changed."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from clinics import audit
from clinics.models import User
from programs.models import Episode, PainMap, PainMark, PainSource
from programs.models.pain import figure_for
from programs.pain.places import LIMB, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Whose map of which day."""

    episode: Episode
    day: date
    source: str
    by: User

    def found(self) -> PainMap | None:
        return PainMap.objects.filter(episode=self.episode, drawn_on=self.day, source=self.source).first()


def therapists(episode: Episode, day: date, by: User) -> Drawing:
    return Drawing(episode=episode, day=day, source=PainSource.THERAPIST, by=by)


def patients(episode: Episode, day: date, by: User) -> Drawing:
    return Drawing(episode=episode, day=day, source=PainSource.PATIENT, by=by)


@transaction.atomic
def mark_pain(drawing: Drawing, mark: Mark, *, both_sides: bool = False) -> PainMap:
    """A place that is marked already takes the new figures."""
    drawn = _map(drawing)
    _say_free(drawn, free=False)
    for side in LIMB if both_sides else (mark.side,):
        _put(drawn, mark, side)
    audit.record("mark_pain", subject=drawn, by=drawing.by, patient_id=drawn.patient_id)
    return drawn


@transaction.atomic
def copy_latest(drawing: Drawing) -> None:
    """What was marked last, by whomever, as the start of today's map."""
    latest = PainMap.objects.of(drawing.episode).but(drawing.found()).first()
    if latest is None or not latest.shown:
        return
    drawn = _map(drawing)
    _say_free(drawn, free=False)
    for mark in latest.shown:
        _put(drawn, mark, mark.side)
    audit.record("copy_pain_map", subject=drawn, by=drawing.by, patient_id=drawn.patient_id)


@transaction.atomic
def remove_mark(*, mark: PainMark, by: User) -> None:
    audit.record("remove_pain_mark", subject=mark, by=by, patient_id=mark.patient_id)
    mark.delete()


@transaction.atomic
def nothing_hurts(drawing: Drawing) -> PainMap:
    drawn = _map(drawing)
    PainMark.objects.filter(map=drawn).delete()
    _say_free(drawn, free=True)
    audit.record("mark_no_pain", subject=drawn, by=drawing.by, patient_id=drawn.patient_id)
    return drawn


@transaction.atomic
def choose_figure(drawing: Drawing, figure: str) -> PainMap:
    drawn = _map(drawing)
    drawn.figure = figure
    drawn.save(update_fields=["figure"])
    audit.record("choose_figure", subject=drawn, by=drawing.by, patient_id=drawn.patient_id)
    return drawn


def _map(drawing: Drawing) -> PainMap:
    """Today's, made where it is missing, with the figure that was drawn last. Locked: of two windows one waits, and
    sees what the other has marked.
    """
    found = drawing.found()
    if found is None:
        episode = drawing.episode
        latest = PainMap.objects.filter(episode=episode).order_by("-drawn_on", "-pk").first()
        defaults = {
            "patient_id": episode.patient_id,
            "drawn_by": drawing.by,
            "figure": figure_for(episode.patient.sex, latest),
        }
        found, _made = PainMap.objects.get_or_create(
            episode=episode, drawn_on=drawing.day, source=drawing.source, defaults=defaults
        )
    found = PainMap.objects.select_for_update().get(pk=found.pk)
    if found.drawn_by_id != drawing.by.pk:
        found.drawn_by = drawing.by
        found.save(update_fields=["drawn_by"])
    return found


def _say_free(drawn: PainMap, *, free: bool) -> None:
    drawn.pain_free = free
    drawn.save(update_fields=["pain_free"])


def _put(drawn: PainMap, mark: Mark, side: str) -> None:
    upper, lower = (mark.levels[0], mark.levels[-1]) if mark.levels else ("", "")
    PainMark.objects.update_or_create(
        map=drawn,
        view=mark.view,
        region=mark.region,
        side=side,
        kind=mark.kind,
        defaults={
            "patient_id": drawn.patient_id,
            "intensity": mark.intensity,
            "upper_level": upper,
            "lower_level": lower,
        },
    )
