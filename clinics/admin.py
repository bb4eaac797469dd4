"""A clinic's admin looks after the clinic in scope, nothing more."""

import json
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import Q, QuerySet, TextChoices
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from clinics.admin_base import ClinicAdmin, ReadOnlyAdmin, acting
from clinics.forms.staff import InviteForm, MembershipForm
from clinics.models import (
    AuditEvent,
    Clinic,
    Content,
    Credential,
    EmergencyContact,
    EquipmentKind,
    EquipmentPool,
    Feature,
    Holiday,
    HoursException,
    Location,
    Membership,
    Message,
    Room,
    Service,
    WorkingHours,
)
from clinics.services import staff
from clinics.tenancy import current_scope


class BoxesAdmin(ClinicAdmin):
    """For models with lists of known words: boxes to tick instead of a text to type."""

    boxes: ClassVar[dict[str, type[TextChoices]]] = {}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name not in self.boxes:
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.MultipleChoiceField(
            label=capfirst(db_field.verbose_name),
            choices=self.boxes[db_field.name].choices,
            required=False,
            widget=UnfoldAdminCheckboxSelectMultipleWidget,
        )


class HoursAdmin(ClinicAdmin):
    """Row by row, and at once. With a preview, and the appointments that a change leaves outside: the page `hours`."""

    list_before_template = change_form_before_template = "clinics/admin/hours_note.html"  # type: ignore[assignment]  # None there


