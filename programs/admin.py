"""The clinic's own copies of the catalogue. Poses come from it and are not edited here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from clinics.admin_base import ClinicAdmin, LinesField, acting
from programs.forms.library import FactorKindForm, form_of_test
from programs.models import Exercise, FactorKind, LibraryCopy, Protocol, Test
from programs.services.catalogue import MAY_CHANGE, add_factor, change_copy


@admin.register(Exercise)
class ExerciseAdmin(ClinicAdmin):
    list_display = ["name", "key", "sided", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "key"]
    fields = [
        "name", "key", "purpose", "steps", "setup", "cues", "stop_signs", "factors", "sided", "alt_text", "is_active",
    ]  # fmt: skip
    prepopulated_fields = {"key": ["name"]}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "factors":
            return forms.MultipleChoiceField(
                label=capfirst(db_field.verbose_name),
                choices=lambda: list(FactorKind.objects.values_list("key", "name")),
                required=False,
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
            )
        if isinstance(db_field, ArrayField):
            return LinesField(
                label=capfirst(db_field.verbose_name),
                required=False,
                help_text=_("One a line."),
                widget=UnfoldAdminTextareaWidget,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class CopyAdmin(ClinicAdmin):
    """Writes go through the service, which remembers what the clinic changed and audits it with before and after."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        to = {name: getattr(obj, name) for name in MAY_CHANGE[type(obj)]}
        saved = change_copy(row=obj, to=to, by=acting(request))
        obj.overridden = saved.overridden

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service has audited it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service has audited it."""

    @admin.display(description=_("changed here"))
    def changed_here(self, row: LibraryCopy) -> str:
        return ", ".join(row.overridden) or "–"


@admin.register(Test)
class TestAdmin(CopyAdmin):
    __test__ = False  # not for pytest

    list_display = ["key", "name", "kind", "changed_here", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["key", "name"]
    readonly_fields = ["key", "kind", "region", "unit", "sided", "status", "content_version", "changed_here"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change=change, form=form_of_test(obj), **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        limits = form_of_test(obj).limits
        return [
            "key", "kind", "region", "unit", "sided", "name", "how", *limits, "possible", "plausible", "reference",
            "population", "status", "content_version", "changed_here", "usual", "is_active",
        ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A test means something to the reasoning only as far as it knows its code: they come from the catalogue."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(FactorKind)
class FactorKindAdmin(CopyAdmin):
    form = FactorKindForm
    list_display = ["name", "key", "changed_here", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "key"]
    fields = [
        "name", "key", "for_patient", "core", "extra", "withheld_by", "content_version", "changed_here", "is_active",
    ]  # fmt: skip
    readonly_fields = ["content_version", "changed_here"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Charts know a factor by its key."""
        return [*self.readonly_fields, "key"] if obj else list(self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            add_factor(kind=obj, by=acting(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One that is in a chart stays; taking it out of use is enough."""
        return False


@admin.register(Protocol)
class ProtocolAdmin(CopyAdmin):
    """Made from a plan that worked, on the plan's page; here it is named, and taken out of use."""

    list_display = ["name", "for_whom", "changed_here", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    fields = ["name", "for_whom", "content_version", "changed_here", "is_active"]
    readonly_fields = ["content_version", "changed_here"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Plans name the protocol that they began as."""
        return False
