"""A time that came free is kept for one patient for some minutes, then for the next, until somebody says yes.

Locks, in this order everywhere: the resources; then the offer's row, which decides who was first; then the freed
time's row, which whatever takes the time closes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import Room, User
from clinics.tenancy import all_clinics
from patients.models import (
    Appointment,
    CancelReason,
    Exemption,
    FreedTime,
    Offer,
    OfferState,
    Patient,
    Status,
    WaitlistEntry,
    WaitStatus,
)
from patients.queries.readers import readers
from patients.queries.who_waits import Candidate, candidates, is_office_hour
from patients.services.booking import row_for
from patients.services.cancelling import cancel
from patients.services.claims import Taken, claim, drop, lock_resources
from patients.services.fitting import broken_rules_in_words, refuse_unfit
from patients.services.freed_times import close
from patients.services.notices import announce
from patients.services.offer_letters import tell

AT_ONCE = 5  # candidates whose resources are locked together; the next look finds the others
OPEN_ALREADY = ("patients_offer_one_open_each", "patients_offer_one_at_a_time")


@dataclass(frozen=True, slots=True)
class Accepted:
    appointment: Appointment


@dataclass(frozen=True, slots=True)
class Late:
    """Answered already, or the time ran out, or it was given away. The patient stays on the list."""

    offer: Offer


def work_to_do(now: datetime) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Platform job: (clinic, offer) of those that ran out, and (clinic, freed time) of those to be offered now."""
    with all_clinics("waiting list sweep"):
        ran_out = Offer.objects.filter(state=OfferState.OPEN, expires_at__lte=now).order_by("expires_at", "pk")
        waiting = WaitlistEntry.objects.filter(clinic_id=OuterRef("clinic_id"), status=WaitStatus.WAITING)
        is_offered = Offer.objects.filter(freed=OuterRef("pk"), state=OfferState.OPEN)
        freed = FreedTime.objects.to_look_at(now).filter(Exists(waiting), ~Exists(is_offered)).order_by("starts_at")
        return list(ran_out.values_list("clinic_id", "pk")), list(freed.values_list("clinic_id", "pk"))


@transaction.atomic
def offer_next(*, freed_id: int) -> Offer | None:
    """To the first of those who wait and could come. None where nobody could, or it is not the moment."""
    now = timezone.now()
    freed = _on_offer(now).filter(pk=freed_id).first()
    if freed is None or not is_office_hour(freed.room.location, now):
        return None
    found = [(one.entry, _kept_for(one, freed, now)) for one in candidates(freed, now)[:AT_ONCE]]
    if found:
        lock_resources(*(row for _entry, row in found))
        if not _on_offer(now).filter(pk=freed_id).exists():  # another worker was quicker, or it was booked
            return None
    for entry, row in found:
        if _still_waits(entry) and claim(row) is None:
            return _offer(freed, entry, row, by=None)
    FreedTime.objects.filter(pk=freed_id).update(looked_at=now)
    return None


def _on_offer(now: datetime) -> QuerySet[FreedTime]:
    """And nobody is asked right now."""
    asked = Offer.objects.filter(freed=OuterRef("pk"), state__in=(OfferState.OPEN, OfferState.ACCEPTED))
    rows: QuerySet[FreedTime] = FreedTime.objects.on_offer(now).filter(~Exists(asked))
    return rows.select_related("clinic", "therapist", "room__location")


def _still_waits(entry: WaitlistEntry) -> bool:
    """Of two freed times that are looked at together, both may have found the same patient."""
    is_asked = Offer.objects.filter(entry=entry, state=OfferState.OPEN)
    return WaitlistEntry.objects.filter(~Exists(is_asked), pk=entry.pk, status=WaitStatus.WAITING).exists()


def _kept_for(candidate: Candidate, freed: FreedTime, now: datetime) -> Appointment:
    row = row_for(freed.therapist, freed.room, candidate.entry.service, candidate.starts_at)
    row.patient, row.status = candidate.entry.patient, Status.OFFERED
    row.expires_at = now + timedelta(minutes=freed.clinic.offer_minutes)
    return row


def _offer(freed: FreedTime, entry: WaitlistEntry, row: Appointment, *, by: User | None) -> Offer:
    assert row.expires_at is not None  # noqa: S101  # what is kept has an end
    offer: Offer = Offer.objects.create(
        freed=freed, entry=entry, appointment=row, therapist=row.therapist, starts_at=row.starts_at,
        offered_at=timezone.now(), expires_at=row.expires_at,
    )  # fmt: skip
    detail = {"appointment": row.pk, "freed_time": freed.pk}
    audit.record("offer", subject=offer, by=by, patient_id=entry.patient_id, detail=detail)
    tell(offer, row)
    return offer


