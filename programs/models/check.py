"""The patient's own answers to the red-flag questions, sent from the portal."""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from clinics.constraints import AppendOnly, SameClinic, clinic_rules, known_days, one_of
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Patient
from programs.models.episode import Episode, while_care_goes_on
from programs.models.raised import RAISING
from programs.models.screen import Concern, RedFlagScreen

OLDEST = timedelta(days=7)  # what a phone kept longer than that says nothing of today [to be confirmed]
LATE = timedelta(minutes=15)  # longer than it takes to answer and send


class PatientCheckQuerySet(ClinicQuerySet["PatientCheck"]):
    def waiting(self, on: date) -> Self:
        """Answered with something to look at up to that day, and no screen since. The same as raised.WAITS."""
        answers = RedFlagScreen.objects.filter(
            episode=OuterRef("episode"),
            recorded_at__gt=OuterRef("raised_at"),
            screened_on__gte=OuterRef("found_on"),
        ).exclude(concern=Concern.IN_PROGRESS)
        return self.filter(~Exists(answers), found_on__lte=on).exclude(level=Concern.CLEAR).order_by("pk")


class PatientCheck(ClinicModel):
    """Answers only raise: whatever asks for a look shuts the sessions' gate until a clinician has screened.

    `positive` and `unsure` hold keys of programs/content/red_flags.json; `client_id` is the sender's own key, so that
    sending twice is once. `answered_at` is when the patient answered, says the phone; `raised_at` when it reached the
    clinic, says our clock: a phone may have had no connection in between.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="checks")
    client_id = models.UUIDField()
    positive = models.JSONField(default=list)
    unsure = models.JSONField(default=list)
    level = models.CharField(max_length=12, choices=[(one.value, one.label) for one in RAISING])
    found_on = models.DateField()
    answered_at = models.DateTimeField(default=timezone.now, editable=False)
    raised_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = ClinicManager.from_queryset(PatientCheckQuerySet)()

    class Meta(ClinicModel.Meta):
        constraints = [
            *clinic_rules(patient_column="patient_id", portal_writes=True),
            while_care_goes_on("patientcheck"),
            SameClinic("patient"),
            SameClinic("episode", patient=True),
            AppendOnly(),
            known_days("found_on"),
            one_of("level", [one.value for one in RAISING]),
            models.CheckConstraint(
                condition=Q(answered_at__lte=F("raised_at"), answered_at__gte=F("raised_at") - OLDEST),
                name="programs_patientcheck_answered_before",
            ),
            models.UniqueConstraint(fields=["patient", "client_id"], name="programs_patientcheck_once"),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.found_on}"

    @property
    def is_late(self) -> bool:
        return self.raised_at - self.answered_at > LATE
