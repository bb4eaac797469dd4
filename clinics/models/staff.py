from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.constraints import SameClinic, Trigger, clinic_rules, known_days, one_of, refuse
from clinics.models.base import ClinicModel
from clinics.models.supply import CredentialKind
from clinics.permissions import Permission, Role, can
from clinics.tenancy import ClinicManager, ClinicQuerySet

ROLE_LABELS = [
    (Role.OWNER.value, _("owner")),
    (Role.MANAGER.value, _("manager")),
    (Role.FRONT_DESK.value, _("front desk")),
    (Role.THERAPIST.value, _("therapist")),
]


class MembershipQuerySet(ClinicQuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(is_active=True, user__is_active=True)

    def treating(self) -> Self:
        """Who has a column in the calendar."""
        return self.active().filter(treats=True).select_related("user").order_by("user__name", "pk")


class OwnMembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def invitations(self) -> Self:
        return self.filter(invited_at__isnull=False).select_related("clinic").order_by("pk")


class Membership(ClinicModel):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=20, choices=ROLE_LABELS)
    treats = models.BooleanField(_("treats patients"), default=False, help_text=_("Has a column in the calendar."))
    supervised = models.BooleanField(
        _("works under supervision"),
        default=False,
        help_text=_("A colleague signs their notes too. No needles, no thrust."),
    )
    is_active = models.BooleanField(_("works here now"), default=True)
    invited_at = models.DateTimeField(_("invited"), null=True, blank=True, editable=False)  # until they accept
    # Empty until they accept for the first time. Who has joined once stays in the records.
    joined_at = models.DateTimeField(_("joined"), null=True, blank=True, default=timezone.now, editable=False)

    objects: ClassVar = ClinicManager.from_queryset(MembershipQuerySet)()
    # Unfiltered by the ORM, for who has just signed in: row-level security still shows the person's own rows only.
    own: ClassVar = models.Manager.from_queryset(OwnMembershipQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        default_manager_name = "objects"
        constraints = [
            *clinic_rules(user_column="user_id", portal_reads=True),
            models.UniqueConstraint(fields=["clinic", "user"], name="clinics_membership_once"),
            # Nobody works somewhere without having said yes, and who has left is asked again.
            models.CheckConstraint(
                condition=Q(invited_at__isnull=True) | Q(is_active=False), name="clinics_membership_invited_not_active"
            ),
            models.CheckConstraint(
                condition=Q(joined_at__isnull=False) | Q(invited_at__isnull=False), name="clinics_membership_has_joined"
            ),
            Trigger(
                name="clinics_membership_return",
                when="BEFORE UPDATE",
                body=f"""
                IF NEW.is_active AND NOT OLD.is_active AND OLD.invited_at IS NULL THEN
                    {refuse("clinics_membership_asked_again", "who has left comes back by invitation")}
                END IF;
                RETURN NEW;
                """,
            ),
            one_of("role", [role.value for role in Role]),
        ]

    def __str__(self) -> str:
        """Until somebody accepts, the clinic knows the address it typed and not whose it is."""
        return self.user.email if self.invited_at else str(self.user)

    def can(self, permission: Permission) -> bool:
        return can(self.role, permission)

    @property
    def administers(self) -> bool:
        return self.can(Permission.ADMINISTER)


class CredentialQuerySet(ClinicQuerySet["Credential"]):
    def valid_on(self, day: date, kind: str) -> Self:
        return self.filter(kind=kind, issued_on__lte=day, expires_on__gte=day)


class Credential(ClinicModel):
    """What the clinic has seen proof of. `regions` names where on the body it holds (domain of needling and thrust)."""

    therapist = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("therapist")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=CredentialKind)
    regions = ArrayField(models.CharField(max_length=30), verbose_name=_("regions"), default=list, blank=True)
    hours = models.PositiveSmallIntegerField(_("training hours"), null=True, blank=True)
    issued_on = models.DateField(_("issued on"))
    expires_on = models.DateField(_("valid until"))

    objects: ClassVar = ClinicManager.from_queryset(CredentialQuerySet)()

    class Meta(ClinicModel.Meta):
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        constraints = [
            *clinic_rules(),
            SameClinic("therapist", to="clinics.Membership", to_column="user_id"),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("issued_on")),
                name="clinics_credential_expires_later",
                violation_error_message=_("It cannot end before it starts."),
            ),
            one_of("kind", CredentialKind.values),
            known_days("issued_on", "expires_on"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} until {self.expires_on}"
