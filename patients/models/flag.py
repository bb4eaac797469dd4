from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, known_days, one_of, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models.patient import Patient


class FlagKind(models.TextChoices):
    """What stands about a person from visit to visit. What is asked anew at each visit is no flag."""

    NO_ALLERGIES = "no_allergies", _("No known allergies")
    ALLERGY = "allergy", _("Allergy")
    ANTICOAGULANTS = "anticoagulants", _("Blood-thinning medicine")
    BLEEDING = "bleeding_disorder_severe", _("Severe bleeding disorder")
    PACEMAKER = "pacemaker", _("Pacemaker or implanted defibrillator")
    STIMULATOR = "implanted_stimulator", _("Other implanted electrical device")
    PREGNANCY = "pregnancy", _("Pregnancy")
    EPILEPSY = "epilepsy", _("Epilepsy or seizures")
    HEART_VALVE = "heart_valve", _("Heart valve disease or replaced valve")
    CANCER = "cancer_active", _("Cancer under treatment or active")
    IMMUNE = "immunosuppressed", _("Weakened immune defence")
    HEALING = "diabetes_poor_healing", _("Diabetes or slow wound healing")
    LYMPHOEDEMA = "lymphoedema_limb", _("Lymphoedema, or lymph nodes removed")
    OSTEOPOROSIS = "osteopenia_osteoporosis", _("Osteoporosis or osteopenia")
    STEROIDS = "long_term_steroids", _("Long-term steroid tablets")
    METALWORK = "implant_nearby", _("Metalwork or joint replacement")
    SURGERY = "recent_surgery", _("Recent surgery")
    SENSATION = "reduced_sensation", _("Reduced feeling (neuropathy)")
    HYPERMOBILITY = "hypermobility", _("General joint hypermobility")
    FAINTING = "fainting_history", _("Tendency to faint")
    NEEDLE_FEAR = "needle_phobia_severe", _("Severe fear of needles")
    REACTION = "previous_reaction", _("Earlier bad reaction to treatment")
    OTHER = "other", _("Other precaution")


class Allergen(models.TextChoices):
    """What a treatment room may bring near a patient, and medicines."""

    LATEX = "latex", _("latex")
    METAL = "metal", _("metal")
    ADHESIVE = "adhesive", _("plasters and tape")
    DISINFECTANT = "disinfectant", _("disinfectant")
    MEDICINE = "medicine", _("medicine")
    OTHER = "other", _("something else")


PASSING = (FlagKind.PREGNANCY, FlagKind.SURGERY)  # end by themselves, on a day that is known


def needs_words(kind: str, allergen: str) -> bool:
    return kind == FlagKind.OTHER or allergen in (Allergen.MEDICINE, Allergen.OTHER)


class PatientFlagQuerySet(ClinicQuerySet["PatientFlag"]):
    def current(self, day: date) -> Self:
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), ended_on__isnull=True)

    def past(self, day: date) -> Self:
        return self.filter(Q(ended_on__isnull=False) | Q(until__lt=day))


class PatientFlag(ClinicModel):
    """To be minded at every visit. It is never changed or deleted: it ends, with a reason, and a new one begins."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="flags", verbose_name=_("patient"))
    kind = models.CharField(_("what"), max_length=30, choices=FlagKind)
    allergen = models.CharField(_("allergic to"), max_length=20, choices=Allergen, blank=True)
    note = models.CharField(_("in words"), max_length=120, blank=True)
    noted_on = models.DateField(_("noted on"))
    until = models.DateField(_("until"), null=True, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    end_reason = models.CharField(_("why it ended"), max_length=120, blank=True)

    objects: ClassVar = ClinicManager.from_queryset(PatientFlagQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["kind", "noted_on", "pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("patient"),
            SameClinic("noted_by", to="clinics.Membership", to_column="user_id"),
            SameClinic("ended_by", to="clinics.Membership", to_column="user_id"),
            one_of("kind", FlagKind.values),
            known_days("noted_on", "until", "ended_on"),
            models.CheckConstraint(
                condition=Q(kind=FlagKind.ALLERGY, allergen__in=Allergen.values)
                | ~Q(kind=FlagKind.ALLERGY) & Q(allergen=""),
                name="patients_patientflag_allergen",
            ),
            models.CheckConstraint(
                condition=~Q(kind=FlagKind.OTHER) & ~Q(allergen__in=[Allergen.MEDICINE, Allergen.OTHER])
                | Q(note__regex=r"\S"),
                name="patients_patientflag_in_words",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PASSING, until__isnull=False) | ~Q(kind__in=PASSING) & Q(until__isnull=True),
                name="patients_patientflag_passing",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True, end_reason="")
                | Q(ended_on__isnull=False, ended_by__isnull=False, end_reason__regex=r"\S"),
                name="patients_patientflag_ended_whole",
            ),
            models.UniqueConstraint(
                fields=["clinic", "patient", "kind", "allergen", "note"],
                condition=Q(ended_on__isnull=True),
                name="patients_patientflag_once",
            ),
            Trigger(
                name="patients_patientflag_either",
                when="BEFORE INSERT",
                body=f"""
                IF EXISTS (
                    SELECT 1 FROM patients_patientflag
                    WHERE clinic_id = NEW.clinic_id AND patient_id = NEW.patient_id AND ended_on IS NULL
                    AND (kind, NEW.kind) IN (('{FlagKind.ALLERGY}', '{FlagKind.NO_ALLERGIES}'),
                                             ('{FlagKind.NO_ALLERGIES}', '{FlagKind.ALLERGY}'))
                ) THEN
                    {refuse("patients_patientflag_both", "an allergy and no known allergies")}
                END IF;
                RETURN NEW;
                """,
            ),
            Trigger(
                name="patients_patientflag_kept",
                when="BEFORE UPDATE OR DELETE",
                body=f"""
                IF TG_OP = 'DELETE' OR OLD.ended_on IS NOT NULL
                   OR (OLD.patient_id, OLD.kind, OLD.allergen, OLD.note, OLD.noted_on, OLD.until, OLD.noted_by_id)
                      IS DISTINCT FROM
                      (NEW.patient_id, NEW.kind, NEW.allergen, NEW.note, NEW.noted_on, NEW.until, NEW.noted_by_id) THEN
                    {refuse("patients_patientflag_changed", "a flag ends, and is not changed")}
                END IF;
                RETURN NEW;
                """,
            ),
        ]
        indexes = [models.Index(fields=["clinic", "patient"], name="patients_patientflag_of")]

    def __str__(self) -> str:
        return str(self.get_kind_display())
