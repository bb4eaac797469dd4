"""Django admin with two clinics: as an admin of the one, nothing of the other appears anywhere."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from clinics.admin_base import ClinicAdmin
from clinics.models import (
    AuditEvent,
    Credential,
    EquipmentPool,
    Holiday,
    HoursException,
    Location,
    Membership,
    Room,
    Service,
    WorkingHours,
)
from clinics.tenancy import clinic_scope
from patients.models import Patient
from tests.conftest import signed_in_client
from tests.factories import Cast, appointment_at
from tests.factories.everything import one_of_everything

OTHERS = ["South", "Paul", "Petra", "Sam ", "Tess", "Moses", "Oscar", "south.example"]


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(f"admin:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def pages_of(kind: type, pk: int) -> list[str]:
    name = f"admin:{kind._meta.app_label}_{kind._meta.model_name}"  # type: ignore[attr-defined]  # a model's class
    return [
        reverse(f"{name}_changelist"), reverse(f"{name}_add"),
        *(reverse(f"{name}_{view}", args=[pk]) for view in ("change", "delete", "history")),
    ]  # fmt: skip


def test_no_page_shows_anything_of_the_other_clinic(north: Cast, south: Cast) -> None:
    """Lists, filters, drop-downs, forms, what hangs on a row: every page of every model, and the owner sees all."""
    one_of_everything(south)
    with clinic_scope(south.clinic.pk):  # one person works in both; the clinic in scope is the first
        Membership.objects.create(user=north.owner, role="owner")
    rows = one_of_everything(north)
    owner = signed_in_client(north.owner)
    urls = [url for kind in admin.site._registry for url in pages_of(kind, rows[kind._meta.label].pk)]
    html = {url: owner.get(url).content.decode() for url in [*urls, reverse("admin:index")]}
    assert {url: [word for word in OTHERS if word in text] for url, text in html.items()} == {url: [] for url in html}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("patients_patient_changelist", ["Pia North", "Pete North"]),
        ("clinics_membership_changelist", ["Theo North", "Mara North"]),
        ("clinics_workinghours_changelist", ["Theo North", "North House"]),
        ("clinics_workinghours_add", ["Theo North", "North House"]),
        ("clinics_room_add", ["North House", "sharps bin"]),
        ("portal_patientlogin_changelist", ["Pia North"]),
    ],
)
def test_pages_do_show_their_own(name: str, shown: list[str], manager: Client, south: Cast) -> None:
    html = page(manager, name)
    assert [word for word in shown if word not in html] == []


@pytest.mark.parametrize(
    ("app", "model", "field", "found"),
    [
        ("clinics", "room", "location", ["North House"]),
        ("programs", "prescription", "exercise", []),
    ],
)
def test_autocomplete(app: str, model: str, field: str, found: list[str], manager: Client, south: Cast) -> None:
    query = {"app_label": app, "model_name": model, "field_name": field, "term": ""}
    results = manager.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [one["text"] for one in results] == found


@pytest.mark.parametrize(
    ("app", "model", "field", "status"),
    [("clinics", "membership", "user", 403), ("patients", "appointment", "patient", 404)],
)
def test_autocomplete_does_not_offer_people(app: str, model: str, field: str, status: int, manager: Client) -> None:
    query = {"app_label": app, "model_name": model, "field_name": field, "term": "p"}
    assert manager.get(reverse("admin:autocomplete"), query).status_code == status


def test_no_patient_is_looked_for_by_an_address(manager: Client) -> None:
    """A name in it would stay in histories and logs. The list leads to the search that posts, and that back here."""
    response: Any = manager.get(reverse("admin:patients_patient_changelist"), {"q": "pia"})
    html = response.content.decode()
    assert [patient.given_name for patient in response.context["cl"].result_list] == ["Pete", "Pia"]
    assert ('name="q"' in html, f'href="{reverse("patients")}"' in html) == (False, True)


def test_a_patients_page_leads_to_the_admins_for_who_may_go_there(manager: Client, desk: Client, north: Cast) -> None:
    links = [
        reverse("admin:patients_patient_change", args=[north.patient.pk])
        in client.get(reverse("patient", args=[north.patient.pk])).content.decode()
        for client in (manager, desk)
    ]
    assert links == [True, False]


def test_search_finds_names_in_the_clinic_only(manager: Client, south: Cast) -> None:
    for term, found in (("nora", ["Nora North"]), ("sam", []), ("south", [])):
        response: Any = manager.get(reverse("admin:clinics_membership_changelist"), {"q": term})
        assert [str(one) for one in response.context["cl"].result_list] == found


BIG, HUGE = "9" * 25, "9" * 5000  # beyond any column, and beyond what Python reads as a number


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"status": "sent"}, 200),
        ({"status__exact": "sent"}, 200),
        ({"status__exact": "sent\0"}, 400),
        ({"status__regex": "("}, 400),
        ({"due_at__year": BIG}, 400),
        ({"patient_id__range": BIG}, 400),
        ({"p": HUGE}, 200),
        ({"p": BIG}, 200),
        ({"o": BIG}, 200),
        ({"q": "any\0thing"}, 400),
    ],
)
def test_an_address_without_sense_is_no_error_of_ours(
    query: dict[str, str], status: int, manager: Client, north: Cast
) -> None:
    one_of_everything(north)
    assert manager.get(reverse("admin:clinics_message_changelist"), query).status_code == status


@pytest.mark.parametrize("pk", [BIG, HUGE, "x", "%00", "_00"])
def test_a_row_that_cannot_be_is_not_found(pk: str, manager: Client) -> None:
    lists = reverse("admin:clinics_room_changelist")
    found = {manager.get(f"{lists}{pk}/{view}/").status_code for view in ("change", "delete", "history")}
    assert found == {400 if pk == "%00" else 404}


def test_autocomplete_takes_no_nul(manager: Client) -> None:
    query = {"app_label": "clinics", "model_name": "room", "field_name": "location", "term": "\0"}
    assert manager.get(reverse("admin:autocomplete"), query).status_code == 400


def test_only_pages_that_know_the_clinic_are_registered() -> None:
    assert [kind for kind, page in admin.site._registry.items() if not isinstance(page, ClinicAdmin)] == []


def test_the_doors_lead_to_the_products_own_pages(manager: Client) -> None:
    index = reverse("admin:index")
    login: Any = Client().get(reverse("admin:login"))
    assert login.url == f"{reverse('account_login')}?next={index}"
    assert manager.get(reverse("admin:search"), {"s": "pia"}).status_code == 404
    assert manager.get("/admin/nowhere/").status_code == 404
    assert manager.get("/admin/r/1/1/").status_code == 404
    out: Any = manager.post(reverse("admin:logout"))
    assert out.url == reverse("account_login")
    again: Any = manager.get(index)
    assert again.url == f"{reverse('account_login')}?next={index}"


SERVICE = {
    "key": "massage",
    "name": "Massage",
    "minutes": 30,
    "minutes_before": 0,
    "minutes_after": 5,
    "capacity": 1,
    "colour": "teal",
}


def test_saving_takes_the_clinic_from_the_scope_and_leaves_an_event(manager: Client, north: Cast) -> None:
    response = manager.post(reverse("admin:clinics_service_add"), {**SERVICE, "room_features": ["plinth"]})
    assert response.status_code == 302
    with clinic_scope(north.clinic.pk):
        service = Service.objects.get(key="massage")
        assert (service.clinic, service.room_features) == (north.clinic, ["plinth"])
        event = AuditEvent.objects.get()
    assert (event.action, event.subject, event.subject_ids, event.by) == (
        "create", "clinics.service", [service.pk], north.manager,
    )  # fmt: skip


def test_a_service_says_what_it_contains_uses_and_costs(manager: Client, north: Cast) -> None:
    facts = {"contains": ["exercise"], "equipment": ["treadmill"], "price": "18.50", "is_online": "on", "capacity": 6}
    assert manager.post(reverse("admin:clinics_service_add"), {**SERVICE, **facts}).status_code == 302
    with clinic_scope(north.clinic.pk):
        made = Service.objects.get(key="massage")
    assert (made.contains, made.equipment, made.capacity) == (["exercise"], ["treadmill"], 6)
    assert (str(made.price), made.is_online, made.colour) == ("18.50", True, "teal")


def test_changing_and_deleting_leave_events_too(manager: Client, north: Cast) -> None:
    room = reverse("admin:clinics_room_change", args=[north.plain_room.pk])
    manager.post(room, {"location": north.location.pk, "name": "Beech", "features": ["plinth", "private"]})
    manager.post(reverse("admin:clinics_room_delete", args=[north.plain_room.pk]), {"post": "yes"})
    with clinic_scope(north.clinic.pk):
        events = AuditEvent.objects.order_by("pk").values_list("action", "detail", "subject_ids")
        pk = [north.plain_room.pk]
        assert list(events) == [("change", {"fields": ["name", "is_active"]}, pk), ("delete", {}, pk)]
        assert Room.objects.count() == 1


def test_a_change_of_a_patient_is_an_event_of_that_patient(manager: Client, north: Cast) -> None:
    url = reverse("admin:patients_patient_change", args=[north.patient.pk])
    data = {"given_name": "Pia", "birth_date": "1984-05-18", "sex": "female", "time_zone": "Europe/Dublin"}
    assert manager.post(url, data).status_code == 302
    with clinic_scope(north.clinic.pk):
        events = AuditEvent.objects.order_by("pk").values_list("action", "patient_id")
        assert list(events) == [("change", north.patient.pk), ("read", north.patient.pk)]


def test_history_tells_what_was_done_here(manager: Client, north: Cast) -> None:
    manager.post(reverse("admin:clinics_service_add"), SERVICE)
    with clinic_scope(north.clinic.pk):
        service = Service.objects.get(key="massage")
    html = page(manager, "clinics_service_history", service.pk)
    assert ("create" in html, "Mara North" in html) == (True, True)


@pytest.mark.parametrize("field", ["therapist", "location"])
def test_posting_another_clinics_key_is_an_invalid_choice(
    field: str, manager: Client, north: Cast, south: Cast
) -> None:
    hours = {
        "therapist": north.therapist.pk,
        "location": north.location.pk,
        "weekday": 6,
        "every_weeks": 1,
        "starts": "08:00",
        "ends": "12:00",
    }
    response: Any = manager.post(reverse("admin:clinics_workinghours_add"), {**hours, field: getattr(south, field).pk})
    assert response.status_code == 422
    assert list(response.context["adminform"].form.errors) == [field]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"minutes": 300}, "__all__", "A service takes 5 to 240 minutes."),
        ({"minutes": 99999}, "minutes", "32767 or less, please."),
        ({"key": "needling"}, "__all__", "There is one like this already."),
        ({"capacity": 0}, "__all__", "A service has 1 to 40 places."),
        ({"price": "-1"}, "__all__", "A price is not below zero."),
        ({"equipment": ["robot"]}, "equipment", "Please choose from the list only."),
        (
            {"room_features": ["pool"]},
            "room_features",
            "Please choose from the list only.",
        ),
    ],
)
def test_bad_values_are_errors_of_the_form(change: dict[str, Any], field: str, words: str, manager: Client) -> None:
    response: Any = manager.post(reverse("admin:clinics_service_add"), {**SERVICE, **change})
    assert response.status_code == 422
    assert response.context["adminform"].form.errors[field] == [words]
    assert 'value="Massage"' in response.content.decode()


def test_what_only_the_database_sees_is_an_error_of_the_form_too(
    manager: Client, north: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if another admin had saved the same key between validation and INSERT."""
    monkeypatch.setattr(Service, "validate_constraints", lambda *args, **kwargs: None)
    add = reverse("admin:clinics_service_add")
    for change, words in (
        ({"key": "needling"}, "There is one like this already."),
        ({"minutes": 4}, "A service takes 5 to 240 minutes."),
        ({"minutes_before": 61}, "These values do not go together. Nothing was saved."),
    ):
        response: Any = manager.post(add, {**SERVICE, **change})
        assert response.status_code == 422
        assert response.context["adminform"].form.non_field_errors() == [words]
    with clinic_scope(north.clinic.pk):
        assert Service.objects.count() == 2
        assert not AuditEvent.objects.exists()


