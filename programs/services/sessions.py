"""A session is written as often as it takes, and signed once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import User
from patients.models import HERE, LIVE, Appointment, Status
from patients.services import visits
from patients.services.claims import lock_resources
from programs.models import Episode, ManualTreatment, NeedlingSite, RedFlagScreen, Session
from programs.queries.gates import Gate, gates_of, visit_day
from programs.services.outlook import look_ahead


class EmergencyStands(ValueError):  # noqa: N818  # reads as what is the case
    """Nothing more is given. What was noted may be counted out or taken back."""


class Sealed(ValueError):  # noqa: N818  # reads as what happened
    """The session is signed, or somebody else is writing it: this note is not the caller's to change."""


class Moved(ValueError):  # noqa: N818  # reads as what happened
    """The note is not the one that the page began from: it was saved in another window meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    muscle: str
    side: str
    diameter_mm: Decimal
    length_mm: int
    technique: str
    needles_in: int
    needles_out: int = 0
    level: str = ""
    lot: str = ""
    response: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    technique: str
    region: str
    minutes: int
    level: str = ""
    side: str = "none"
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a page says. `version` is the one that it began from, 0 for none; None where no page stands between."""

    version: int | None = None
    note: str = ""
    pain_before: int | None = None
    pain_after: int | None = None
    sites: Sequence[Site] = ()
    treatments: Sequence[Treatment] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the session was not signed: the gates that are shut."""

    shut: list[Gate]


@transaction.atomic
def save_session(*, appointment: Appointment, episode: Episode, draft: Draft, by: User) -> Session:
    """Write the note anew. Who writes first is the session's therapist, and stays it.

    While an emergency stands words can be written, and needles counted out; EmergencyStands says that more was tried.
    Raises Sealed and Moved.
    """
    if appointment.status not in LIVE:
        raise Sealed(_("This visit did not take place."))
    session, _created = Session.objects.select_for_update(of=("self",)).get_or_create(
        appointment=appointment,
        defaults={"patient_id": appointment.patient_pk, "episode": episode, "therapist": by},
    )
    if session.is_signed or session.therapist_id != by.pk:
        raise Sealed(_("This session is not yours to change."))
    if draft.version not in (None, session.version):
        raise Moved
    session.note, session.pain_before, session.pain_after = draft.note, draft.pain_before, draft.pain_after
    session.version += 1
    session.save(update_fields=["note", "pain_before", "pain_after", "version"])
    _write_parts(session, draft)
    audit.record(
        "write",
        subject=session,
        by=by,
        patient_id=session.patient_id,
        detail={"sites": len(draft.sites), "treatments": len(draft.treatments)},
    )
    return session


def _write_parts(session: Session, draft: Draft) -> None:
    """As `sign`: the look comes first, and the database has the last word."""
    if RedFlagScreen.objects.locking(session.episode, session.appointment).exists():
        _count_out(session.needling_sites.all(), draft.sites)
        _count_out(session.manual_treatments.all(), draft.treatments)
        return
    try:
        with transaction.atomic():
            _replace_parts(session, draft)
    except IntegrityError as error:
        if broken_rule(error) != "programs_session_emergency":
            raise
        raise EmergencyStands from error


def _count_out(stored: Iterable[NeedlingSite | ManualTreatment], parts: Sequence[Site | Treatment]) -> None:
    """Nothing is added or changed. Needles come out, and what was only meant to be done may go."""
    left = list(stored)
    for part in parts:
        row = next((one for one in left if _fixed(one, part) == _fixed(part, part)), None)
        if row is None:
            raise EmergencyStands
        left.remove(row)
        if isinstance(row, NeedlingSite) and isinstance(part, Site):
            row.needles_out, row.response = part.needles_out, part.response
            row.save(update_fields=["needles_out", "response"])
    for row in left:
        row.delete()


def _fixed(given: object, like: Site | Treatment) -> dict[str, Any]:
    return {name: getattr(given, name) for name in _values(like) if name not in {"needles_out", "response"}}


def _replace_parts(session: Session, draft: Draft) -> None:
    session.needling_sites.all().delete()
    session.manual_treatments.all().delete()
    NeedlingSite.objects.bulk_create(NeedlingSite(session=session, **_values(one)) for one in draft.sites)
    ManualTreatment.objects.bulk_create(ManualTreatment(session=session, **_values(one)) for one in draft.treatments)


def _values(part: Site | Treatment) -> dict[str, Any]:
    return {name: getattr(part, name) for name in part.__slots__}


# The database has the last word; these are its rules' names.
_TRIGGERS: Mapping[str, str] = {
    "programs_session_emergency": "emergency",
    "programs_session_needles": "needles",
    "programs_session_red_flags": "red_flags",
    "programs_session_raised": "red_flags",
    "programs_session_answers": "red_flags",
    "programs_session_reconfirm": "reconfirm",
    "programs_session_held": "held",
    "programs_session_documented": "documented",
    "programs_session_credential": "credential",
    "programs_session_signer": "signer",
    "programs_session_signed": "signed",
    "programs_session_visit": "visit",
}


@transaction.atomic
def sign(*, session: Session, by: User) -> Session | Refused:
    """Sign and lock the version that was passed. The signature is always the acting person's, and the visit is
    completed with it.
    """
    seen, session = session.version, _for_signing(session)
    shut = [gate for gate in _gates(session, by) if not gate.open]
    if session.version != seen:
        shut = [_changed("moved")]
    if session.is_signed:
        shut = [Gate("signed", False, _("This session is signed already"))]
    if shut:
        return Refused(shut)
    session.signed_at, session.signed_by = timezone.now(), by
    try:
        with transaction.atomic():
            _complete(session.appointment, by)
            session.save(update_fields=["signed_at", "signed_by"])
    except IntegrityError as error:
        return Refused([_gate_of(error)])
    audit.record("sign", subject=session, by=by, patient_id=session.patient_id)
    look_ahead(episode=session.episode, day=visit_day(session.appointment), by=by)
    return session


def _for_signing(session: Session) -> Session:
    """Locked, so that nothing is written between the look at the gates and the signature.

    The visit first, in the order in which the desk locks: it may be cancelling it this very moment, and then the gate
    has to see that.
    """
    lock_resources(session.appointment)
    Appointment.objects.select_for_update(no_key=True).get(pk=session.appointment_id)
    return (
        Session.objects.select_for_update(of=("self",))
        .select_related("appointment__room__location", "appointment__service", "episode__patient", "therapist")
        .prefetch_related("needling_sites", "manual_treatments")
        .get(pk=session.pk)
    )


def _gates(session: Session, by: User) -> list[Gate]:
    sites = list(session.needling_sites.all())
    return gates_of(
        appointment=session.appointment,
        episode=session.episode,
        sites=sites,
        techniques=[one.technique for one in session.manual_treatments.all()],
        documented=bool(sites or session.note.strip() or session.manual_treatments.all()),
        writer=session.therapist,
        by=by,
    )


def _gate_of(error: IntegrityError) -> Gate:
    """A rule that the gates above did not see in time, in words."""
    name = broken_rule(error)
    if name not in _TRIGGERS:
        raise error
    return _changed(_TRIGGERS[name])


def _changed(key: str) -> Gate:
    return Gate(key, False, _("Something changed while you were signing"), _("Open the session again."))


def _complete(appointment: Appointment, by: User) -> None:
    """Signing says that the visit took place, whatever the desk had time to tap."""
    for status in HERE:
        if status in appointment.next_statuses and appointment.status != Status.COMPLETED:
            appointment = visits.change_status(appointment=appointment, status=status, by=by)
    visits.seal(appointment=appointment, by=by)
