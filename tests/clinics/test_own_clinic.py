"""A clinic's own facts: its admin says them, and nobody else's."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from clinics.constraints import broken_rule
from clinics.models import AuditEvent, Clinic, Credential, Message, Service
from clinics.services import messages
from clinics.tenancy import clinic_scope
from tests.factories import Cast
from tests.factories.everything import one_of_everything

RULES = {
    "currency": "EUR",
    "cancel_notice_hours": "24",
    "late_fee": "0.00",
    "offer_minutes": "15",
    "grace_minutes": "3",
    "tell_patients": "on",
    "feed_names": "none",
}
FACTS = {"name": "North Clinic", "phone": "+1 212 555 0100", "emergency_number": "911", **RULES}


def page_of(cast: Cast, view: str = "change") -> str:
    return reverse(f"admin:clinics_clinic_{view}", args=[cast.clinic.pk])


def test_an_admin_says_what_patients_call(manager: Client, north: Cast) -> None:
    assert manager.post(page_of(north), {**FACTS, "time_zone": "UTC"}).status_code == 302
    north.clinic.refresh_from_db()
    found = (north.clinic.phone, north.clinic.emergency_number, north.clinic.time_zone)
    assert found == ("+1 212 555 0100", "911", "Europe/Dublin")
    with clinic_scope(north.clinic.pk):
        event = AuditEvent.objects.get()
    assert (event.action, event.subject, event.subject_ids, event.detail, event.by) == (
        "change", "clinics.clinic", [north.clinic.pk], {"fields": ["phone", "emergency_number"]}, north.manager,
    )  # fmt: skip


def test_an_admin_sets_the_rules_of_the_clinic(manager: Client, north: Cast) -> None:
    rules = {"currency": "USD", "cancel_notice_hours": "48", "late_fee": "30", "feed_names": "initials"}
    given = {**FACTS, **rules}
    del given["tell_patients"]  # a box without a tick
    assert manager.post(page_of(north), given).status_code == 302
    now = Clinic.objects.get(pk=north.clinic.pk)
    assert (now.currency, now.cancel_notice_hours, str(now.late_fee)) == ("USD", 48, "30.00")
    assert (now.tell_patients, now.feed_names) == (False, "initials")


def test_another_clinic_is_not_there(manager: Client, south: Cast) -> None:
    answers = [manager.get(page_of(south, view)).status_code for view in ("change", "history", "delete")]
    assert [*answers, manager.post(page_of(south), FACTS).status_code] == [404, 404, 403, 404]
    listed: Any = manager.get(reverse("admin:clinics_clinic_changelist"))
    assert [clinic.name for clinic in listed.context["cl"].result_list] == ["North Clinic"]


def test_clinics_are_neither_added_nor_deleted_here(manager: Client, north: Cast) -> None:
    add, delete = reverse("admin:clinics_clinic_add"), page_of(north, "delete")
    assert [manager.post(url, {**FACTS, "post": "yes"}).status_code for url in (add, delete)] == [403, 403]


def test_a_desk_may_not(desk: Client, north: Cast) -> None:
    assert desk.get(page_of(north)).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("emergency_number", ""),
        ("emergency_number", "ambulance"),
        ("phone", "ask us"),
        ("name", ""),
        ("late_fee", "-1"),
        ("late_fee", "much"),
        ("grace_minutes", "90"),
        ("cancel_notice_hours", ""),
        ("currency", "EURO"),
        ("currency", "€"),
        ("feed_names", "some"),
    ],
)
def test_facts_that_do_not_serve_are_refused_by_name(field: str, value: str, manager: Client, north: Cast) -> None:
    response: Any = manager.post(page_of(north), {**FACTS, field: value})
    assert response.status_code == 422
    assert list(response.context["adminform"].form.errors) == [field]


def test_the_database_lets_nobody_change_another_clinic(in_north: Cast, south: Cast) -> None:
    with pytest.raises(IntegrityError, match="another clinic"), transaction.atomic():
        Clinic.objects.filter(pk=south.clinic.pk).update(emergency_number="0")
    Clinic.objects.filter(pk=in_north.clinic.pk).update(emergency_number="999")
    in_north.clinic.refresh_from_db()
    assert in_north.clinic.emergency_number == "999"


def test_names_in_feeds_are_none_initials_or_full(in_north: Cast) -> None:
    assert in_north.clinic.feed_names == "none"
    with pytest.raises(IntegrityError, match="clinics_clinic_feed_names"), transaction.atomic():
        Clinic.objects.filter(pk=in_north.clinic.pk).update(feed_names="some")


@pytest.mark.parametrize(
    ("kind", "column"), [(Credential, "kind"), (Service, "credential"), (Message, "status"), (Message, "channel")]
)
def test_a_value_that_no_code_knows_is_not_stored(kind: Any, column: str, north: Cast) -> None:
    one_of_everything(north)
    with clinic_scope(north.clinic.pk), pytest.raises(IntegrityError), transaction.atomic():
        kind.objects.update(**{column: "xyz"})


def test_reading_messages_is_an_event_of_those_messages(north: Cast) -> None:
    row = one_of_everything(north)["clinics.Message"]
    with clinic_scope(north.clinic.pk):
        messages.deliver(row.pk)
        Message.objects.update(status="sent", sent_at=row.due_at)
        messages.mark_read(patient_id=north.patient.pk, by=north.login)
        event = AuditEvent.objects.get(action="read_messages")
    assert (event.subject, event.subject_ids, event.patient_id) == ("clinics.message", [row.pk], north.patient.pk)


def test_the_broken_rule_is_named(in_north: Cast) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Service.objects.update(minutes=4)
    assert broken_rule(refused.value) == "clinics_service_minutes"
    assert broken_rule(IntegrityError("said by nobody's database")) == ""