def test_what_is_in_use_stays_and_says_what_uses_it(manager: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        appointment_at(north)
    url = reverse("admin:clinics_room_delete", args=[north.room.pk])
    html = manager.get(url).content.decode()
    assert ("is in use and stays" in html, "1 appointment<" in html) == (True, True)
    manager.post(url, {"post": "yes"})
    with clinic_scope(north.clinic.pk):
        assert Room.objects.filter(pk=north.room.pk).exists()


def test_what_only_the_database_keeps_is_a_message(
    manager: Client, north: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClinicAdmin, "get_deleted_objects", lambda *args: ([], {}, set(), []))
    monkeypatch.setattr(ClinicAdmin, "delete_model", lambda _, request, obj: raw_delete(obj))
    with clinic_scope(north.clinic.pk):
        appointment_at(north)
    response = manager.post(reverse("admin:clinics_room_delete", args=[north.room.pk]), {"post": "yes"}, follow=True)
    assert "still in use" in response.content.decode()


def raw_delete(obj: Any) -> None:
    type(obj).objects.filter(pk=obj.pk)._raw_delete("default")


@pytest.mark.parametrize("view", ["auditevent", "message"])
def test_records_can_be_looked_at_only(view: str, manager: Client, north: Cast) -> None:
    row = one_of_everything(north)[{"auditevent": "clinics.AuditEvent", "message": "clinics.Message"}[view]]
    change = reverse(f"admin:clinics_{view}_change", args=[row.pk])
    assert manager.get(change).status_code == 200
    assert manager.post(change, {"action": "x"}).status_code == 403
    assert manager.get(reverse(f"admin:clinics_{view}_add")).status_code == 403
    assert manager.post(reverse(f"admin:clinics_{view}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_there_are_no_actions_on_many_rows(manager: Client, north: Cast) -> None:
    delete = {"action": "delete_selected", "_selected_action": [north.room.pk, north.plain_room.pk], "post": "yes"}
    manager.post(reverse("admin:clinics_room_changelist"), delete)
    with clinic_scope(north.clinic.pk):
        assert Room.objects.count() == 2


MAKERS: dict[str, tuple[str, Callable[[Cast, int], Any]]] = {
    "rooms": ("clinics_room", lambda cast, n: Room.objects.create(location=cast.location, name=f"Room {n}")),
    "hours": (
        "clinics_workinghours",
        lambda cast, n: WorkingHours.objects.create(
            therapist=cast.therapist, location=cast.location, weekday=6, starts=f"{8 + n:02}:00", ends=f"{9 + n:02}:00"
        ),
    ),
    "equipment": (
        "clinics_equipmentpool",
        lambda cast, n: EquipmentPool.objects.create(
            location=Location.objects.create(name=f"House {n}", time_zone="UTC"), kind="treadmill", units=1
        ),
    ),
    "holidays": ("clinics_holiday", lambda cast, n: Holiday.objects.create(day=date(2027, 1, 1 + n), name="Closed")),
    "exceptions": (
        "clinics_hoursexception",
        lambda cast, n: HoursException.objects.create(
            therapist=cast.therapist, kind="off", first_day=date(2027, 1, 1), last_day=date(2027, 1, 1 + n)
        ),
    ),
    "credentials": (
        "clinics_credential",
        lambda cast, n: Credential.objects.create(
            therapist=cast.colleague, kind="thrust", issued_on=date(2024, 1, 1 + n), expires_on=date(2030, 1, 1)
        ),
    ),
    "patients": (
        "patients_patient",
        lambda cast, n: Patient.objects.create(given_name=f"P{n}", birth_date=date(1990, 1, 1), time_zone="UTC"),
    ),
}


@pytest.mark.parametrize("what", MAKERS)
def test_a_list_costs_the_same_with_more_rows(
    what: str, manager: Client, north: Cast, django_assert_num_queries: Any
) -> None:
    name, make = MAKERS[what]
    for numbers in ([0], [1, 2]):
        with clinic_scope(north.clinic.pk):
            for n in numbers:
                make(north, n)
        with django_assert_num_queries(12 if what == "hours" else 11):  # hours have one filter more
            page(manager, f"{name}_changelist")
