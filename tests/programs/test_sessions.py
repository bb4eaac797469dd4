"""Writing and signing: what the service says, and what the database says to somebody who goes round it."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from clinics import audit
from clinics.models import AuditEvent, Credential, Membership, User
from clinics.permissions import Role
from patients.models import Appointment, Status
from programs.models import Concern, Episode, NeedlingSite, RedFlagScreen, Session
from programs.services.red_flags import confirm_screen
from programs.services.sessions import Moved, Refused, Sealed, save_session, sign
from programs.session_draft import Draft, Site, Treatment
from tests.factories import NINE, Cast, appointment_at
from tests.programs.needles import IN_DATE, RECORD, asked
from tests.programs.test_episodes import TODAY, opened

GLUTEUS = Site(
    muscle="gluteus_medius", side="right", diameter_mm=Decimal("0.30"), length_mm=60, technique="pistoning",
    needles_in=2, needles_out=2, lot="DEMO-LOT-01", expires_on=IN_DATE,
)  # fmt: skip
STILL_IN = Site(
    muscle="lumbar_multifidus", level="L5", side="right", diameter_mm=Decimal("0.30"), length_mm=50,
    technique="static", needles_in=2, needles_out=1, lot="DEMO-LOT-01", expires_on=IN_DATE,
)  # fmt: skip
MOBILISED = Treatment(technique="lumbar_pa_central", region="low_back", level="L4", grade="II-III", minutes=8)


def screened(episode: Episode, cast: Cast, concern: str = Concern.CLEAR, day: date = TODAY) -> RedFlagScreen:
    return RedFlagScreen.objects.create(
        episode=episode, concern=concern, screened_on=day, screened_by=cast.therapist, reason="As agreed."
    )


def written(cast: Cast, *, screen: bool = True, by: User | None = None, **parts: Any) -> Session:
    """A draft at a visit that is under way, of care that began in winter."""
    episode = opened(cast, started_on=date(2020, 12, 1))
    if screen:
        screened(episode, cast)
    appointment = appointment_at(cast, status=Status.IN_SESSION)
    if "sites" in parts:
        asked(appointment, cast.therapist)
    draft = Draft(**{"note": "Hinge retraining.", **RECORD, **parts})
    return save_session(appointment=appointment, episode=episode, draft=draft, by=by or cast.therapist)


def put_back(status: Status) -> None:
    """From in session, step by step: the database refuses jumps."""
    for step in (Status.ARRIVED, status):
        Appointment.objects.update(status=step)


def shut(outcome: Session | Refused) -> list[str]:
    assert isinstance(outcome, Refused)
    return [gate.key for gate in outcome.shut]


def sign_by_hand(session: Session, by: User) -> None:
    """Round the service, as the runtime login."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE programs_session SET signed_at = now(), signed_by_id = %s WHERE id = %s", [by.pk, session.pk]
        )


def test_a_draft_keeps_what_was_done(in_north: Cast) -> None:
    session = written(in_north, sites=[GLUTEUS], treatments=[MOBILISED], pain_before=5, pain_after=3)
    site, treatment = session.needling_sites.get(), session.manual_treatments.get()
    assert (site.muscle, site.diameter_mm, site.needles_in, site.lot) == (
        "gluteus_medius", Decimal("0.30"), 2, "DEMO-LOT-01",
    )  # fmt: skip
    assert (treatment.technique, treatment.grade, treatment.minutes) == ("lumbar_pa_central", "II-III", 8)
    assert (session.therapist, session.patient, session.pain_before) == (in_north.therapist, in_north.patient, 5)


def test_saving_again_replaces_the_parts(in_north: Cast) -> None:
    session = written(in_north, sites=[GLUTEUS, STILL_IN])
    draft = Draft(note="x", sites=[GLUTEUS])
    again = save_session(appointment=session.appointment, episode=session.episode, draft=draft, by=in_north.therapist)
    assert (again, again.needling_sites.count()) == (session, 1)


def test_a_note_is_not_saved_over_what_another_window_saved(in_north: Cast) -> None:
    session = written(in_north)
    for version, seen in ((0, Moved), (1, None), (1, Moved), (2, None)):
        with pytest.raises(seen) if seen else nullcontext():
            save_session(
                appointment=session.appointment, episode=session.episode, by=in_north.therapist,
                draft=Draft(version=version, note=f"From version {version}."),
            )  # fmt: skip
    session.refresh_from_db()
    assert (session.version, session.note) == (3, "From version 2.")


def test_only_the_version_that_was_seen_is_signed(in_north: Cast) -> None:
    seen = written(in_north)
    save_session(
        appointment=seen.appointment, episode=seen.episode, draft=Draft(note="Another."), by=in_north.therapist
    )
    assert shut(sign(session=seen, by=in_north.therapist)) == ["moved"]
    assert isinstance(sign(session=Session.objects.get(), by=in_north.therapist), Session)


