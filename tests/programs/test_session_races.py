"""Two tabs at once, on real transactions: a signed session never has a needle in, and is signed once."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from patients.services.cancelling import cancel
from programs.models import NeedlingSite, Session
from programs.services.sessions import sign
from tests.factories import Cast, make_cast
from tests.programs.test_sessions import GLUTEUS, STILL_IN, put_back, shut, sign_by_hand, written

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return make_cast("north", zone="Europe/Dublin")


@pytest.fixture
def session(cast: Cast) -> Session:
    with clinic_scope(cast.clinic.pk):
        return written(cast, sites=[GLUTEUS])


def add_site(session: Session, *, out: int) -> NeedlingSite:
    values = {name: getattr(STILL_IN, name) for name in STILL_IN.__slots__}
    return NeedlingSite.objects.create(session=session, **{**values, "needles_out": out})


def elsewhere(pool: ThreadPoolExecutor, cast: Cast, work: Any) -> Future[Any]:
    """On a connection of its own. Returns once the other side has begun."""
    begun = threading.Event()

    def run() -> Any:
        try:
            with clinic_scope(cast.clinic.pk):
                begun.set()
                return work()
        finally:
            connection.close()

    future = pool.submit(run)
    begun.wait()
    return future


def test_a_needle_that_goes_in_while_somebody_signs_is_seen(cast: Cast, session: Session) -> None:
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            add_site(session, out=1)
            signing = elsewhere(pool, cast, lambda: sign(session=session, by=cast.therapist))
            with pytest.raises(TimeoutError):
                signing.result(timeout=0.5)  # it waits for this transaction
        assert shut(signing.result(timeout=5)) == ["needles"]


def test_the_database_waits_for_the_needle_too(cast: Cast, session: Session) -> None:
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            add_site(session, out=1)
            signing = elsewhere(pool, cast, lambda: sign_by_hand(session, cast.therapist))
            with pytest.raises(TimeoutError):
                signing.result(timeout=0.5)
        with pytest.raises(IntegrityError, match="needles in and out differ"):
            signing.result(timeout=5)


def test_no_needle_goes_into_a_session_that_is_being_signed(cast: Cast, session: Session) -> None:
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            sign(session=session, by=cast.therapist)
            adding = elsewhere(pool, cast, lambda: add_site(session, out=2))
            with pytest.raises(TimeoutError):
                adding.result(timeout=0.5)
        with pytest.raises(IntegrityError, match="a signed session is never changed"):
            adding.result(timeout=5)


def test_two_tabs_sign_once(cast: Cast, session: Session) -> None:
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk), transaction.atomic():
            assert isinstance(sign(session=session, by=cast.therapist), Session)
            second = elsewhere(pool, cast, lambda: sign(session=session, by=cast.therapist))
        assert shut(second.result(timeout=5)) == ["signed"]


def test_a_visit_that_is_cancelled_while_somebody_signs_is_a_shut_gate(cast: Cast, session: Session) -> None:
    with clinic_scope(cast.clinic.pk):
        put_back(Status.ARRIVED)
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            visit = Appointment.objects.get(pk=session.appointment_id)
            cancel(appointment=visit, version=visit.version, reason="ill", by=cast.desk)
            signing = elsewhere(pool, cast, lambda: sign(session=session, by=cast.therapist))
            with pytest.raises(TimeoutError):
                signing.result(timeout=0.5)
        assert shut(signing.result(timeout=5)) == ["visit"]
