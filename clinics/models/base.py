from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinics.constraints import clinic_rules
from clinics.tenancy import ClinicManager, check_scope


class ClinicModel(models.Model):
    """A row that belongs to one clinic. A child with its own Meta.constraints starts them with *clinic_rules()."""

    # Not editable: the scope fills it in, and a form can neither show nor change it.
    # Without an index of its own: the key (clinic, id) of clinic_rules begins with it.
    clinic = models.ForeignKey(
        "clinics.Clinic", on_delete=models.PROTECT, editable=False, related_name="+", db_index=False
    )

    objects = ClinicManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"  # else refresh_from_db, foreign keys and cascades would skip the scope
        constraints = clinic_rules()

    def save(self, *args: Any, **kwargs: Any) -> None:
        check_scope(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        check_scope(self)  # deleting an instance does not pass through a manager
        return super().delete(*args, **kwargs)

    def unique_error_message(self, model_class: Any, unique_check: Any) -> ValidationError:
        """Django would name the clinic, which is no field that anybody filled in."""
        return ValidationError(_("There is one like this already."), code="unique")

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        # A ModelForm excludes the clinic, and Django then skips every constraint that names it.
        check_scope(self)
        super().validate_constraints(exclude=set(exclude or ()) - {"clinic"})
