"""Where it hurts, kept apart from the factors: where it hurts isn't always the cause."""

from collections.abc import Iterator
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import (
    FIRST_TO_HAVE_A_DAY,
    SameClinic,
    Trigger,
    clinic_rules,
    known_days,
    one_of,
    patient_key,
    refuse,
)
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Patient
from programs.models.episode import IN_THE_PORTAL, Episode, while_care_goes_on
from programs.pain import figures, places
from programs.pain.places import Mark


class PainSource(models.TextChoices):
    THERAPIST = "therapist", _("drawn by the therapist")
    PATIENT = "patient", _("drawn by the patient")


class BodyFigure(models.TextChoices):
    FEMALE = figures.FEMALE, _("Female figure")
    MALE = figures.MALE, _("Male figure")
    NEUTRAL = figures.NEUTRAL, _("Plain figure")


class PainSide(models.TextChoices):
    """The patient's sides."""

    RIGHT = places.RIGHT, _("right")
    MIDDLE = places.MIDDLE, _("in the middle")
    LEFT = places.LEFT, _("left")


class PainKind(models.TextChoices):
    ACHE = "ache", _("aching")
    SHARP = "sharp", _("sharp")
    BURNING = "burning", _("burning")
    NUMB = "numb", _("numb")
    TINGLING = "tingling", _("tingling")


class PainMapQuerySet(ClinicQuerySet["PainMap"]):
    def of(self, episode: Episode) -> Self:
        """Newest first. A map that was begun and says nothing yet is left out."""
        marked = PainMark.objects.filter(map=OuterRef("pk"))
        return self.filter(Q(pain_free=True) | Exists(marked), episode=episode).order_by("-drawn_on", "-pk")

    def but(self, one: "PainMap | None") -> Self:
        return self.exclude(pk=one.pk) if one else self


PAIN_OR_NONE = refuse("programs_painmap_pain_or_none", "either something is marked or nothing hurts")
NOT_YOURS = refuse("programs_painmap_not_yours", "patients change their own drawings only")


class PainMap(ClinicModel):
    """One dated drawing. The therapist's and the patient's of a day are two; drawing again changes today's.

    That nothing hurts is said in so many words: a map may be begun, and its last mark taken away again.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="pain_maps")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="pain_maps")
    drawn_on = models.DateField(_("drawn on"))
    source = models.CharField(_("drawn by"), max_length=9, choices=PainSource)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    figure = models.CharField(_("figure"), max_length=7, choices=BodyFigure)
    pain_free = models.BooleanField(_("nothing hurts"), default=False)

    objects: ClassVar = ClinicManager.from_queryset(PainMapQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("pain map")
        verbose_name_plural = _("pain maps")
        constraints = [
            *clinic_rules(patient_column="patient_id", portal_writes=True),
            while_care_goes_on("painmap"),
            patient_key(),
            SameClinic("patient"),
            SameClinic("episode", patient=True),
            known_days("drawn_on"),
            one_of("source", PainSource.values),
            one_of("figure", BodyFigure.values),
            models.UniqueConstraint(fields=["episode", "drawn_on", "source"], name="programs_painmap_once_a_day"),
            Trigger(
                name="programs_painmap_day",
                when="BEFORE INSERT OR UPDATE OF drawn_on",
                body=f"""
                IF NEW.drawn_on > (now() AT TIME ZONE '{FIRST_TO_HAVE_A_DAY}')::date THEN
                    {refuse("programs_painmap_to_come", "nobody has drawn a day that is still to come")}
                END IF;
                RETURN NEW;
                """,
            ),
            Trigger(
                name="programs_painmap_whose",
                when="BEFORE INSERT OR UPDATE OR DELETE",
                body=f"""
                IF {IN_THE_PORTAL} AND (NEW.source = 'therapist' OR OLD.source = 'therapist') THEN {NOT_YOURS} END IF;
                RETURN coalesce(NEW, OLD);
                """,
            ),
            Trigger(
                name="programs_painmap_free",
                when="BEFORE UPDATE OF pain_free",
                body=f"""
                IF NEW.pain_free AND EXISTS (SELECT FROM programs_painmark AS mark WHERE mark.map_id = NEW.id) THEN
                    {PAIN_OR_NONE}
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drawn_on} {self.source}"

    @property
    def shown(self) -> list[Mark]:
        """Its marks as the drawing knows them, strongest first."""
        return places.in_reading_order([one.mark for one in self.marks.all()])