def test_nobody_writes_in_a_colleagues_note(in_north: Cast) -> None:
    session = written(in_north)
    with pytest.raises(Sealed):
        save_session(
            appointment=session.appointment, episode=session.episode, draft=Draft(note="mine"), by=in_north.colleague
        )
    session.refresh_from_db()
    assert session.note == "Hinge retraining."


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.NO_SHOW])
def test_a_visit_that_did_not_take_place_has_no_session(in_north: Cast, status: Status) -> None:
    appointment = appointment_at(in_north, status=status)
    with pytest.raises(Sealed):
        save_session(appointment=appointment, episode=opened(in_north), draft=Draft(note="x"), by=in_north.therapist)


def test_signing_locks_and_completes_the_visit(in_north: Cast) -> None:
    session = written(in_north, sites=[GLUTEUS])
    signed = sign(session=session, by=in_north.therapist)
    assert isinstance(signed, Session)
    assert (signed.signed_by, signed.is_signed) == (in_north.therapist, True)
    visit = Appointment.objects.get()
    assert (visit.status, visit.is_documented) == (Status.COMPLETED, True)


@pytest.mark.parametrize("status", [Status.BOOKED, Status.ARRIVED])
def test_signing_completes_a_visit_that_the_desk_had_no_time_to_check_in(in_north: Cast, status: Status) -> None:
    session = written(in_north)
    put_back(status)
    sign(session=session, by=in_north.therapist)
    assert Appointment.objects.get().status == Status.COMPLETED


