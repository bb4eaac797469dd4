from django.conf import settings
from django.db import models

from clinics.constraints import AppendOnly, clinic_rules
from clinics.models.base import ClinicModel


class AuditEvent(ClinicModel):
    """Who did what, in the same transaction as the deed. Ids only, never names or clinical text."""

    at = models.DateTimeField(auto_now_add=True)
    # History must never stop a person's account from being removed: no constraint behind this key.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
    )
    # No foreign key: this app does not know patients. With it the portal may add its own events, and read them.
    patient_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    subject_ids = models.JSONField(default=list)
    detail = models.JSONField(default=dict)

    class Meta(ClinicModel.Meta):
        constraints = [*clinic_rules(patient_column="patient_id", portal_writes=True), AppendOnly()]
        indexes = [
            models.Index(fields=["clinic", "patient_id", "at"], name="clinics_audit_patient"),
            models.Index(fields=["clinic", "at"], name="clinics_audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class PlatformAccess(models.Model):
    """One row for each time a platform job saw all clinics. Written by `all_clinics` itself, in its transaction."""

    at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [AppendOnly()]

    def __str__(self) -> str:
        return self.reason