def known_places() -> Q:
    """Every view, region and side of the vocabulary, and nothing beside them."""
    found = Q()
    for view, sides, regions in _grouped():
        found |= Q(view=view, side__in=sides, region__in=regions)
    return found


def _grouped() -> Iterator[tuple[str, list[str], list[str]]]:
    for view in places.VIEWS:
        for sides in (places.LIMB, places.TRUNK, places.MIDLINE):
            regions = [one.region for one in places.PLACES.values() if (one.view, one.sides) == (view, sides)]
            if regions:
                yield view, list(sides), regions


def known_levels() -> Q:
    """None, or the first and the last of one part of the spine."""
    found = Q(upper_level="", lower_level="")
    for region, levels in places.LEVELS.items():
        for n, level in enumerate(levels):
            found |= Q(view=places.BACK, region=region, upper_level=level, lower_level__in=list(levels[n:]))
    return found


class PainMark(ClinicModel):
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    map = models.ForeignKey(PainMap, on_delete=models.CASCADE, related_name="marks")
    view = models.CharField(_("view"), max_length=5)
    region = models.CharField(_("place"), max_length=12)
    side = models.CharField(_("side"), max_length=6, choices=PainSide)
    kind = models.CharField(_("kind of pain"), max_length=8, choices=PainKind)
    intensity = models.PositiveSmallIntegerField(_("intensity 0-10"))
    upper_level = models.CharField(_("from level"), max_length=3, blank=True)
    lower_level = models.CharField(_("to level"), max_length=3, blank=True)

    class Meta(ClinicModel.Meta):
        verbose_name = _("pain mark")
        verbose_name_plural = _("pain marks")
        constraints = [
            *clinic_rules(patient_column="patient_id", portal_writes=True),
            SameClinic("patient"),
            SameClinic("map", patient=True),
            one_of("kind", PainKind.values),
            models.CheckConstraint(condition=known_places(), name="programs_painmark_place"),
            models.CheckConstraint(condition=known_levels(), name="programs_painmark_levels"),
            models.CheckConstraint(condition=Q(intensity__lte=10), name="programs_painmark_intensity"),
            models.UniqueConstraint(fields=["map", "view", "region", "side", "kind"], name="programs_painmark_once"),
            Trigger(
                name="programs_painmark_whose",
                when="BEFORE INSERT OR UPDATE OR DELETE",
                body=f"""
                IF {IN_THE_PORTAL} AND EXISTS (
                    SELECT FROM programs_painmap AS map
                    WHERE map.id IN (NEW.map_id, OLD.map_id) AND map.source = 'therapist'
                ) THEN {NOT_YOURS} END IF;
                RETURN coalesce(NEW, OLD);
                """,
            ),
            Trigger(
                name="programs_painmark_some",
                when="BEFORE INSERT",
                body=f"""
                IF EXISTS (SELECT FROM programs_painmap AS map WHERE map.id = NEW.map_id AND map.pain_free) THEN
                    {PAIN_OR_NONE}
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.intensity}/10"

    @property
    def mark(self) -> Mark:
        levels: tuple[str, ...] = (self.upper_level, self.lower_level) if self.upper_level else ()
        return Mark(self.view, self.region, self.side, self.kind, self.intensity, levels)


def figure_for(sex: str, latest: PainMap | None) -> str:
    """The one drawn last; at first as the patient's sex suggests."""
    if latest is not None:
        return latest.figure
    return sex if sex in {BodyFigure.FEMALE, BodyFigure.MALE} else BodyFigure.NEUTRAL
