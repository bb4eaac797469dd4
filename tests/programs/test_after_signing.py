"""After the signature: nothing changes any more but what is added beside it; and notes that nobody has signed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from clinics.models import Membership
from clinics.tenancy import clinic_scope
from patients.models import Appointment, Status
from programs.models import Addendum, Consent, QuickPhrase, Session
from programs.services.addenda import NotNow, add_addendum, cosign, keep_phrase
from programs.services.consents import withdraw
from programs.services.sessions import save_session, sign
from programs.session_draft import Draft
from tests.conftest import signed_in_client
from tests.factories import NINE, Cast, appointment_at, make_cast
from tests.programs.needles import RECORD, asked
from tests.programs.pages import words
from tests.programs.test_episodes import opened
from tests.programs.test_session_races import elsewhere
from tests.programs.test_sessions import GLUTEUS, screened, shut, written

LAW = {"text": "It was the left side.", "reason": "Slip of the pen"}


def signed(cast: Cast, **parts: Any) -> Session:
    session = sign(session=written(cast, **parts), by=cast.therapist)
    assert isinstance(session, Session)
    session.refresh_from_db()
    return session


def recomputed(session: Session) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_digest(sealed) FROM programs_session AS sealed WHERE id = %s", [session.pk])
        found: str = cursor.fetchone()[0]
        return found


def test_a_signed_session_carries_the_seal_of_all_that_was_signed(in_north: Cast) -> None:
    session = signed(in_north, sites=[GLUTEUS])
    assert (len(session.sha256), recomputed(session)) == (64, session.sha256)


def test_what_is_added_stands_beside_it_and_the_seal_holds(in_north: Cast) -> None:
    session = signed(in_north)
    add_addendum(session=session, by=in_north.colleague, **LAW)
    added = Addendum.objects.get()
    assert (added.text, added.reason, added.written_by) == (LAW["text"], LAW["reason"], in_north.colleague)
    assert recomputed(session) == session.sha256


def test_a_draft_is_changed_and_not_added_to(in_north: Cast) -> None:
    session = written(in_north)
    with pytest.raises(NotNow):
        add_addendum(session=session, by=in_north.therapist, **LAW)
    with pytest.raises(DatabaseError, match="a draft is changed"), transaction.atomic():
        Addendum.objects.create(session=session, written_by=in_north.therapist, **LAW)


@pytest.mark.parametrize("change", [Addendum.objects.none, None])
def test_an_addendum_is_never_changed(in_north: Cast, change: Any) -> None:
    add_addendum(session=signed(in_north), by=in_north.therapist, **LAW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Addendum.objects.update(text="Something else") if change else Addendum.objects.all().delete()


@pytest.mark.usefixtures("monday_morning")
def test_the_page_shows_both(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        session = signed(north)
    where = reverse("addendum", args=[session.appointment_id])
    assert therapist.post(where, {"text": " ", "reason": ""}).status_code == 422
    assert therapist.post(where, LAW)["Location"] == reverse("session", args=[session.appointment_id])
    shown = words(therapist.get(reverse("session", args=[session.appointment_id])))
    assert ("Hinge retraining." in shown, LAW["text"] in shown, session.sha256[:12] in shown) == (True, True, True)


def supervised(cast: Cast) -> Session:
    Membership.objects.filter(user=cast.therapist).update(supervised=True)
    return signed(cast)


def test_a_supervised_note_waits_for_a_colleague_who_works_alone(in_north: Cast) -> None:
    session = supervised(in_north)
    assert (session.waits_for_cosigning, list(Session.objects.to_cosign())) == (True, [session])
    with pytest.raises(NotNow):
        cosign(session=session, by=in_north.therapist)
    twice = cosign(session=session, by=in_north.colleague)
    assert (twice.cosigned_by, twice.waits_for_cosigning) == (in_north.colleague, False)
    assert recomputed(session) == session.sha256
    with pytest.raises(NotNow):
        cosign(session=session, by=in_north.colleague)


def test_with_the_second_signature_nothing_else_changes(in_north: Cast) -> None:
    supervised(in_north)
    for change in ("note = 'x'", "cosigned_by_id = therapist_id", "needs_cosigning = false"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE programs_session SET cosigned_at = now(), cosigned_by_id = %s, {change}",
                [in_north.colleague.pk],
            )


def test_who_works_alone_needs_no_second_signature(in_north: Cast) -> None:
    session = signed(in_north)
    assert (session.needs_cosigning, list(Session.objects.to_cosign())) == (False, [])
    with pytest.raises(NotNow):
        cosign(session=session, by=in_north.colleague)


@pytest.mark.parametrize("count", [1, 3])
def test_notes_unsigned_for_a_day_are_listed(
    therapist: Client, north: Cast, django_assert_num_queries: Any, count: int
) -> None:
    with clinic_scope(north.clinic.pk):
        episode = opened(north)
        for hour in range(count):
            visit = appointment_at(north, NINE + timedelta(hours=hour))
            save_session(appointment=visit, episode=episode, draft=Draft(note="x"), by=north.therapist)
    with django_assert_num_queries(10):
        answer = therapist.get(reverse("unsigned"))
    assert words(answer).count("not signed") == count


def test_the_managers_report_names_no_patient(north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        save_session(
            appointment=appointment_at(north), episode=opened(north), draft=Draft(note="x"), by=north.therapist
        )
    shown = words(signed_in_client(north.manager).get(reverse("unsigned-report")))
    assert ("Theo North" in shown, "Pia North" in shown) == (True, False)


@pytest.mark.usefixtures("monday_morning")
def test_a_phrase_goes_to_the_end_of_the_note(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        screened(opened(north), north)
        visit = appointment_at(north, status=Status.IN_SESSION)
        phrase = keep_phrase(text="Keep moving.", by=north.therapist)
    where = reverse("session", args=[visit.pk])
    typed = {"note": "Hinge.", "sites-TOTAL_FORMS": 0, "treatments-TOTAL_FORMS": 0, "change": f"phrase-{phrase.pk}"}
    answer: Any = therapist.post(where, typed)
    assert answer.context["forms"].note["note"].value() == "Hinge. Keep moving."


def test_phrases_are_their_therapists_own(therapist: Client, north: Cast) -> None:
    with clinic_scope(north.clinic.pk):
        own, other = (keep_phrase(text="Keep moving.", by=one) for one in (north.therapist, north.colleague))
    assert words(therapist.get(reverse("phrases"))).count("Keep moving.") == 1 + 1  # and what its button removes
    assert therapist.post(reverse("phrase-drop", args=[other.pk])).status_code == 404
    assert therapist.post(reverse("phrase-drop", args=[own.pk])).status_code == 302
    with clinic_scope(north.clinic.pk):
        assert list(QuickPhrase.objects.all()) == [other]


@pytest.mark.django_db(transaction=True)
def test_a_consent_that_is_being_taken_back_keeps_the_note_from_being_signed() -> None:
    """Whoever comes first is seen by the other: the signature waits for the withdrawal, and then refuses."""
    cast = make_cast("north", zone="Europe/Dublin")
    with clinic_scope(cast.clinic.pk):
        episode = opened(cast, started_on=date(2020, 12, 1))
        screened(episode, cast)
        visit: Appointment = appointment_at(cast, status=Status.IN_SESSION)
        asked(visit, cast.therapist)
        draft = Draft(sites=[GLUTEUS], **RECORD)
        session = save_session(appointment=visit, episode=episode, draft=draft, by=cast.therapist)
    with ThreadPoolExecutor(1) as pool:
        with clinic_scope(cast.clinic.pk):
            withdraw(consent=Consent.objects.get(), why="", by=cast.therapist)
            signing = elsewhere(pool, cast, lambda: sign(session=session, by=cast.therapist))
            with pytest.raises(TimeoutError):
                signing.result(timeout=0.5)
        assert shut(signing.result(timeout=5)) == ["consent"]
