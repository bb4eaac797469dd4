from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, known_days, patient_key, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Patient
from programs.models.episode import Episode, not_over_the_team, while_care_goes_on


class QuestionnaireQuerySet(ClinicQuerySet["Questionnaire"]):
    def in_use(self) -> Self:
        return self.filter(retired_at__isnull=True).order_by("title", "pk")


class Questionnaire(ClinicModel):
    """A clinic's own copy of a questionnaire that it may use, with the word of whoever brought it in.

    `items` are its questions as read from the file, `numbers` say which of them is which item of the scoring, `scales`
    how the answers become numbers. None of this changes later: a new copy is a new row, and this one is retired.
    """

    instrument = models.SlugField(_("instrument"), max_length=40, blank=True)  # of the registry, if it is one of them
    title = models.CharField(_("title"), max_length=160)
    version = models.CharField(_("version"), max_length=40, blank=True)
    items = models.JSONField()
    numbers = models.JSONField(default=dict, blank=True)  # linkId -> item of the scoring
    scales = models.JSONField(default=list, blank=True)
    licence = models.TextField(_("licence"))
    licence_reference = models.CharField(_("reference of the licence"), max_length=120, blank=True)
    attested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    attested_at = models.DateTimeField(default=timezone.now, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ClinicManager.from_queryset(QuestionnaireQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        constraints = [
            *clinic_rules(portal_reads=True),
            models.CheckConstraint(condition=Q(licence__regex=r"\S"), name="programs_questionnaire_licence"),
            models.UniqueConstraint(
                fields=["clinic", "instrument"],
                condition=Q(retired_at__isnull=True) & ~Q(instrument=""),
                name="programs_questionnaire_one_in_use",
            ),
            Trigger(
                name="programs_questionnaire_fixed",
                when="BEFORE UPDATE",
                body=f"""
                IF (to_jsonb(NEW) - 'retired_at') IS DISTINCT FROM (to_jsonb(OLD) - 'retired_at') THEN
                    {refuse("programs_questionnaire_fixed", "what was answered must stay what was asked")}
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Response(ClinicModel):
    """A questionnaire filled in on one day. Its numbers are scores; `answers` are by linkId."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="responses")
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="responses")
    answers = models.JSONField()
    filled_on = models.DateField(_("filled in on"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # empty: the patient

    objects: ClassVar = ClinicManager()

    class Meta(ClinicModel.Meta):
        verbose_name = _("filled-in questionnaire")
        verbose_name_plural = _("filled-in questionnaires")
        constraints = [
            *clinic_rules(patient_column="patient_id", portal_writes=True),
            while_care_goes_on("response"),
            not_over_the_team("response"),
            patient_key(),
            SameClinic("patient"),
            SameClinic("episode", patient=True),
            SameClinic("questionnaire"),
            known_days("filled_on"),
            models.UniqueConstraint(
                fields=["questionnaire", "episode", "filled_on"], name="programs_response_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire_id} {self.filled_on}"
