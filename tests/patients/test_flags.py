"""What to mind at every visit: noted once, ended with a reason, and shown wherever somebody is treated."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clinics.constraints import broken_rule
from clinics.models import AuditEvent
from clinics.tenancy import clinic_scope
from patients.flag_words import chips_of
from patients.models import FlagKind, PatientFlag
from patients.queries.flags import chips_at, with_flags
from patients.services.flags import end_flag, note_flag
from tests.factories import NINE, Cast, appointment_at
from tests.programs.pages import words

DAY = date(2021, 3, 1)
LATER = DAY + timedelta(days=100)


def noted(cast: Cast, kind: str, day: date = DAY, **more: Any) -> PatientFlag:
    return note_flag(patient=cast.patient, kind=kind, day=day, by=cast.therapist, **more)


def chips(cast: Cast, day: date = DAY) -> list[str]:
    return [chip.text for chip in chips_at(with_flags(day).get(pk=cast.patient.pk))]


def today() -> date:
    return timezone.now().date()


def test_nobody_asked_is_not_the_same_as_none_known(in_north: Cast) -> None:
    assert chips(in_north) == ["Allergies not asked"]
    noted(in_north, "no_allergies")
    assert chips(in_north) == ["No known allergies, asked 1 Mar 2021"]


def test_an_allergy_ends_that_none_is_known(in_north: Cast) -> None:
    noted(in_north, "no_allergies")
    noted(in_north, "allergy", LATER, allergen="latex")
    assert chips(in_north, LATER) == ["Allergy: latex"]
    ended = PatientFlag.objects.get(kind=FlagKind.NO_ALLERGIES)
    assert (ended.ended_on, ended.ended_by, ended.end_reason) == (LATER, in_north.therapist, "Asked again")


def test_none_is_known_only_once_the_allergy_has_ended(in_north: Cast) -> None:
    latex = noted(in_north, "allergy", allergen="latex")
    with pytest.raises(ValidationError, match="End it first"):
        noted(in_north, "no_allergies")
    end_flag(flag=latex, reason="Tested negative", day=DAY, by=in_north.therapist)
    noted(in_north, "no_allergies")
    assert chips(in_north) == ["No known allergies, asked 1 Mar 2021"]


def test_the_same_flag_stands_once(in_north: Cast) -> None:
    noted(in_north, "allergy", allergen="medicine", note="penicillin")
    noted(in_north, "allergy", allergen="medicine", note="ibuprofen")
    with pytest.raises(ValidationError, match="stands here already"):
        noted(in_north, "allergy", allergen="medicine", note="penicillin")
    assert chips(in_north) == ["Allergy: penicillin", "Allergy: ibuprofen"]


def test_what_passes_is_gone_the_day_after(in_north: Cast) -> None:
    noted(in_north, "no_allergies")
    noted(in_north, "pregnancy", until=LATER)
    assert chips(in_north, LATER)[1:] == ["Pregnancy, until 9 Jun 2021"]
    assert chips(in_north, LATER + timedelta(days=1))[1:] == []


def test_each_step_is_in_the_record_without_saying_what(in_north: Cast) -> None:
    row = noted(in_north, "epilepsy")
    end_flag(flag=row, reason="Noted by mistake", day=DAY, by=in_north.therapist)
    found = AuditEvent.objects.filter(patient_id=in_north.patient.pk).order_by("pk")
    assert [(one.action, one.by, one.detail) for one in found] == [
        ("note_flag", in_north.therapist, {}),
        ("end_flag", in_north.therapist, {}),
    ]


def test_what_has_ended_does_not_end_again(in_north: Cast) -> None:
    row = noted(in_north, "epilepsy")
    end_flag(flag=row, reason="Noted by mistake", day=DAY, by=in_north.therapist)
    with pytest.raises(ValidationError, match="ended already"):
        end_flag(flag=row, reason="Again", day=DAY, by=in_north.therapist)


WRONG = [
    ({"kind": "hiccups"}, "patients_patientflag_kind"),
    ({"kind": "allergy"}, "patients_patientflag_allergen"),
    ({"kind": "epilepsy", "allergen": "latex"}, "patients_patientflag_allergen"),
    ({"kind": "other"}, "patients_patientflag_in_words"),
    ({"kind": "allergy", "allergen": "medicine", "note": " "}, "patients_patientflag_in_words"),
    ({"kind": "pregnancy"}, "patients_patientflag_passing"),
    ({"kind": "epilepsy", "until": LATER}, "patients_patientflag_passing"),
    ({"kind": "epilepsy", "ended_on": LATER}, "patients_patientflag_ended_whole"),
]


@pytest.mark.parametrize(("values", "rule"), WRONG)
def test_the_database_refuses(values: dict[str, Any], rule: str, in_north: Cast) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        PatientFlag.objects.create(patient=in_north.patient, noted_on=DAY, noted_by=in_north.therapist, **values)
    assert broken_rule(refused.value) == rule


@pytest.mark.parametrize("change", [{"note": "mild"}, {"kind": "pacemaker"}, {"noted_on": LATER}])
def test_a_flag_is_never_changed(change: dict[str, Any], in_north: Cast) -> None:
    row = noted(in_north, "epilepsy")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        PatientFlag.objects.filter(pk=row.pk).update(**change)
    assert broken_rule(refused.value) == "patients_patientflag_changed"
    with pytest.raises(IntegrityError), transaction.atomic():
        PatientFlag.objects.filter(pk=row.pk).delete()


ROWS: Sequence[tuple[dict[str, Any], str]] = [
    ({"kind": "anticoagulants", "note": "apixaban"}, "Blood-thinning medicine: apixaban"),
    ({"kind": "other", "note": "Hard of hearing"}, "Hard of hearing"),
    ({"kind": "allergy", "allergen": "metal", "note": "nickel"}, "Allergy: metal, nickel"),
    (
        {"kind": "recent_surgery", "note": "left knee", "until": "2021-05-01"},
        "Recent surgery: left knee, until 1 May 2021",
    ),
]


@pytest.mark.parametrize(("row", "said"), ROWS)
def test_a_chip_says_it_in_a_few_words(row: dict[str, Any], said: str) -> None:
    whole = {"allergen": "", "note": "", "until": None, "noted_on": "2021-03-01", **row}
    assert said in [chip.text for chip in chips_of([whole])]


# --- The pages


def page(cast: Cast, name: str = "patient-flags", *more: int) -> str:
    return reverse(name, args=[cast.patient.pk, *more])


def test_a_therapist_notes_a_flag_and_sees_it_on_every_page(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        visit = appointment_at(north)
    answer = therapist.post(page(north, "patient-flag-new"), {"kind": "allergy", "allergen": "latex"}, follow=True)
    assert "Noted. It stands at the name on every clinical page." in words(answer)
    shown = [page(north), page(north, "patient"), page(north, "chart"), reverse("appointment", args=[visit.pk])]
    shown += [reverse("session", args=[visit.pk]), page(north, "measures")]
    assert ["Allergy: latex" in words(therapist.get(one)) for one in shown] == [True] * len(shown)


def test_the_desk_sees_none_of_it(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        visit = appointment_at(north)
        noted(north, "epilepsy")
    for address in (page(north, "patient"), reverse("appointment", args=[visit.pk])):
        assert "Epilepsy" not in words(desk.get(address))


def test_one_tap_says_that_none_is_known(therapist: Client, north: Cast) -> None:
    therapist.post(page(north, "patient-flag-new"), {"kind": "no_allergies"})
    assert "No known allergies Noted" in words(therapist.get(page(north)))


BAD = [
    ({"kind": ""}, "Please choose one."),
    ({"kind": "allergy"}, "Allergic to what?"),
    ({"kind": "other", "note": "  "}, "Say it in a few words."),
    ({"kind": "pregnancy"}, "Until which day?"),
    ({"kind": "pregnancy", "until": "2001-01-01"}, "A day from today on, within a year."),
]


@pytest.mark.parametrize(("given", "said"), BAD)
def test_what_is_missing_is_named_and_nothing_lost(
    given: dict[str, str], said: str, therapist: Client, north: Cast
) -> None:
    answer = therapist.post(page(north, "patient-flag-new"), {"note": "kept", **given})
    assert answer.status_code == 422
    assert said in words(answer)
    with clinic_scope(north.clinic.pk):
        assert PatientFlag.objects.count() == 0


def test_it_ends_with_a_reason_and_stays_in_the_history(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        row = noted(north, "epilepsy")
    refused = therapist.post(page(north, "patient-flag-end", row.pk), {f"end{row.pk}-reason": ""})
    assert (refused.status_code, "Say why it ends." in words(refused)) == (422, True)
    therapist.post(page(north, "patient-flag-end", row.pk), {f"end{row.pk}-reason": "Noted for the wrong person"})
    assert "Noted for the wrong person" in words(therapist.get(page(north)))
    again = therapist.post(page(north, "patient-flag-end", row.pk), {f"end{row.pk}-reason": "x"})
    assert (again.status_code, "That has ended already." in words(again)) == (422, True)


def test_a_flag_of_another_patient_is_not_there(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        row = note_flag(patient=north.neighbour, kind="epilepsy", day=DAY, by=north.therapist)
    assert therapist.post(page(north, "patient-flag-end", row.pk), {f"end{row.pk}-reason": "x"}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_more_flags_ask_no_more(
    count: int, therapist: Client, north: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, NINE)
        for kind in ("epilepsy", "pacemaker", "anticoagulants")[:count]:
            end_flag(flag=noted(north, kind), reason="Over", day=DAY, by=north.therapist)
            noted(north, kind)
    with django_assert_num_queries(11):
        therapist.get(page(north))
