from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, clinic_rules, one_of
from clinics.models import ClinicModel
from patients.models.appointment import Appointment


class CancelReason(models.TextChoices):
    ILL = "ill", _("ill")
    WORK = "work", _("work or family")
    TRAVEL = "travel", _("travel or weather")
    BETTER = "better", _("feels better")
    COST = "cost", _("cost")
    CLINIC = "clinic", _("the clinic cancelled")
    MISTAKE = "mistake", _("booked by mistake")
    OTHER = "other", _("other")


class Exemption(models.TextChoices):
    """Why a late cancellation costs nothing."""

    ILLNESS = "illness", _("sudden illness")
    EMERGENCY = "emergency", _("emergency")
    CLINIC = "clinic", _("the clinic cancelled")
    GOODWILL = "goodwill", _("goodwill")


class Cancellation(ClinicModel):
    """Why an appointment was cancelled, by whom, and what it costs: the clinic's policy of that moment."""

    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="cancellation")
    reason = models.CharField(_("reason"), max_length=10, choices=CancelReason)
    note = models.CharField(_("note"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"))
    cancelled_by = models.ForeignKey(  # None: the patient, by the link in a message
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    is_late = models.BooleanField(_("late"), default=False)
    exemption = models.CharField(_("costs nothing because of"), max_length=10, choices=Exemption, blank=True)
    fee = models.DecimalField(_("fee"), max_digits=7, decimal_places=2, default=0)

    class Meta(ClinicModel.Meta):
        verbose_name = _("cancellation")
        verbose_name_plural = _("cancellations")
        constraints = [
            *clinic_rules(),
            SameClinic("appointment"),
            one_of("reason", CancelReason.values),
            one_of("exemption", ["", *Exemption.values]),
            models.CheckConstraint(
                condition=Q(fee=0) | Q(fee__gt=0, is_late=True, exemption=""),
                name="patients_cancellation_fee",
                violation_error_message=_("Only a late cancellation without an exemption costs something."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_display()
