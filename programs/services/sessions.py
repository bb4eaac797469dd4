"""A session is written as often as it takes, and signed once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from programs.models import Episode, ManualTreatment, NeedlingSite, RedFlagScreen, Session, Stimulation
from programs.queries.gate import Gate
from programs.queries.gates import gates_of, visit_day
from programs.queries.noted import noted
from programs.services.outlook import look_ahead
from programs.session_draft import Current, Draft, Site, Treatment, own, values


class EmergencyStands(ValueError):  # noqa: N818  # reads as what is the case
    """Nothing more is given. What was noted may be counted out or taken back."""


class Sealed(ValueError):  # noqa: N818  # reads as what happened
    """The session is signed, or somebody else is writing it: this note is not the caller's to change."""


class Moved(ValueError):  # noqa: N818  # reads as what happened
    """The note is not the one that the page began from: it was saved in another window meanwhile."""


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
    own_page = draft.page != "" and draft.page == session.saved_from
    if draft.version not in (None, session.version) and not own_page:
        raise Moved
    for name, value in own(draft).items():
        setattr(session, name, value)
    session.version, session.saved_from = session.version + 1, draft.page if draft.by_itself else ""
    session.save(update_fields=[*own(draft), "version", "saved_from"])
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
        _count_out(session.stimulations.all(), [draft.current] if draft.current else [])
        return
    try:
        with transaction.atomic():
            _replace_parts(session, draft)
    except IntegrityError as error:
        if broken_rule(error) != "programs_session_emergency":
            raise
        raise EmergencyStands from error


# What may still be told of a needle that is in: the same as the trigger of the model allows.
_STILL_TOLD = frozenset({"needles_out", "response", "twitch", "referred", "pain", "dwell_s"})


def _count_out(
    stored: Iterable[NeedlingSite | ManualTreatment | Stimulation], parts: Sequence[Site | Treatment | Current]
) -> None:
    """Nothing is added or changed. Needles come out, and what was only meant to be done may go."""
    left = list(stored)
    for part in parts:
        row = next((one for one in left if _fixed(one, part) == _fixed(part, part)), None)
        if row is None:
            raise EmergencyStands
        left.remove(row)
        if isinstance(row, NeedlingSite) and isinstance(part, Site):
            for name in _STILL_TOLD:
                setattr(row, name, getattr(part, name))
            row.save(update_fields=sorted(_STILL_TOLD))
    for row in left:
        row.delete()


def _fixed(given: object, like: Site | Treatment | Current) -> dict[str, Any]:
    return {name: getattr(given, name) for name in values(like) if name not in _STILL_TOLD}


def _replace_parts(session: Session, draft: Draft) -> None:
    for kept in (session.needling_sites, session.manual_treatments, session.stimulations):
        kept.all().delete()
    NeedlingSite.objects.bulk_create(NeedlingSite(session=session, **values(one)) for one in draft.sites)
    ManualTreatment.objects.bulk_create(ManualTreatment(session=session, **values(one)) for one in draft.treatments)
    if draft.current:
        Stimulation.objects.create(session=session, **values(draft.current))


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
    "programs_session_consent": "consent",
    "programs_session_consent_said": "consent_said",
    "programs_session_consent_regions": "consent",
    "programs_session_thrust_consent": "thrust_consent",
    "programs_session_neck_consent": "thrust_consent",
    "programs_session_credential": "credential",
    "programs_session_training": "credential",
    "programs_session_thrust_credential": "thrust",
    "programs_session_thrust_flags": "thrust_flags",
    "programs_session_delegated": "delegated",
    "programs_session_current": "current",
    "programs_session_safety": "safety",
    "programs_session_lots": "complete",
    "programs_session_hygiene": "complete",
    "programs_session_aftercare": "complete",
    "programs_session_spacing": "spacing",
    "programs_session_unasked": "contraindications",
    "programs_session_contraindicated": "contraindicated",
    "programs_session_spared": "spared",
    "programs_session_neck": "neck",
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
        .prefetch_related("needling_sites", "manual_treatments", "stimulations")
        .get(pk=session.pk)
    )


def _gates(session: Session, by: User) -> list[Gate]:
    return gates_of(
        appointment=session.appointment,
        episode=session.episode,
        noted=noted(session),
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
