from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import clinic_rules, one_of
from clinics.models.base import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    PORTAL = "portal", _("portal inbox")


class MessageStatus(models.TextChoices):
    PENDING = "pending", _("waiting")
    SENT = "sent", _("sent")
    CANCELLED = "cancelled", _("not needed any more")
    EXPIRED = "expired", _("too late, not sent")
    FAILED = "failed", _("could not be sent")


class MessageQuerySet(ClinicQuerySet["Message"]):
    def due(self, now: datetime) -> Self:
        return self.filter(status=MessageStatus.PENDING, due_at__lte=now)

    def inbox(self) -> Self:
        """What a patient finds in the portal, newest first."""
        return self.filter(channel=Channel.PORTAL, status=MessageStatus.SENT).order_by("-sent_at", "-pk")


class Message(ClinicModel):
    """The outbox. The unique key gives one effect per reason and day, however often a task runs."""

    # No foreign key: this app does not know patients. Empty where a colleague is written to.
    patient_id = models.BigIntegerField(_("patient"), null=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    rule = models.CharField(_("rule"), max_length=40)  # why it is sent, such as exercise_reminder
    subject_id = models.BigIntegerField(_("about"))  # the appointment or home programme that the rule speaks of
    local_date = models.DateField(_("local date"))
    slot = models.CharField(_("slot"), max_length=20, default="")
    address = models.CharField(_("address"), max_length=254, blank=True)  # "" in the portal
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))
    # Where the text is made when it is sent: what the reader knew before of each row it is about, by its id.
    before = models.JSONField(default=dict, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=12, choices=MessageStatus, default=MessageStatus.PENDING)
    due_at = models.DateTimeField(_("due"))
    expires_at = models.DateTimeField(_("useful until"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=60, blank=True)  # the class of the error; its text may hold data

    objects: ClassVar = ClinicManager.from_queryset(MessageQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            *clinic_rules(patient_column="patient_id", portal_writes=True),
            models.UniqueConstraint(
                fields=["clinic", "patient_id", "rule", "subject_id", "local_date", "slot", "channel"],
                name="clinics_message_one_effect",
                nulls_distinct=False,
            ),
            one_of("status", MessageStatus.values),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | (~Q(status="sent") & Q(sent_at__isnull=True)),
                name="clinics_message_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(channel="portal", address="") | (Q(channel="email") & ~Q(address="")),
                name="clinics_message_address",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="pending"), name="clinics_message_pending"),
            models.Index(fields=["patient_id", "-sent_at"], name="clinics_message_inbox"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.local_date} {self.channel}"