def offer_by_hand(*, entry: WaitlistEntry, therapist: User, room: Room, starts_at: datetime, by: User) -> Offer | Taken:
    """A free time that the desk picks. Declined, it is offered to the others like any that came free.

    ValidationError where it may not be at all, no message reaches the patient, or they have an offer already.
    """
    row = row_for(therapist, room, entry.service, starts_at)
    now = timezone.now()
    row.patient, row.status = entry.patient, Status.OFFERED
    row.expires_at = min(now + timedelta(minutes=entry.clinic.offer_minutes), starts_at)
    refuse_unfit(row, by=by)
    if row.expires_at <= now:
        raise ValidationError(_("That time has begun already."))
    if not readers([entry.patient_id]):
        raise ValidationError(not_reached(entry.patient))
    try:
        with broken_rules_in_words(row), transaction.atomic():
            lock_resources(row)
            if taken := claim(row):
                transaction.set_rollback(True)
                return taken
            return _offer(_freed_by_hand(row, now), _waiting(entry), row, by=by)
    except IntegrityError as error:
        if broken_rule(error) not in OPEN_ALREADY:
            raise
        raise ValidationError(_("This patient has an offer already. Wait for the answer, or take it back.")) from error


def not_reached(patient: Patient) -> str:
    words = _("No message reaches %(name)s, so there would be no answer. Call them, and book the time.")
    return words % {"name": patient.name}


def _freed_by_hand(row: Appointment, now: datetime) -> FreedTime:
    made: FreedTime = FreedTime.objects.create(
        therapist=row.therapist, room=row.room, starts_at=row.starts_at, ends_at=row.ends_at, freed_at=now
    )
    return made


def _waiting(entry: WaitlistEntry) -> WaitlistEntry:
    fresh = WaitlistEntry.objects.select_related("patient__clinic").get(pk=entry.pk)
    if fresh.status != WaitStatus.WAITING:
        raise ValidationError(_("This patient does not wait any more."))
    return fresh


@transaction.atomic
def accept(*, offer: Offer) -> Accepted | Late:
    """By the link in the message, so nobody is signed in. Of two answers to one time the first counts."""
    fresh = _locked(offer)
    kept = fresh.appointment
    if kept is None or fresh.state != OfferState.OPEN or fresh.expires_at <= timezone.now():
        return Late(fresh)
    kept.status, kept.expires_at = Status.BOOKED, None
    kept.save(update_fields=["status", "expires_at"])
    _settle(fresh, OfferState.ACCEPTED)
    close(fresh.freed_id)
    WaitlistEntry.objects.filter(pk=fresh.entry_id).update(status=WaitStatus.BOOKED)
    _record("accept_offer", fresh, by=None)
    announce(appointments=[kept], by=None, notify=True)
    _give_up_the_later_one(fresh)
    return Accepted(kept)


def _give_up_the_later_one(offer: Offer) -> None:
    """Without a fee: the clinic asked for it. Who has moved it in this very moment wants it: it stays."""
    if later := offer.gives_up:
        cancel(
            appointment=later, version=later.version, reason=CancelReason.OTHER, exemption=Exemption.GOODWILL, by=None
        )


def decline(*, offer: Offer) -> None:
    """By the link as well. The patient stays on the list for other times."""
    _end(offer, OfferState.DECLINED, action="decline_offer", by=None)


def take_back(*, offer: Offer, by: User) -> None:
    """The desk needs the time for something else: it is free, and offered to nobody any more."""
    with transaction.atomic():
        if _end(offer, OfferState.WITHDRAWN, action="take_back_offer", by=by):
            close(offer.freed_id)


def take_from(*, entry: WaitlistEntry, by: User) -> None:
    """Who does not wait any more is not offered anything. The time is still there for the next one."""
    for offer in Offer.objects.filter(entry=entry, state=OfferState.OPEN):
        _end(offer, OfferState.WITHDRAWN, action="take_back_offer", by=by)


@transaction.atomic
def expire(*, offer_id: int) -> None:
    """Nobody answered in time: the next one is asked. What another worker has at hand is left to it."""
    rows = Offer.objects.filter(pk=offer_id, state=OfferState.OPEN, expires_at__lte=timezone.now())
    if offer := rows.first():
        _end(offer, OfferState.EXPIRED, action="expire_offer", by=None)


@transaction.atomic
def _end(offer: Offer, state: OfferState, *, action: str, by: User | None) -> bool:
    """False where it had ended before."""
    fresh = _locked(offer)
    if fresh.state != OfferState.OPEN:
        return False
    _settle(fresh, state)
    if fresh.appointment_id:
        drop([fresh.appointment_id])
    FreedTime.objects.filter(pk=fresh.freed_id).update(looked_at=None)
    _record(action, fresh, by=by)
    return True


def _locked(offer: Offer) -> Offer:
    """The resources first: whoever books clears expired offers away under the same locks."""
    rows = Offer.objects.select_related(
        "entry__instead_of__room__location", "entry__instead_of__service", "appointment__room__location",
        "appointment__service",
    )  # fmt: skip
    before: Offer = rows.get(pk=offer.pk)
    involved = [one for one in (before.appointment, before.entry.instead_of) if one is not None]
    if involved:
        lock_resources(*involved)
    fresh: Offer = rows.select_for_update(of=("self",)).get(pk=offer.pk)
    fresh.entry = before.entry  # with the visit to give up as it was when its place was locked
    return fresh


def _settle(offer: Offer, state: OfferState) -> None:
    offer.state, offer.answered_at = state, timezone.now()
    offer.save(update_fields=["state", "answered_at"])


def _record(action: str, offer: Offer, *, by: User | None) -> None:
    detail = {"freed_time": offer.freed_id, "state": str(offer.state)}
    audit.record(action, subject=offer, by=by, patient_id=offer.entry.patient_id, detail=detail)
