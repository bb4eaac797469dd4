import json
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.constraints import AppendOnly, SameClinic, Trigger, clinic_rules, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Appointment
from programs import catalogue
from programs.contraindications import NO, YES, asked_for, questions
from programs.models.signing import clinician
from programs.precautions import Effect

EVERY = sorted({modality for one in questions() for modality in one.effects})
_EFFECTS = {one.key: {what: str(how) for what in EVERY if (how := one.effect_on(what))} for one in questions()}
_ASKED = {what: [one.key for one in asked_for([what])] for what in EVERY}
REGIONS = sorted({one.region for one in catalogue.muscles()})
SPARED = [f"{side}:{region}" for region in REGIONS for side in ("right", "left")]

# A yes or no to everything that can change what is asked about, with reasons and places where a yes asks for them.
_WHOLE = f"""
DECLARE
    effects jsonb := '{json.dumps(_EFFECTS, sort_keys=True)}';
    asked jsonb := '{json.dumps(_ASKED, sort_keys=True)}';
BEGIN
    IF EXISTS (SELECT FROM jsonb_each_text(NEW.answers) AS said
               WHERE NOT effects ? said.key OR said.value NOT IN ('{YES}', '{NO}')) THEN
        {refuse("programs_contraindicationcheck_answers", "yes or no to what is asked")}
    END IF;
    IF EXISTS (SELECT FROM unnest(NEW.asked) AS what, jsonb_array_elements_text(asked -> what) AS question
               WHERE NOT NEW.answers ? question) THEN
        {refuse("programs_contraindicationcheck_whole", "not everything was asked")}
    END IF;
    IF EXISTS (SELECT FROM jsonb_each_text(NEW.answers) AS said, jsonb_each_text(effects -> said.key) AS effect
               WHERE said.value = '{YES}' AND effect.key = ANY(NEW.asked)
                 AND effect.value = '{Effect.NEEDS_REASONING.value}'
                 AND coalesce(NEW.reasoning ->> said.key, '') !~ '\\S') THEN
        {refuse("programs_contraindicationcheck_reasons", "a yes is weighed in words")}
    END IF;
    IF cardinality(NEW.spared) = 0 AND EXISTS (
        SELECT FROM jsonb_each_text(NEW.answers) AS said, jsonb_each_text(effects -> said.key) AS effect
        WHERE said.value = '{YES}' AND effect.key = ANY(NEW.asked)
          AND effect.value = '{Effect.BLOCKS_SITE.value}') THEN
        {refuse("programs_contraindicationcheck_where", "which place stays free has to be said")}
    END IF;
    NEW.stops := ARRAY(
        SELECT DISTINCT effect.key
        FROM jsonb_each_text(NEW.answers) AS said, jsonb_each_text(effects -> said.key) AS effect
        WHERE said.value = '{YES}'
          AND effect.value IN ('{Effect.BLOCKS.value}', '{Effect.BLOCKS_CURRENT.value}') ORDER BY 1);
END;
RETURN NEW;
"""


class ContraindicationCheckQuerySet(ClinicQuerySet["ContraindicationCheck"]):
    def latest_at(self, appointment: Appointment) -> "ContraindicationCheck | None":
        return self.filter(appointment=appointment).order_by("-pk").first()

    def latest_of_patient(self, patient_id: int) -> "ContraindicationCheck | None":
        return self.filter(appointment__patient=patient_id).select_related("asked_by").order_by("-pk").first()


class ContraindicationCheck(ClinicModel):
    """What was asked at one visit before a treatment. The latest one of a visit counts, and none is changed.

    `asked`: the treatments that it was asked for. `answers`: yes or no by the precaution's key, `reasoning` why a yes
    does not stop it. `spared`: places that stay free, "right:hip". `stops` is the database's own: what a yes rules out.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    asked = ArrayField(models.CharField(max_length=20))
    answers = models.JSONField(default=dict)
    reasoning = models.JSONField(default=dict)
    spared = ArrayField(models.CharField(max_length=30), default=list)
    stops = ArrayField(models.CharField(max_length=20), default=list, editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = ClinicManager.from_queryset(ContraindicationCheckQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("contraindication check")
        verbose_name_plural = _("contraindication checks")
        constraints = [
            *clinic_rules(),
            SameClinic("appointment"),
            SameClinic("asked_by", to="clinics.Membership", to_column="user_id"),
            AppendOnly(),
            models.CheckConstraint(
                condition=models.Q(asked__contained_by=EVERY) & ~models.Q(asked=[]),
                name="programs_contraindicationcheck_asked",
            ),
            models.CheckConstraint(
                condition=models.Q(spared__contained_by=SPARED), name="programs_contraindicationcheck_spared"
            ),
            Trigger(name="programs_contraindicationcheck_asks", when="BEFORE INSERT", body=_WHOLE),
            Trigger(
                name="programs_contraindicationcheck_by",
                when="BEFORE INSERT",
                body=f"""
                IF NOT {clinician("asked_by_id")} THEN
                    {refuse("programs_contraindicationcheck_clinician", "only a clinician asks")}
                END IF;
                RETURN NEW;
                """,
            ),
        ]
        indexes = [models.Index(fields=["clinic", "appointment"], name="programs_check_of_visit")]

    def __str__(self) -> str:
        return f"{self.appointment_id}"
