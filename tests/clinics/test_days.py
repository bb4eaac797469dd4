"""Days at the ends of the calendar: there, one cannot reckon with weeks and zones."""

from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse

from clinics.models import ClinicModel, Holiday
from clinics.tenancy import clinic_scope
from patients.models import Patient
from tests.factories import Cast

WORDS = "A day between 1900 and 2199, please."
# Written by the clock, or held by a rule of their own.
OTHERWISE = {
    "clinics.Message.local_date": "the clock's",
    "patients.Patient.birth_date": "not before 1900, and not to come",
    "programs.ExerciseLog.due_on": "a day of its programme",
    "programs.RedFlagScreen.screened_on": "from the first day of care on, and not to come",
}


def held_days(model: type[models.Model]) -> set[str]:
    rules = [rule for rule in model._meta.constraints if rule.name == f"{model._meta.db_table}_known_days"]
    return {name.partition("__")[0] for rule in rules for name, _ in rule.condition.children}  # type: ignore[attr-defined]  # a check


def test_every_day_that_is_kept_is_one_to_reckon_with() -> None:
    loose = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if issubclass(model, ClinicModel)
        for field in model._meta.local_fields
        if type(field) is models.DateField and field.name not in held_days(model)
    }
    assert loose == set(OTHERWISE)


@pytest.mark.parametrize(("day", "refused"), [("1899-12-31", True), ("1900-01-01", False), ("2200-01-01", True)])
def test_every_form_refuses_a_day_that_nobody_means(day: str, refused: bool) -> None:
    form = type("AnyForm", (forms.Form,), {"on": forms.DateField()})({"on": day})
    assert form.errors == ({"on": [WORDS]} if refused else {})


def test_the_admin_refuses_it_too(manager: Client) -> None:
    response: Any = manager.post(reverse("admin:clinics_holiday_add"), {"day": "9999-12-31", "name": "The last one"})
    assert response.context["adminform"].form.errors == {"day": [WORDS]}


def test_so_does_the_database(in_north: Cast) -> None:
    with pytest.raises(IntegrityError, match="clinics_holiday_known_days"), transaction.atomic():
        Holiday.objects.create(day="9999-12-31", name="The last one")


@pytest.mark.parametrize(("day", "words"), [("9999-12-31", WORDS), ("2150-01-01", "That day is still to come.")])
def test_nobody_is_born_on_a_day_to_come(day: str, words: str, manager: Client, north: Cast) -> None:
    pia = north.patient
    form = {
        "given_name": "Pia", "birth_date": day, "sex": "female", "time_zone": pia.time_zone, "is_active": "on",
    }  # fmt: skip
    response: Any = manager.post(reverse("admin:patients_patient_change", args=[pia.pk]), form)
    assert response.context["adminform"].form.errors == {"birth_date": [words]}
    with clinic_scope(north.clinic.pk), pytest.raises(IntegrityError, match="still to come"), transaction.atomic():
        Patient.objects.filter(pk=pia.pk).update(birth_date=day)