def test_a_visit_to_come_can_be_prepared_and_not_signed(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = written(in_north)
    put_back(Status.BOOKED)
    monkeypatch.setattr(timezone, "now", lambda: NINE - timedelta(days=1))
    assert shut(sign(session=session, by=in_north.therapist)) == ["visit"]
    assert Appointment.objects.get().status == Status.BOOKED
    with pytest.raises(IntegrityError, match="the visit did not take place"):
        sign_by_hand(session, in_north.therapist)


def test_writing_and_signing_are_audited(in_north: Cast) -> None:
    session = written(in_north, sites=[GLUTEUS])
    sign(session=session, by=in_north.therapist)
    events = AuditEvent.objects.filter(subject="programs.session").order_by("pk")
    assert list(events.values_list("action", "subject_ids", "by", "patient_id")) == [
        ("write", [session.pk], in_north.therapist.pk, in_north.patient.pk),
        ("sign", [session.pk], in_north.therapist.pk, in_north.patient.pk),
    ]


def test_nothing_is_signed_where_the_audit_fails(in_north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    session = written(in_north)
    monkeypatch.setattr(audit, "record", _broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        sign(session=session, by=in_north.therapist)
    assert not Session.objects.get().is_signed


# --- The gates: one test of the service, one of the database, for each.


def test_needles_still_in_keep_it_open(in_north: Cast) -> None:
    session = written(in_north, sites=[GLUTEUS, STILL_IN])
    assert shut(sign(session=session, by=in_north.therapist)) == ["needles"]


def test_the_database_counts_needles_too(in_north: Cast) -> None:
    session = written(in_north, sites=[GLUTEUS, STILL_IN])
    with pytest.raises(IntegrityError, match="needles in and out differ"):
        sign_by_hand(session, in_north.therapist)


def test_without_a_screen_nothing_is_signed(in_north: Cast) -> None:
    session = written(in_north, screen=False)
    assert shut(sign(session=session, by=in_north.therapist)) == ["red_flags"]


@pytest.mark.parametrize(
    ("concern", "day", "gate", "rule"),
    [
        (Concern.CLEAR, date(2021, 1, 29), "red_flags", "no valid red-flag screen"),
        (Concern.EMERGENCY, date(2021, 3, 1), "emergency", "an emergency stands"),
    ],
    ids=["old", "emergency"],
)
def test_an_old_or_an_emergency_screen_keeps_it_open(
    in_north: Cast, concern: str, day: date, gate: str, rule: str
) -> None:
    session = written(in_north, screen=False)
    screened(session.episode, in_north, concern, day)
    assert shut(sign(session=session, by=in_north.therapist)) == [gate]
    with pytest.raises(IntegrityError, match=rule):
        sign_by_hand(session, in_north.therapist)


def test_a_screen_of_thirty_days_ago_still_counts_once_confirmed(in_north: Cast) -> None:
    session = written(in_north, screen=False)
    screened(session.episode, in_north, day=date(2021, 1, 30))
    assert shut(sign(session=session, by=in_north.therapist)) == ["reconfirm"]
    with pytest.raises(IntegrityError, match="the screen was not confirmed at this visit"):
        sign_by_hand(session, in_north.therapist)
    confirm_screen(appointment=session.appointment, episode=session.episode, by=in_north.therapist)
    assert isinstance(sign(session=session, by=in_north.therapist), Session)


def test_the_latest_screen_counts(in_north: Cast) -> None:
    session = written(in_north)
    screened(session.episode, in_north, Concern.EMERGENCY)
    assert shut(sign(session=session, by=in_north.therapist)) == ["emergency"]


def test_needling_needs_a_credential_on_that_day(in_north: Cast) -> None:
    session = written(in_north, sites=[GLUTEUS])
    Credential.objects.update(expires_on=date(2021, 2, 28))
    assert shut(sign(session=session, by=in_north.therapist)) == ["credential"]
    with pytest.raises(IntegrityError, match="no valid needling credential"):
        sign_by_hand(session, in_north.therapist)


def test_without_needles_no_credential_is_asked_for(in_north: Cast) -> None:
    session = written(in_north, treatments=[MOBILISED])
    Credential.objects.update(expires_on=date(2021, 2, 28))
    assert isinstance(sign(session=session, by=in_north.therapist), Session)


def test_an_empty_note_is_not_signed(in_north: Cast) -> None:
    session = written(in_north, note=" ")
    assert shut(sign(session=session, by=in_north.therapist)) == ["documented"]
    with pytest.raises(IntegrityError, match="nothing is written yet"):
        sign_by_hand(session, in_north.therapist)


@pytest.mark.parametrize("parts", [{"sites": [GLUTEUS]}, {"treatments": [MOBILISED]}])
def test_what_was_done_is_documented_without_a_word(in_north: Cast, parts: dict[str, Any]) -> None:
    assert isinstance(sign(session=written(in_north, note="", **parts), by=in_north.therapist), Session)


def test_nobody_signs_for_somebody_else(in_north: Cast) -> None:
    session = written(in_north)
    assert shut(sign(session=session, by=in_north.colleague)) == ["signer"]
    Appointment.objects.update(status=Status.COMPLETED)
    with pytest.raises(IntegrityError, match="programs_session_signed_by_therapist"):
        sign_by_hand(session, in_north.colleague)


@pytest.mark.parametrize("change", [{"treats": False}, {"is_active": False}, {"role": Role.FRONT_DESK}])
def test_only_a_treating_therapist_signs(in_north: Cast, change: dict[str, Any]) -> None:
    session = written(in_north)
    Membership.objects.filter(user=in_north.therapist).update(**change)
    assert shut(sign(session=session, by=in_north.therapist)) == ["signer"]
    with pytest.raises(IntegrityError, match="only a therapist of the clinic signs"):
        sign_by_hand(session, in_north.therapist)


# --- A signed session is final.


@pytest.fixture
def signed(in_north: Cast) -> Session:
    session = sign(session=written(in_north, sites=[GLUTEUS], treatments=[MOBILISED]), by=in_north.therapist)
    assert isinstance(session, Session)
    return session


def test_a_signed_session_is_not_signed_again(signed: Session, in_north: Cast) -> None:
    assert shut(sign(session=signed, by=in_north.therapist)) == ["signed"]


def test_a_signed_session_is_not_written_again(signed: Session, in_north: Cast) -> None:
    with pytest.raises(Sealed):
        save_session(
            appointment=signed.appointment, episode=signed.episode, draft=Draft(note="x"), by=in_north.therapist
        )


CHANGES: dict[str, Callable[[Session], object]] = {
    "note": lambda session: Session.objects.update(note="better"),
    "signature": lambda session: Session.objects.update(signed_at=timezone.now()),
    "unsign": lambda session: Session.objects.update(signed_at=None, signed_by=None),
    "delete": lambda session: Session.objects.all().delete(),
    "site": lambda session: session.needling_sites.update(needles_in=1, needles_out=1),
    "site gone": lambda session: session.needling_sites.all().delete(),
    "site more": lambda session: NeedlingSite.objects.create(
        session=session, muscle="soleus", side="left", diameter_mm="0.25", length_mm=30, technique="static",
        needles_in=1,
    ),
    "treatment": lambda session: session.manual_treatments.update(minutes=30),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_database_refuses_every_change(signed: Session, change: Callable[[Session], object]) -> None:
    with pytest.raises(IntegrityError, match="a signed session is never changed"), transaction.atomic():
        change(signed)


def test_the_database_refuses_a_session_that_is_born_signed(in_north: Cast) -> None:
    session = written(in_north, screen=False)
    Session.objects.all().delete()
    with pytest.raises(IntegrityError, match="no valid red-flag screen"), transaction.atomic():
        Session.objects.create(
            patient=in_north.patient, episode=session.episode, appointment=session.appointment,
            therapist=in_north.therapist, signed_by=in_north.therapist, signed_at=timezone.now(),
        )  # fmt: skip


def test_the_database_refuses_more_out_than_in(in_north: Cast) -> None:
    session = written(in_north, sites=[GLUTEUS])
    with pytest.raises(IntegrityError, match="programs_needlingsite_counts"), transaction.atomic():
        session.needling_sites.update(needles_out=3)


def _broken(*_args: object, **_kwargs: object) -> None:
    raise RuntimeError
