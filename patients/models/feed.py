from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules
from clinics.models import ClinicModel
from clinics.tenancy import ClinicManager, ClinicQuerySet


class FeedQuerySet(ClinicQuerySet["CalendarFeed"]):
    def in_use(self) -> Self:
        return self.filter(revoked_at__isnull=True)


class CalendarFeed(ClinicModel):
    """A therapist's calendar for their own program. Whoever knows the secret reads it until it is revoked."""

    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("made"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects: ClassVar = ClinicManager.from_queryset(FeedQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            *clinic_rules(),
            SameClinic("therapist", to="clinics.Membership", to_column="user_id"),
            models.UniqueConstraint(
                fields=["clinic", "therapist"], condition=Q(revoked_at__isnull=True), name="patients_calendarfeed_one"
            ),
            # Whoever comes back makes an address of their own: the old one may be in other hands by then.
            Trigger(
                name="patients_calendarfeed_ends",
                on="clinics.Membership",
                when="AFTER UPDATE OF is_active, treats",
                body="""
                IF NOT (NEW.is_active AND NEW.treats) THEN
                    UPDATE patients_calendarfeed SET revoked_at = now()
                    WHERE clinic_id = NEW.clinic_id AND therapist_id = NEW.user_id AND revoked_at IS NULL;
                END IF;
                RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
