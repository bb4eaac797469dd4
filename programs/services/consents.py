"""A consent is given once, said again at visits, and taken back at any time: gates shut in the same moment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import User
from clinics.timekeeping import local_day
from patients.models import Appointment
from programs.consents import NEEDLING, THRUST, Template, digest, exact_text, expires, lacking
from programs.models import AlertKind, Consent, ConsentSaid, ConsentText, Episode, Place, Signature
from programs.queries.consents import facts_for, template_of
from programs.services.alerts import raise_alert

ANSWERED_WITHIN = timedelta(days=1)


class NotInForce(ValueError):  # noqa: N818  # reads as what is the case
    """There is nothing that could be said again or taken back."""


class Lacking(ValueError):  # noqa: N818  # reads as what is the case
    """Elements that the text has no words for."""

    def __init__(self, elements: Sequence[str]) -> None:
        super().__init__(", ".join(elements))
        self.elements = elements


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was signed, where and by whom. `seen` is the seal of the text that the page showed."""

    kind: str
    seen: str
    signer: str
    given_by: str = "patient"
    regions: Collection[str] = ()
    with_neck: bool = False
    strokes: Sequence[Sequence[Sequence[int]]] = ()


class TextMoved(ValueError):  # noqa: N818  # reads as what is the case
    """The text is not the one that the page showed: it is read again before it is signed."""


@transaction.atomic
def give_consent(*, episode: Episode, given: Given, by: User, clinician: User, place: str = Place.TABLET) -> Consent:
    """Signed at this moment by who is named; `by` acts. The text is made anew here. Raises TextMoved where the page
    showed another one.
    """
    template = template_of(given.kind)
    facts = facts_for(episode, clinician, regions=given.regions, with_neck=given.with_neck)
    text = exact_text(template, facts)
    if digest(text) != given.seen:
        raise TextMoved
    now = timezone.now()
    day = local_day(now, episode.clinic.zone)
    made: Consent = Consent.objects.create(
        patient_id=episode.patient_id,
        episode=episode if template.of_episode else None,
        kind=given.kind,
        language=template.language,
        version=template.version,
        exact_text=text,
        sha256=digest(text),
        regions=sorted(given.regions),
        with_neck=given.with_neck,
        given_by=given.given_by,
        signer=given.signer.strip(),
        how=Signature.DRAWN if given.strokes else Signature.TYPED,
        strokes=list(given.strokes),
        place=place,
        taken_by=clinician,
        signed_at=now,
        signed_on=day,
        expires_on=expires(day, template.months),
    )
    audit.record("consent", subject=made, by=by, patient_id=made.patient_id, detail={"kind": made.kind})
    return made


@transaction.atomic
def say_again(*, appointment: Appointment, episode: Episode, kinds: Collection[str], by: User) -> None:
    """Asked at this visit, and the answer was yes. Said twice it is said once. Raises NotInForce."""
    day = local_day(appointment.starts_at, appointment.room.location.zone)
    for kind in kinds:
        consent = Consent.objects.in_force(kind, episode, day).first()
        if consent is None:
            raise NotInForce
        said, made = ConsentSaid.objects.get_or_create(
            consent=consent, appointment=appointment, defaults={"heard_by": by, "said_at": timezone.now()}
        )
        if made:
            audit.record("say_again", subject=said, by=by, patient_id=consent.patient_id, detail={"kind": kind})


@transaction.atomic
def withdraw(*, consent: Consent, why: str, by: User) -> Consent:
    """At once. Clinicians are told where it was for a treatment. Raises NotInForce where it was taken back before."""
    changed = Consent.objects.filter(pk=consent.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_why=why.strip()
    )
    if not changed:
        raise NotInForce
    consent.refresh_from_db()
    audit.record("withdraw", subject=consent, by=by, patient_id=consent.patient_id, detail={"kind": consent.kind})
    care = consent.episode
    if care and care.closed_on is None and consent.kind in (NEEDLING, THRUST):
        raise_alert(kind=AlertKind.CONSENT_WITHDRAWN, episode=care, due_at=timezone.now() + ANSWERED_WITHIN, by=by)
    return consent


@transaction.atomic
def new_text(*, template: Template, by: User) -> ConsentText:
    """The next version of the clinic's own words. Raises Lacking; what was signed before keeps its own text."""
    if missing := lacking(template):
        raise Lacking(missing)
    made: ConsentText = ConsentText.objects.create(
        kind=template.kind,
        language=template.language,
        version=template_of(template.kind).version + 1,
        title=template.title,
        sections=[dict(one) for one in template.sections],
        confirmations=list(template.confirmations),
        made_by=by,
    )
    audit.record("create", subject=made, by=by, detail={"kind": made.kind, "version": made.version})
    return made
