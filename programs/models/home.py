from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import BaseConstraint, Exists, F, Func, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from clinics.constraints import PER_MODEL, SameClinic, Trigger, clinic_rules, known_days, one_of, patient_key, refuse
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet
from patients.models import Patient
from programs.models.episode import Episode, Side, while_care_goes_on
from programs.reminding import EARLIEST, LATEST


class Exercise(ClinicModel):
    """A clinic's copy of one exercise: what the patient reads, and the pose from which its figure is drawn."""

    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("what it is for"), max_length=300)
    steps = ArrayField(models.CharField(max_length=300), verbose_name=_("steps"), default=list, blank=True)
    setup = ArrayField(models.CharField(max_length=300), verbose_name=_("set-up"), default=list, blank=True)
    cues = ArrayField(models.CharField(max_length=300), verbose_name=_("cues"), default=list, blank=True)
    stop_signs = ArrayField(models.CharField(max_length=300), verbose_name=_("when to stop"), default=list, blank=True)
    factors = ArrayField(models.CharField(max_length=20), verbose_name=_("factors"), default=list, blank=True)
    sided = models.BooleanField(_("one side at a time"), default=False)
    dose = models.JSONField(_("usual dose"), default=dict, blank=True)
    pose = models.JSONField(default=dict, blank=True)
    alt_text = models.CharField(_("picture in words"), max_length=400, blank=True)
    status = models.CharField(_("status"), max_length=20, default="to_be_confirmed")
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta(ClinicModel.Meta):
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")
        ordering = ["name"]
        constraints = [
            *clinic_rules(portal_reads=True),
            models.UniqueConstraint(fields=["clinic", "key"], name="programs_exercise_key"),
        ]

    def __str__(self) -> str:
        return self.name


class HomeProgramme(ClinicModel):
    """What one patient does at home, from day to day."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="home_programmes")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="home_programmes")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    class Meta(ClinicModel.Meta):
        verbose_name = _("home programme")
        verbose_name_plural = _("home programmes")
        constraints = [
            *clinic_rules(patient_column="patient_id"),
            while_care_goes_on("homeprogramme"),
            patient_key(),
            SameClinic("patient"),
            SameClinic("episode", patient=True),
            known_days("starts_on", "ends_on"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="programs_home_ends_later"),
            ExclusionConstraint(  # which programme a day is judged by must never be a question
                name="programs_home_one_at_a_time",
                expressions=[
                    ("episode", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} - {self.ends_on}"


class PrescriptionQuerySet(ClinicQuerySet["Prescription"]):
    def running_on(self, day: date) -> Self:
        """Of programmes that run on that day; whether an occasion is due is its weekdays' matter."""
        return self.filter(programme__starts_on__lte=day, programme__ends_on__gte=day)

    def due_on(self, day: date) -> Self:
        return self.running_on(day).filter(weekdays__contains=[day.isoweekday()])

    def open_on(self, day: date) -> Self:
        """Due and not logged yet, not even as left out."""
        return self.due_on(day).filter(~Exists(ExerciseLog.objects.filter(prescription=OuterRef("pk"), due_on=day)))


class DoseFields(ClinicModel):
    """How much of one exercise. `weekdays` are ISO 1-7: the days on which an occasion is due."""

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("side"), max_length=5, choices=Side, default=Side.NONE)
    sets = models.PositiveSmallIntegerField(_("sets"))
    reps = models.PositiveSmallIntegerField(_("repetitions"))
    hold_seconds = models.PositiveSmallIntegerField(_("hold, seconds"), null=True, blank=True)
    tempo = models.CharField(_("tempo"), max_length=12, blank=True)
    rest_seconds = models.PositiveSmallIntegerField(_("rest, seconds"), null=True, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"))
    pain_limit = models.PositiveSmallIntegerField(_("pain limit 0-10"), default=4)
    effort_target = models.PositiveSmallIntegerField(_("effort 0-10"), default=4)
    why = models.CharField(_("why for you"), max_length=300, blank=True)

    class Meta(ClinicModel.Meta):
        abstract = True


def dose_rules() -> list[BaseConstraint]:
    return [
        SameClinic("exercise"),
        one_of("side", Side.values),
        models.CheckConstraint(
            condition=Q(sets__gte=1, sets__lte=10, reps__gte=1, reps__lte=100),
            name=f"{PER_MODEL}_dose",
            violation_error_message=_("1 to 10 sets of 1 to 100 repetitions."),
        ),
        models.CheckConstraint(
            condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]) & Q(weekdays__len__gte=1),
            name=f"{PER_MODEL}_weekdays",
        ),
        models.CheckConstraint(condition=Q(pain_limit__lte=10, effort_target__lte=10), name=f"{PER_MODEL}_scales"),
    ]


