"""The pages of classes: opening one, who takes part, and what the calendar shows of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from clinics.models import Service
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Patient, Status
from patients.services.groups import join
from tests.conftest import signed_in_client
from tests.factories import NINE, Cast, appointment_at

pytestmark = pytest.mark.usefixtures("monday_morning")
NEW = "/classes/new/"


@pytest.fixture
def pilates(north: Cast) -> Service:
    with clinic_scope(north.clinic.pk):
        made: Service = Service.objects.create(key="pilates", name="Pilates", minutes=50, capacity=2)
    return made


@pytest.fixture
def group(north: Cast, pilates: Service) -> Appointment:
    with clinic_scope(north.clinic.pk):
        return appointment_at(north, patient=None, service=pilates, places=2)


def filled(cast: Cast, pilates: Service, **changes: Any) -> dict[str, Any]:
    return {
        "service": pilates.pk, "therapist": cast.therapist.pk, "room": cast.room.pk, "day": "2021-03-01",
        "time": "11:00", **changes,
    }  # fmt: skip


def people(group: Appointment) -> list[Appointment]:
    with clinic_scope(group.clinic_id):
        return list(Appointment.objects.filter(group=group.pk).order_by("pk"))


def joined(cast: Cast, group: Appointment, patient: Patient) -> Appointment:
    with clinic_scope(cast.clinic.pk):
        join(group=group, patient=patient, by=cast.desk)
        found: Appointment = Appointment.objects.get(group=group.pk, patient=patient)
    return found


def test_opened_it_has_the_places_of_its_service(desk: Client, north: Cast, pilates: Service) -> None:
    response = desk.post(NEW, filled(north, pilates), follow=True)
    with clinic_scope(north.clinic.pk):
        one = Appointment.every.get(places__isnull=False)
    assert response.redirect_chain == [(f"/classes/{one.pk}/", 303)]
    assert (one.places, one.ends_at) == (2, NINE + timedelta(hours=2, minutes=50))
    assert "0 of 2 places taken" in response.content.decode()
    assert "The class is open. Now add who takes part." in response.content.decode()


def test_outside_the_hours_a_class_takes_a_tick_before_it_is_opened(
    desk: Client, north: Cast, pilates: Service
) -> None:
    response = desk.post(NEW, filled(north, pilates, time="19:00"))
    assert response.status_code == 422
    assert "That is outside the hours of Theo North." in response.content.decode()
    assert desk.post(NEW, filled(north, pilates, time="19:00", outside_ok="on")).status_code == 303


def test_taken_is_answered_with_the_reason_and_three_ways_out(desk: Client, north: Cast, pilates: Service) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north, NINE + timedelta(hours=2))
    response = desk.post(NEW, filled(north, pilates))
    assert response.context["reasons"] == ["Theo North has Pia North from 11:00 to 11:55."]
    offer = response.context["options"][0]["value"]
    assert (response.status_code, desk.post(NEW, filled(north, pilates, offer=offer)).status_code) == (409, 303)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service": ""}, "service"), ({"time": ""}, "time"), ({"ends": "10:00"}, "ends"), ({"room": "x"}, "room"),
        ({"day": "2021-02-26"}, "day"), ({"day": "9999-01-01"}, "day"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    desk: Client, north: Cast, pilates: Service, changes: dict[str, str], field: str
) -> None:
    response = desk.post(NEW, filled(north, pilates, **changes))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_only_services_with_places_are_classes(desk: Client, north: Cast) -> None:
    assert "No service has several places yet" in desk.get(NEW).content.decode()
    with clinic_scope(north.clinic.pk):
        Service.objects.create(key="pilates", name="Pilates", minutes=50, capacity=2)
    form = desk.get("/appointments/new/").context["form"]
    assert [str(label) for _, label in form.fields["service"].widget.choices] == [
        "Choose", "Follow-up visit, 30 min", "Functional dry needling, 45 min",
    ]  # fmt: skip


def test_a_patient_is_found_added_and_taken_out(desk: Client, north: Cast, group: Appointment) -> None:
    path = f"/classes/{group.pk}/"
    assert [one.name for one in desk.post(path, {"q": "pia", "find": "1"}).context["found"]] == ["Pia North"]
    assert desk.post(path, {"pick": north.patient.pk}).status_code == 303
    (place,) = people(group)
    response = desk.post(f"/appointments/{place.pk}/cancel/", {"version": 1, "reason": "work"})
    assert (response["Location"], people(group)[0].status) == (path, Status.CANCELLED)
    assert "1 left the class" in desk.get(path).content.decode()


def test_a_full_class_and_a_busy_patient_are_said_in_words(desk: Client, north: Cast, group: Appointment) -> None:
    path = f"/classes/{group.pk}/"
    desk.post(path, {"pick": north.patient.pk})
    response = desk.post(path, {"pick": north.patient.pk})
    assert (response.status_code, "Theo North has Pia North from 09:00" in response.content.decode()) == (409, True)
    desk.post(path, {"pick": north.neighbour.pk})
    with clinic_scope(north.clinic.pk):
        third = Patient.objects.create(given_name="Pim", birth_date="1990-01-01", time_zone="Europe/Dublin")
    response = desk.post(path, {"pick": third.pk})
    text = response.content.decode()
    assert (response.status_code, "All 2 places of this class are taken." in text, len(people(group))) == (409, True, 2)


def test_a_cancelled_class_takes_nobody(desk: Client, north: Cast, group: Appointment) -> None:
    joined(north, group, north.patient)
    desk.post(f"/appointments/{group.pk}/cancel/", {"version": 1, "reason": "clinic"})
    response = desk.post(f"/classes/{group.pk}/", {"pick": north.neighbour.pk})
    assert (response.status_code, people(group)[0].status) == (422, Status.CANCELLED)
    assert "This class does not take place." in response.content.decode()
    desk.post(f"/appointments/{group.pk}/undo/")
    assert people(group)[0].status == Status.BOOKED


def test_who_left_the_practice_is_not_added(desk: Client, north: Cast, group: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        Patient.objects.update(is_active=False)
    response = desk.post(f"/classes/{group.pk}/", {"pick": north.patient.pk})
    assert (response.status_code, people(group)) == (422, [])


def test_on_the_day_it_is_one_block_and_its_page_is_its_own(desk: Client, north: Cast, group: Appointment) -> None:
    place = joined(north, group, north.patient)
    (block,) = desk.get("/day/2021-03-01/").context["board"].columns[1].visits
    assert (block.name, block.word, block.is_late) == ("Pilates", "1 of 2", False)
    assert desk.get(f"/appointments/{group.pk}/")["Location"] == f"/classes/{group.pk}/"
    text = desk.get(f"/appointments/{place.pk}/").content.decode()
    assert (f'href="/classes/{group.pk}/"' in text, "/move/" in text) == (True, False)


def test_a_class_moves_by_the_same_form(desk: Client, north: Cast, group: Appointment) -> None:
    place = joined(north, group, north.patient)
    facts = {"version": 1, "day": "2021-03-02", "time": "09:00", "ends": "09:50"}
    facts |= {"therapist": group.therapist_id, "room": group.room_id}
    assert desk.post(f"/appointments/{group.pk}/move/", facts).status_code == 303
    with clinic_scope(north.clinic.pk):
        assert Appointment.objects.get(pk=place.pk).starts_at == NINE + timedelta(days=1)


def test_a_visit_and_another_clinics_class_are_no_class_here(north: Cast, south: Cast, group: Appointment) -> None:
    with clinic_scope(north.clinic.pk):
        visit = appointment_at(north, NINE + timedelta(hours=5))
    assert signed_in_client(north.desk).get(f"/classes/{visit.pk}/").status_code == 404
    theirs = signed_in_client(south.desk)
    assert {theirs.get(f"/classes/{pk}/").status_code for pk in (group.pk, 999_999)} == {404}


def test_neither_strangers_nor_patients_see_it(client: Client, patient: Client, group: Appointment) -> None:
    path = f"/classes/{group.pk}/"
    assert (client.get(path).status_code, patient.get(path).status_code) == (302, 404)
