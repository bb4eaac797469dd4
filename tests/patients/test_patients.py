"""Patients: list, search, file, and a new one."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DataError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinics.models import AuditEvent, Location, Room, User
from clinics.tenancy import clinic_scope
from patients.models import Patient
from patients.queries.patient_search import find_patients
from patients.services.patients import register
from tests.factories import Cast, appointment_at
from tests.patients.statements import of_the_page

TODAY = date(2021, 3, 1)
ADA = {"given_name": "Ada", "family_name": "Moss", "birth_date": "1990-02-03"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("pi", ["Pia North"]), ("NORTH pía", ["Pia North"]), ("17/05/1984", ["Pete North", "Pia North"]),
        ("pete 17.5.84", ["Pete North"]), ("pete 18.5.84", []), ("p", []), ("", []), ("paul", []), ("%", []),
        ("pi\0a", ["Pia North"]),
    ],
)  # fmt: skip
def test_the_box_takes_a_name_a_birth_date_or_both(in_north: Cast, south: Cast, text: str, names: list[str]) -> None:
    assert [one.name for one in find_patients(text, TODAY)] == names


def test_who_is_in_care_here_comes_first(in_north: Cast) -> None:
    Patient.objects.filter(pk=in_north.neighbour.pk).update(is_active=False)
    assert [one.name for one in find_patients("north", TODAY)] == ["Pia North", "Pete North"]


def test_a_name_that_begins_so_comes_before_one_that_holds_it(in_north: Cast) -> None:
    for name in ("Amara", "Maya"):
        Patient.objects.create(given_name=name, birth_date=TODAY, time_zone="Europe/Dublin")
    assert [one.name for one in find_patients("ma", TODAY)] == ["Maya", "Amara"]


def test_as_you_type_only_the_results_come_back(desk: Client, north: Cast) -> None:
    response = desk.post("/patients/search/", {"q": "pia"}, headers={"HX-Request": "true"})
    text = response.content.decode()
    assert (f'href="/patients/{north.patient.pk}/"' in text, "<html" in text) == (True, False)


def test_without_script_a_page_comes_back_and_the_text_is_kept(desk: Client, north: Cast) -> None:
    text = desk.post("/patients/search/", {"q": "pia"}).content.decode()
    assert (f'href="/patients/{north.patient.pk}/"' in text, 'value="pia"' in text) == (True, True)
    assert desk.get("/patients/search/")["Location"] == "/patients/"


def test_what_is_typed_is_shown_as_text(desk: Client) -> None:
    text = desk.post("/patients/search/", {"q": "<b>nobody</b>"}).content.decode()
    assert "“&lt;b&gt;nobody&lt;/b&gt;”" in text


def test_whom_a_search_showed_is_on_record(desk: Client, north: Cast) -> None:
    desk.post("/patients/search/", {"q": "north"})
    with clinic_scope(north.clinic.pk):
        assert AuditEvent.objects.get().subject_ids == [north.patient.pk, north.neighbour.pk]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_one_and_for_three(desk: Client, north: Cast, count: int) -> None:
    with clinic_scope(north.clinic.pk):
        Patient.objects.filter(pk=north.neighbour.pk).update(is_active=False)
        for number in range(count - 1):
            Patient.objects.create(given_name=f"P{number}", birth_date=TODAY, time_zone="Europe/Dublin")
    with CaptureQueriesContext(connection) as queries:
        response = desk.get("/patients/")
    assert len(response.context["page"].object_list) == count
    assert len(of_the_page(queries)) == 3


def test_the_list_shows_the_next_visit_and_nobody_of_another_clinic(desk: Client, north: Cast, south: Cast) -> None:
    soon = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=7)
    with clinic_scope(north.clinic.pk):
        appointment_at(north, soon + timedelta(days=1))
        appointment_at(north, soon)
        appointment_at(north, soon - timedelta(days=30))
    page = desk.get("/patients/").context["page"]
    assert [(one.name, one.next_visit) for one in page] == [("Pete North", None), ("Pia North", soon)]


def test_the_next_visit_is_told_in_the_time_of_its_place(desk: Client, north: Cast) -> None:
    noon = datetime(2098, 1, 6, 12, tzinfo=UTC)
    with clinic_scope(north.clinic.pk):
        tokyo = Location.objects.create(name="Tokyo House", time_zone="Asia/Tokyo")
        room = Room.objects.create(location=tokyo, name="Kiri")
        appointment_at(north, noon, room=room, service=north.follow_up)
    pages = [desk.get(path).content.decode() for path in ("/patients/", f"/patients/{north.patient.pk}/")]
    assert ["Mon 6 Jan" in page and "21:00" in page for page in pages] == [True, True]


def test_the_file_has_contact_and_visits(desk: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        past = appointment_at(north, timezone.now() - timedelta(days=2), status="completed")
        coming = appointment_at(north, timezone.now() + timedelta(days=2))
    response = desk.get(f"/patients/{north.patient.pk}/")
    shown = [list(response.context[name]) for name in ("coming", "past")]
    assert (shown, "pia@patients.example" in response.content.decode()) == ([[coming], [past]], True)


def test_only_who_may_read_it_is_led_to_the_chart(desk: Client, therapist: Client, north: Cast) -> None:
    path, chart = f"/patients/{north.patient.pk}/", f"/patients/{north.patient.pk}/chart/"
    assert (chart in desk.get(path).content.decode(), chart in therapist.get(path).content.decode()) == (False, True)


def test_another_clinics_patient_is_not_found(desk: Client, south: Cast) -> None:
    assert desk.get(f"/patients/{south.patient.pk}/").status_code == 404


def test_a_new_patient_lives_by_the_clinics_clock(desk: Client, north: Cast) -> None:
    response = desk.post("/patients/new/", ADA)
    with clinic_scope(north.clinic.pk):
        ada = Patient.objects.get(given_name="Ada")
        assert (response["Location"], ada.time_zone) == (f"/patients/{ada.pk}/", "Europe/Dublin")
        event = AuditEvent.objects.get()
        assert (event.action, event.patient_id, event.by, event.detail) == ("register", ada.pk, north.desk, {})


@pytest.mark.parametrize("name", ["ß" * 100, "ﷺ" * 100, "ﬃ" * 100])
def test_a_name_that_grows_without_its_accents_is_kept(name: str, desk: Client, manager: Client, north: Cast) -> None:
    assert desk.post("/patients/new/", {**ADA, "family_name": name}).status_code == 302
    with clinic_scope(north.clinic.pk):
        ada = Patient.objects.get(given_name="Ada")
        assert (ada.family_name, list(Patient.objects.named(name[:9]))) == (name, [ada])
    form = {**ADA, "given_name": name, "sex": "female", "time_zone": "UTC", "is_active": "on"}
    assert manager.post(reverse("admin:patients_patient_change", args=[ada.pk]), form).status_code == 302


@pytest.mark.parametrize("place", ["room", "service", "therapist"])
def test_a_booking_that_names_another_clinics_rows_writes_nothing(
    place: str, desk: Client, north: Cast, south: Cast
) -> None:
    rows = {"room": south.room, "service": south.needling, "therapist": south.therapist}
    path = reverse("patient-new", query={"book": 1, place: rows[place].pk})
    assert [desk.get(path).status_code, desk.post(path, ADA).status_code] == [404, 404]
    with clinic_scope(north.clinic.pk):
        assert Patient.objects.count() == 2


def test_on_with_the_booking_without_a_time_that_is_none(desk: Client, north: Cast) -> None:
    path = reverse("patient-new", query={"book": 1, "room": north.room.pk, "day": "someday", "time": "09:00"})
    response = desk.post(path, ADA)
    with clinic_scope(north.clinic.pk):
        ada = Patient.objects.get(given_name="Ada")
    assert response["Location"] == reverse("appointment-new", query={"patient": ada.pk, "room": north.room.pk})


TOO_LONG = f"{'a' * 58}@{'.'.join(['b' * 62] * 3)}.example"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"given_name": ""}, {"given_name": ["Please fill this in."]}),
        ({"birth_date": "1899-12-31"}, {"birth_date": ["A day between 1900 and 2199, please."]}),
        ({"birth_date": "2099-01-01"}, {"birth_date": ["That day is still to come."]}),
        ({"birth_date": "9999-12-31"}, {"birth_date": ["A day between 1900 and 2199, please."]}),
        ({"birth_date": "17 May"}, {"birth_date": ["A date such as 1984-05-17, please."]}),
        ({"email": "ada at home"}, {"email": ["An e-mail address such as name@example.org, please."]}),
        ({"email": TOO_LONG}, {"email": ["254 characters at most, please; these are 255."]}),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_kept(
    desk: Client, north: Cast, changes: dict[str, str], errors: dict[str, Any]
) -> None:
    response = desk.post("/patients/new/", {**ADA, **changes})
    assert (response.status_code, response.context["form"].errors) == (422, errors)
    assert 'value="Moss"' in response.content.decode()
    with clinic_scope(north.clinic.pk):
        assert Patient.objects.count() == 2


def test_an_empty_form_is_refused(desk: Client) -> None:
    response = desk.post("/patients/new/", {})
    assert (response.status_code, sorted(response.context["form"].errors)) == (422, ["birth_date", "given_name"])


def test_a_patient_who_cannot_be_audited_is_not_registered(in_north: Cast) -> None:
    with pytest.raises(DataError):
        register(given_name="Ada", family_name="", birth_date=TODAY, by=User(pk=2**63))
    assert Patient.objects.count() == 2