@admin.register(Membership)
class MembershipAdmin(ClinicAdmin):
    form = MembershipForm
    list_display = ["person", "email", "role", "treats", "standing"]
    list_filter = ["role", "treats", "is_active"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
    ordering = ["user__email"]  # not by name, which the clinic must not guess before somebody accepts
    readonly_fields = ["person", "email"]

    @admin.display(description=_("person"))
    def person(self, membership: Membership) -> str:
        return str(membership)

    @admin.display(description=_("e-mail"), ordering="user__email")
    def email(self, membership: Membership) -> str:
        return membership.user.email

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        by_name = Q(user__name__icontains=search_term, invited_at__isnull=True)
        return queryset.filter(by_name | Q(user__email__icontains=search_term)), False

    @admin.display(description=_("standing"))
    def standing(self, membership: Membership) -> str:
        if membership.invited_at:
            return str(_("invited"))
        return str(_("works here")) if membership.is_active else str(_("left"))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **({} if change else {"form": InviteForm}) | kwargs)
        form.by = request.user
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["email", "name", "role", "treats"]
        shown = ["person", "email", "role", "treats", "supervised"]
        return [*shown, "is_active" if obj.is_active else "again"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [] if obj is None else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An invitation can be taken back. Who has worked here stays in the records and is set to not working here."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.invited_at is not None)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What goes is the invitation, even where somebody has worked here before and stays in the records."""
        return [], {str(_("invitation")): 1}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        staff.withdraw(membership=obj, by=acting(request))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The services write, and audit what they write."""
        if not change:
            invited = staff.invite(**form.cleaned_data, by=form.by)
            obj.pk, obj.user, obj.invited_at = invited.pk, invited.user, invited.invited_at
            return
        if set(form.changed_data) - {"again"}:
            staff.change(membership=obj, by=form.by)
        if form.cleaned_data["again"]:
            staff.invite_again(membership=obj, by=form.by)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None


@admin.register(Credential)
class CredentialAdmin(ClinicAdmin):
    list_display = ["therapist", "kind", "issued_on", "expires_on"]
    list_filter = ["kind", "therapist"]
    list_select_related = ["therapist"]
    ordering = ["expires_on", "pk"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "regions":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return SimpleArrayField(
            forms.CharField(max_length=30),
            label=capfirst(db_field.verbose_name),
            required=False,
            help_text=_("Divided by commas, such as: standard, thorax"),
            widget=UnfoldAdminTextInputWidget,
        )


@admin.register(WorkingHours)
class WorkingHoursAdmin(HoursAdmin):
    list_display = ["therapist", "weekday", "starts", "ends", "location", "valid_from", "valid_until", "every_weeks"]
    list_filter = ["therapist", "location", "weekday"]
    list_select_related = ["therapist", "location"]
    ordering = ["therapist__name", "weekday", "starts"]


@admin.register(HoursException)
class HoursExceptionAdmin(HoursAdmin):
    list_display = ["therapist", "kind", "first_day", "last_day", "starts", "ends", "location", "note"]
    list_filter = ["therapist", "kind"]
    list_select_related = ["therapist", "location"]
    ordering = ["-first_day", "-pk"]


@admin.register(Holiday)
class HolidayAdmin(HoursAdmin):
    list_display = ["day", "name", "location"]
    list_filter = ["location"]
    list_select_related = ["location"]
    search_fields = ["name"]
    ordering = ["-day", "-pk"]


@admin.register(Clinic)
class OwnClinicAdmin(ClinicAdmin):
    """The clinic in scope. Another one is opened by the operator, and its time zone said then."""

    list_display = ["name", "phone", "emergency_number", "time_zone"]
    fields = [
        "name", "phone", "emergency_number", "time_zone", "currency", "cancel_notice_hours", "late_fee",
        "offer_minutes", "grace_minutes", "tell_patients",
        "feed_names",
    ]  # fmt: skip
    readonly_fields = ["time_zone"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Clinic]:
        return super().get_queryset(request).filter(pk=current_scope().clinic_id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Location)
class LocationAdmin(ClinicAdmin):
    list_display = ["name", "time_zone", "address"]
    search_fields = ["name"]
    ordering = ["name"]


@admin.register(EmergencyContact)
class EmergencyContactAdmin(ClinicAdmin):
    list_display = ["name", "phone", "note", "position"]
    ordering = ["position", "pk"]


@admin.register(Room)
class RoomAdmin(BoxesAdmin):
    boxes: ClassVar = {"features": Feature}
    list_display = ["name", "location", "is_active"]
    list_filter = ["location", "is_active"]
    list_select_related = ["location"]
    search_fields = ["name"]
    ordering = ["location__name", "name"]


@admin.register(Service)
class ServiceAdmin(BoxesAdmin):
    boxes: ClassVar = {"room_features": Feature, "equipment": EquipmentKind, "contains": Content}
    list_display = ["name", "minutes", "capacity", "price", "credential", "is_online", "is_active"]
    list_filter = ["is_online", "is_active"]
    search_fields = ["name"]
    prepopulated_fields = {"key": ["name"]}


@admin.register(EquipmentPool)
class EquipmentPoolAdmin(ClinicAdmin):
    list_display = ["kind", "location", "units"]
    list_filter = ["location", "kind"]
    list_select_related = ["location"]
    ordering = ["location__name", "kind"]


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "action", "subject", "patient_id"]
    list_filter = ["by", "action"]
    list_select_related = ["by"]
    ordering = ["-at", "-pk"]
    fields = ["at", "by", "action", "subject", "rows", "patient_id", "more"]
    show_full_result_count = False

    @admin.display(description=_("rows"))
    def rows(self, event: AuditEvent) -> str:
        return ", ".join(str(pk) for pk in event.subject_ids)

    @admin.display(description=_("more"))
    def more(self, event: AuditEvent) -> str:
        return json.dumps(event.detail)  # unfold would colour JSON with inline styles, which the policy refuses


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """What went to whom and why. The text itself is between the clinic's therapists and the patient."""

    list_display = ["due_at", "patient_id", "channel", "rule", "status"]
    list_filter = ["status", "channel", "rule"]
    ordering = ["-due_at", "-pk"]
    fields = [
        "patient_id", "channel", "rule", "local_date", "title", "status", "due_at", "sent_at", "read_at", "attempts",
        "error",
    ]  # fmt: skip
    show_full_result_count = False

    def patient_of(self, obj: Any) -> int | None:
        patient_id: int | None = obj.patient_id
        return patient_id
