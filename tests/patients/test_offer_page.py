"""The page behind the link: one patient, one offer, on a phone."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone

from clinics.models import Channel, Message, MessageStatus
from clinics.services import messages
from clinics.tenancy import clinic_scope
from clinics.tokens import token_for
from patients.models import Appointment, Offer, OfferState, Status
from patients.services.offer_letters import PURPOSE
from patients.services.offers import decline, take_back
from tests.conftest import signed_in_client
from tests.factories import NINE, Cast, appointment_at
from tests.patients.waiting_list import ELEVEN, address, offered, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


@pytest.fixture
def offer(north: Cast) -> Offer:
    with clinic_scope(north.clinic.pk):
        waiting(north, north.neighbour, priority=0)
        return offered(north, priority=1)


def texts(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]  # a response


def state_of(offer: Offer) -> str:
    with clinic_scope(offer.clinic_id):
        return str(Offer.objects.get(pk=offer.pk).state)


def test_it_shows_time_place_and_therapist_and_until_when_it_is_kept(client: Client, offer: Offer) -> None:
    response = client.get(address(offer))
    said = texts(response)
    for words in ("Monday 1 March", "11:00–11:45", "Dublin time", "with Theo North", "North House", "until 09:15"):
        assert words in said
    assert response.headers["Cache-Control"].count("no-store") == 1
    assert state_of(offer) == OfferState.OPEN  # looking answers nothing


def test_it_names_nobody_else_and_no_treatment(client: Client, offer: Offer) -> None:
    said = texts(client.get(address(offer)))
    assert [word for word in ("Pete", "Nora", "needling", "North Clinic") if word in said] == ["North Clinic"]


def test_a_yes_books(client: Client, offer: Offer) -> None:
    response = client.post(address(offer), {"accept": "1"})
    assert (response.status_code, response["Location"]) == (303, address(offer))
    assert "It is yours" in texts(client.get(address(offer)))
    with clinic_scope(offer.clinic_id):
        assert Appointment.objects.get().status == Status.BOOKED


def test_a_second_yes_finds_it_booked(client: Client, offer: Offer) -> None:
    for _ in range(2):
        assert client.post(address(offer), {"accept": "1"}).status_code == 303
    assert "It is yours" in texts(client.get(address(offer)))


def test_a_no_leaves_it_to_somebody_else(client: Client, offer: Offer) -> None:
    assert client.post(address(offer), {"decline": "1"}).status_code == 303
    said = texts(client.get(address(offer)))
    assert "Thank you for telling us" in said
    assert "You stay on our waiting list" in said
    assert client.post(address(offer), {"accept": "1"}).status_code == 409


def test_no_answer_at_all_is_no_answer(client: Client, offer: Offer) -> None:
    assert client.post(address(offer)).status_code == 422
    assert state_of(offer) == OfferState.OPEN


def test_a_late_yes_is_told_kindly(client: Client, offer: Offer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NINE + timedelta(minutes=15))
    assert "This time is not free any more" in texts(client.get(address(offer)))
    response = client.post(address(offer), {"accept": "1"})
    assert response.status_code == 409
    said = texts(response)
    assert "That was a little too late" in said
    assert "somebody else was quicker" in said
    assert "You stay on our waiting list" in said
    assert "11:00" not in said


def test_what_the_clinic_took_back_says_so(client: Client, north: Cast, offer: Offer) -> None:
    with clinic_scope(north.clinic.pk):
        take_back(offer=offer, by=north.desk)
    assert "we had to take this time back" in texts(client.get(address(offer)))


def test_an_earlier_time_says_what_becomes_of_the_later_visit(client: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        offer = offered(north, instead_of=appointment_at(north, NINE + timedelta(days=2)))
    said = texts(client.get(address(offer)))
    assert "With your yes we cancel your visit on Wednesday 3 March 2021, 09:00 to 09:45 (Dublin time)" in said


def test_a_visit_that_was_cancelled_since_says_so(client: Client, offer: Offer) -> None:
    client.post(address(offer), {"accept": "1"})
    with clinic_scope(offer.clinic_id):
        Appointment.objects.update(status=Status.CANCELLED)
    assert "it was cancelled since" in texts(client.get(address(offer)))


def test_whoever_tampers_finds_no_page(client: Client, offer: Offer, south: Cast) -> None:
    good = address(offer)
    ids = (offer.clinic_id, offer.pk)
    bad = [
        good.replace(f"{ids[0]}-{ids[1]}.", f"{ids[0]}-{ids[1] + 1}."),
        good.replace(f"{ids[0]}-{ids[1]}.", f"{south.clinic.pk}-{ids[1]}."),
        f"/offer/{token_for('other_purpose', clinic_id=ids[0], row_id=ids[1])}/",
        f"/offer/{token_for(PURPOSE, clinic_id=south.clinic.pk, row_id=ids[1])}/",  # signed, but not there
        f"/offer/{token_for(PURPOSE, clinic_id=ids[0], row_id=999_999_999)}/",
        "/offer/x/",
    ]
    assert [client.get(path).status_code for path in bad] == [404] * 6
    assert [client.post(path, {"accept": "1"}).status_code for path in bad] == [404] * 6


def test_whoever_is_signed_in_elsewhere_answers_as_well(offer: Offer, south: Cast) -> None:
    for user in (south.desk, south.login):
        assert "with Theo North" in texts(signed_in_client(user).get(address(offer)))


def letters(cast: Cast) -> list[Message]:
    with clinic_scope(cast.clinic.pk):
        return list(Message.objects.filter(rule="waiting_list_offer").order_by("channel"))


def test_one_message_goes_out_at_once_by_mail_and_to_the_inbox(north: Cast, offer: Offer) -> None:
    rows = letters(north)
    facts = [(one.channel, one.patient_id, one.due_at, one.expires_at) for one in rows]
    ways = (Channel.EMAIL, Channel.PORTAL)
    assert facts == [(way, north.patient.pk, NINE, NINE + timedelta(minutes=15)) for way in ways]
    for one in rows:
        assert address(offer) in one.body
        assert "Monday 1 March 2021, 11:00 to 11:45 (Dublin time)" in one.body
        assert "needling" not in (one.title + one.body).lower()


def test_in_the_portal_the_same_link_leads_there(patient: Client, north: Cast, offer: Offer) -> None:
    with clinic_scope(north.clinic.pk):
        assert {messages.deliver(one.pk) for one in letters(north)} == {MessageStatus.SENT}
    page = patient.get("/portal/messages/").content.decode()
    assert f'href="http://127.0.0.1:8000{address(offer)}"' in page
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([north.patient.email], "A time has come free for you")


def test_what_is_over_before_it_was_sent_is_not_sent(north: Cast, offer: Offer) -> None:
    with clinic_scope(north.clinic.pk), transaction.atomic():
        decline(offer=offer)
        assert {messages.deliver(one.pk) for one in letters(north)} == {MessageStatus.CANCELLED}
    assert mail.outbox == []


def test_a_time_of_another_day_names_the_day_until_when_it_is_kept(client: Client, offer: Offer) -> None:
    with clinic_scope(offer.clinic_id):
        Offer.objects.update(expires_at=ELEVEN + timedelta(days=1))
    assert "until Tue 2 Mar, 11:00" in texts(client.get(address(offer)))
