from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from clinics.constraints import AppendOnly, SameClinic, clinic_rules, known_days, one_of
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from programs.models.assessment import Assessment
from programs.models.episode import Episode
from programs.models.screen import Concern, RedFlagScreen

# Whether flag `raised` still waits: only a clinician's screen that was asked since the finding answers it.
WAITS = """
    NOT EXISTS (SELECT FROM programs_redflagscreen AS answer
                WHERE answer.episode_id = raised.episode_id AND answer.recorded_at > raised.raised_at
                  AND answer.screened_on >= raised.found_on AND answer.concern <> 'in_progress')
"""


# Which ones hold a visit or a plan of NEW.episode_id: its own, and an emergency of any open complaint of the patient.
HOLDS = """
    (raised.episode_id = NEW.episode_id OR (raised.level = 'emergency' AND raised.episode_id IN (
        SELECT care.id FROM programs_episode AS care JOIN programs_episode AS own ON own.patient_id = care.patient_id
        WHERE own.id = NEW.episode_id AND care.closed_on IS NULL)))
"""


def holding(episode: Episode) -> Q:
    """It is the person who is ill: an emergency holds every complaint of theirs. The same as HOLDS."""
    elsewhere = Q(level=Concern.EMERGENCY, episode__patient=episode.patient_id, episode__closed_on__isnull=True)
    return Q(episode=episode) | elsewhere


class RaisedFlagQuerySet(ClinicQuerySet["RaisedFlag"]):
    def waiting(self, on: date) -> Self:
        """Found up to that day, and no screen since has answered. The same as WAITS."""
        answers = RedFlagScreen.objects.filter(
            episode=OuterRef("episode"),
            recorded_at__gt=OuterRef("raised_at"),
            screened_on__gte=OuterRef("found_on"),
        ).exclude(concern=Concern.IN_PROGRESS)
        return self.filter(~Exists(answers), found_on__lte=on).order_by("pk")


RAISING = (Concern.CLEAR, Concern.LOW, Concern.HIGH, Concern.EMERGENCY)


class RaisedFlag(ClinicModel):
    """A finding that answers a red-flag question with yes. Until a clinician screens, no treatment is signed.

    `question` is a key of programs/content/red_flags.json; `because` what was found, as programs.sentences reads it.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="raised_flags")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=30)
    level = models.CharField(max_length=12, choices=[(one.value, one.label) for one in RAISING])  # what it suggests
    because = models.JSONField(default=list)
    found_on = models.DateField()
    raised_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = ClinicManager.from_queryset(RaisedFlagQuerySet)()

    class Meta(ClinicModel.Meta):
        constraints = [
            *clinic_rules(),
            SameClinic("episode"),
            SameClinic("assessment"),
            AppendOnly(),
            known_days("found_on"),
            one_of("level", [one.value for one in RAISING]),
            models.UniqueConstraint(fields=["assessment", "question"], name="programs_raisedflag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.found_on}"