class Prescription(DoseFields):
    """One exercise of a home programme with its dose."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(HomeProgramme, on_delete=models.PROTECT, related_name="prescriptions")
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = ClinicManager.from_queryset(PrescriptionQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("prescription")
        verbose_name_plural = _("prescriptions")
        ordering = ["position", "pk"]
        constraints = [
            *clinic_rules(patient_column="patient_id"),
            patient_key(),
            SameClinic("patient"),
            SameClinic("programme", patient=True),
            *dose_rules(),
            models.UniqueConstraint(fields=["programme", "exercise", "side"], name="programs_prescription_once"),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id} {self.sets}x{self.reps}"


class Completion(models.TextChoices):
    FULL = "full", _("All of it")
    PARTIAL = "partial", _("Part")
    SKIPPED = "skipped", _("Not today")


# Far above any prescription; a slip of the thumb must not become a million.
MOST_SETS, MOST_REPS = 20, 200


class ExerciseLogQuerySet(ClinicQuerySet["ExerciseLog"]):
    def between(self, first: date, last: date) -> Self:
        return self.filter(due_on__gte=first, due_on__lte=last)


class ExerciseLog(ClinicModel):
    """What became of one occasion: one row per prescription and due day. The client's UUID makes sending again safe."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="logs")
    client_id = models.UUIDField()
    due_on = models.DateField(_("day"))
    done_at = models.DateTimeField(_("done at"))
    received_at = models.DateTimeField(auto_now_add=True)
    completion = models.CharField(_("how much"), max_length=8, choices=Completion, default=Completion.FULL)
    sets_done = models.PositiveSmallIntegerField(_("sets done"))
    reps_done = models.PositiveSmallIntegerField(_("repetitions done"))
    pain = models.PositiveSmallIntegerField(_("strongest pain 0-10"), null=True, blank=True)
    effort = models.PositiveSmallIntegerField(_("effort 0-10"), null=True, blank=True)
    stop_sign = models.BooleanField(_("noticed a sign to stop"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects: ClassVar = ClinicManager.from_queryset(ExerciseLogQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("exercise log")
        verbose_name_plural = _("exercise logs")
        constraints = [
            *clinic_rules(patient_column="patient_id", portal_writes=True),
            SameClinic("patient"),
            SameClinic("prescription", patient=True),
            one_of("completion", Completion.values),
            models.UniqueConstraint(fields=["prescription", "due_on"], name="programs_log_once_a_day"),
            models.UniqueConstraint(fields=["clinic", "client_id"], name="programs_log_client_id"),
            models.CheckConstraint(
                condition=(Q(pain__isnull=True) | Q(pain__lte=10)) & (Q(effort__isnull=True) | Q(effort__lte=10)),
                name="programs_log_scales",
            ),
            models.CheckConstraint(
                condition=Q(completion="skipped", sets_done=0, reps_done=0)
                | ~Q(completion="skipped")
                & Q(sets_done__gte=1, sets_done__lte=MOST_SETS, reps_done__gte=1, reps_done__lte=MOST_REPS),
                name="programs_log_done_has_figures",
            ),
            Trigger(
                name="programs_log_day",
                when="BEFORE INSERT OR UPDATE OF prescription_id, due_on",
                body=f"""
                IF NOT EXISTS (
                    SELECT FROM programs_prescription AS prescription
                    JOIN programs_homeprogramme AS programme ON programme.id = prescription.programme_id
                    WHERE prescription.id = NEW.prescription_id
                      AND NEW.due_on BETWEEN programme.starts_on AND programme.ends_on
                ) THEN {refuse("programs_log_outside_programme", "the programme does not run on that day")} END IF;
                IF NOT EXISTS (
                    SELECT FROM programs_prescription AS prescription
                    WHERE prescription.id = NEW.prescription_id
                      AND extract(isodow FROM NEW.due_on) = ANY (prescription.weekdays)
                ) THEN {refuse("programs_log_not_due", "nothing is due on that weekday")} END IF;
                RETURN NEW;
                """,
            ),
        ]
        indexes = [models.Index(fields=["patient", "due_on"], name="programs_log_patient_day")]

    def __str__(self) -> str:
        return f"{self.prescription_id} {self.due_on}"


class ReminderSetting(ClinicModel):
    """When and how a patient wants to be reminded: wall time in the patient's own zone."""

    patient = models.OneToOneField(Patient, on_delete=models.PROTECT, related_name="reminder_setting")
    local_time = models.TimeField(_("time"))
    by_email = models.BooleanField(_("by e-mail"), default=True)
    in_portal = models.BooleanField(_("in the portal"), default=True)
    paused = models.BooleanField(_("paused"), default=False)

    class Meta(ClinicModel.Meta):
        verbose_name = _("reminder setting")
        verbose_name_plural = _("reminder settings")
        constraints = [
            *clinic_rules(patient_column="patient_id", portal_writes=True),
            SameClinic("patient"),
            models.CheckConstraint(
                condition=Q(local_time__gte=EARLIEST, local_time__lte=LATEST),
                name="programs_remindersetting_by_day",
                violation_error_message=_("Between 08:00 and 19:30, so that nobody is woken."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_time:%H:%M}"
