"""The clinic's own copies of the catalogue. Poses and limits come from it and are not edited here."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from clinics.admin_base import ClinicAdmin, LinesField
from programs.models import Exercise, FactorKey, Test


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
                choices=FactorKey.choices,
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


@admin.register(Test)
class TestAdmin(ClinicAdmin):
    __test__ = False  # not for pytest

    list_display = ["key", "name", "kind", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["key", "name"]
    fields = ["key", "name", "kind", "unit", "sided", "how", "limits", "reference", "status", "is_active"]
    readonly_fields = ["key", "kind", "unit", "sided", "limits", "status"]

    @admin.display(description=_("line"))
    def limits(self, test: Test) -> str:
        return json.dumps(test.line)  # unfold would colour JSON with inline styles, which the policy refuses

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A test means something to the reasoning only as far as it knows its code: they come from the catalogue."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
