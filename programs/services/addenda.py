"""After the signature: what is added to a note, and the colleague's signature beside a supervised therapist's."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinics import audit
from clinics.constraints import broken_rule
from clinics.models import User
from programs.models import Addendum, QuickPhrase, Session

MOST_PHRASES = 30


class NotNow(ValueError):  # noqa: N818  # reads as what is the case
    """Why it cannot be done, in words."""


@transaction.atomic
def add_addendum(*, session: Session, text: str, reason: str, by: User) -> Addendum:
    """The signed note stays. Raises NotNow where nothing is signed yet: a draft is changed itself."""
    if not session.is_signed:
        raise NotNow(_("This session is not signed yet: change the note itself."))
    made: Addendum = Addendum.objects.create(session=session, text=text, reason=reason, written_by=by)
    audit.record("add", subject=made, by=by, patient_id=session.patient_id, detail={"session": session.pk})
    return made


@transaction.atomic
def cosign(*, session: Session, by: User) -> Session:
    """Once, by a colleague who works on their own. Raises NotNow with the reason."""
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if not (session.is_signed and session.waits_for_cosigning):
        raise NotNow(_("Nothing waits for a second signature here."))
    session.cosigned_at, session.cosigned_by = timezone.now(), by
    try:
        with transaction.atomic():
            session.save(update_fields=["cosigned_at", "cosigned_by"])
    except IntegrityError as error:
        if broken_rule(error) != "programs_session_cosigner":
            raise
        raise NotNow(_("The second signature is a colleague’s who works without supervision.")) from error
    audit.record("cosign", subject=session, by=by, patient_id=session.patient_id)
    return session


@transaction.atomic
def keep_phrase(*, text: str, by: User) -> QuickPhrase:
    """The same words are kept once. Raises NotNow beyond MOST_PHRASES."""
    if QuickPhrase.objects.filter(therapist=by).count() >= MOST_PHRASES:
        raise NotNow(_("You keep %(most)s phrases already. Remove one first.") % {"most": MOST_PHRASES})
    kept, made = QuickPhrase.objects.get_or_create(therapist=by, text=text.strip())
    if made:
        audit.record("create", subject=kept, by=by)
    return kept


@transaction.atomic
def drop_phrase(*, phrase: QuickPhrase, by: User) -> None:
    audit.record("delete", subject=phrase, by=by)
    phrase.delete()
