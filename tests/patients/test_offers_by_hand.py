"""A free time that the desk picks, offered to somebody who waits."""

from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from patients.models import FreedTime, Offer, Patient
from patients.services.booking import Taken
from patients.services.offers import offer_by_hand
from portal.models import PatientLogin
from tests.factories import NINE, Cast, appointment_at
from tests.patients.waiting_list import ELEVEN, kept, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_morning")]


@pytest.fixture
def cast(in_north: Cast) -> Cast:
    return in_north


def test_by_hand_the_desk_offers_any_free_time(cast: Cast) -> None:
    entry = waiting(cast, not_before=time(15))
    made = offer_by_hand(entry=entry, therapist=cast.therapist, room=cast.room, starts_at=ELEVEN, by=cast.desk)
    assert isinstance(made, Offer)
    with pytest.raises(ValidationError, match="has an offer already"):
        offer_by_hand(
            entry=entry, therapist=cast.therapist, room=cast.room, starts_at=ELEVEN + timedelta(hours=2), by=cast.desk
        )
    assert len(kept()) == 1


def test_by_hand_nothing_is_offered_to_whom_no_message_reaches(cast: Cast) -> None:
    entry = waiting(cast)
    Patient.objects.update(email="")
    PatientLogin.objects.all().delete()
    with pytest.raises(ValidationError, match=r"Call them, and book the time\."):
        offer_by_hand(entry=entry, therapist=cast.therapist, room=cast.room, starts_at=ELEVEN, by=cast.desk)
    assert (kept(), Offer.objects.count()) == ([], 0)


def test_by_hand_what_is_taken_is_refused(cast: Cast) -> None:
    standing = appointment_at(cast, ELEVEN, patient=cast.neighbour)
    entry = waiting(cast)
    made = offer_by_hand(entry=entry, therapist=cast.therapist, room=cast.room, starts_at=ELEVEN, by=cast.desk)
    assert made == Taken((standing,))
    assert (Offer.objects.count(), FreedTime.objects.count()) == (0, 0)


@pytest.mark.parametrize("start", [NINE, NINE - timedelta(minutes=10)])
def test_by_hand_no_time_that_has_begun(cast: Cast, start: datetime) -> None:
    entry = waiting(cast)
    with pytest.raises(ValidationError, match="begun already"):
        offer_by_hand(entry=entry, therapist=cast.therapist, room=cast.room, starts_at=start, by=cast.desk)
