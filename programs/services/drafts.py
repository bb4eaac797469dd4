"""The draft of an assessment: saved as one types, and never over what somebody else saved meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clinics import audit
from clinics.models import User
from programs.models import Assessment, AssessmentDraft, Episode
from programs.services.assessments import Entry, record_assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An open page: who it is, and which version it began from or saved last. 0: there was no draft."""

    editor: UUID
    version: int


class Moved(Exception):  # noqa: N818  # reads as what happened
    """The draft is not what the page began from. `theirs` is None where it was recorded or discarded."""

    def __init__(self, theirs: AssessmentDraft | None) -> None:
        self.theirs = theirs
        super().__init__("moved")


@transaction.atomic
def save_draft(*, episode: Episode, data: Mapping[str, str], page: Page, by: User) -> AssessmentDraft | None:
    """None while there is nothing to keep. The audit has who began it or took it over, not every stroke."""
    draft = _locked(episode, page)
    if draft is None and not data.keys() - {"tests"}:
        return None
    draft = draft or AssessmentDraft(episode=episode, patient_id=episode.patient_id, version=0)
    if (draft.data, draft.editor) == (data, page.editor):
        return draft
    is_news = draft.saved_by_id != by.pk
    draft.data, draft.editor, draft.version = dict(data), page.editor, draft.version + 1
    draft.saved_by, draft.saved_at = by, timezone.now()
    draft.save()
    if is_news:
        audit.record("draft_assessment", subject=draft, by=by, patient_id=episode.patient_id)
    return draft


@transaction.atomic
def discard_draft(*, episode: Episode, page: Page, by: User) -> None:
    draft = _locked(episode, page)
    if draft is not None:
        audit.record("discard_draft", subject=draft, by=by, patient_id=episode.patient_id)
        draft.delete()


@transaction.atomic
def record_draft(*, episode: Episode, page: Page, done_on: date, entries: Sequence[Entry], by: User) -> Assessment:
    """The sitting is stored and its draft is gone. Nobody's newer draft goes with it."""
    draft = _locked(episode, page)
    if draft is not None:
        draft.delete()
    return record_assessment(episode=episode, done_on=done_on, entries=entries, by=by)


def _locked(episode: Episode, page: Page) -> AssessmentDraft | None:
    """By the episode's row: two that begin at once would both find no draft."""
    Episode.objects.select_for_update().get(pk=episode.pk)
    draft: AssessmentDraft | None = AssessmentDraft.objects.select_related("saved_by").filter(episode=episode).first()
    is_same = draft is None if not page.version else draft is not None and draft.version == page.version
    if is_same or (draft is not None and draft.editor == page.editor):
        return draft
    raise Moved(draft)
