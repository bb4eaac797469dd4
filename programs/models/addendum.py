"""What is added to a signed session: the note stays as it was signed, and the correction stands beside it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.constraints import AppendOnly, SameClinic, Trigger, clinic_rules, refuse
from clinics.models import ClinicModel
from programs.models.session import Session
from programs.models.signing import clinician


class Addendum(ClinicModel):
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField(_("what is added"))
    reason = models.CharField(_("why"), max_length=200)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta(ClinicModel.Meta):
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("session"),
            SameClinic("written_by", to="clinics.Membership", to_column="user_id"),
            AppendOnly(),
            models.CheckConstraint(
                condition=Q(text__regex=r"\S") & Q(reason__regex=r"\S"), name="programs_addendum_says_something"
            ),
            Trigger(
                name="programs_addendum_signed",
                when="BEFORE INSERT",
                body=f"""
                IF NOT EXISTS (SELECT FROM programs_session AS note
                               WHERE note.id = NEW.session_id AND note.signed_at IS NOT NULL) THEN
                    {refuse("programs_addendum_to_signed", "a draft is changed, not added to")}
                END IF;
                IF NOT {clinician("written_by_id")} THEN
                    {refuse("programs_addendum_clinician", "only a clinician adds to a note")}
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}"


class QuickPhrase(ClinicModel):
    """Words that a therapist writes often. Their own, in this clinic."""

    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("words"), max_length=300)

    class Meta(ClinicModel.Meta):
        verbose_name = _("quick phrase")
        verbose_name_plural = _("quick phrases")
        ordering = ["pk"]
        constraints = [
            *clinic_rules(),
            SameClinic("therapist", to="clinics.Membership", to_column="user_id"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="programs_quickphrase_says_something"),
            models.UniqueConstraint(fields=["clinic", "therapist", "text"], name="programs_quickphrase_once"),
        ]

    def __str__(self) -> str:
        return self.text
