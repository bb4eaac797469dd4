"""Who did what and who looked at whom: one row per write, one row per request that read patient data. Ids only."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.http import HttpRequest

from clinics.models import AuditEvent, User

_seen: ContextVar[set[int] | None] = ContextVar("patients_seen", default=None)


def record(
    action: str,
    *,
    subject: Model | Sequence[Model],
    by: User | None,
    patient_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Call inside the transaction of the write. `by=None` is the system itself (a task).

    `subject` is what was written: a row, or some of one kind. `detail` holds ids, codes and counts, never names or
    clinical text.
    """
    rows = [subject] if isinstance(subject, Model) else subject
    AuditEvent.objects.create(
        action=action,
        subject=rows[0]._meta.label_lower,
        subject_ids=[row.pk for row in rows],
        by=by,
        patient_id=patient_id,
        detail=detail or {},
    )


def seen(*patient_ids: int) -> None:
    """Say that this request shows data of these patients."""
    if (collected := _seen.get()) is not None:
        collected.update(patient_ids)


@contextmanager
def reads_of(request: HttpRequest) -> Iterator[None]:
    """Around a request: what `seen` collected becomes one event."""
    collected: set[int] = set()
    token = _seen.set(collected)
    try:
        yield
        if collected:
            _record_reads(request, collected)
    finally:
        _seen.reset(token)


def _record_reads(request: HttpRequest, patient_ids: Iterable[int]) -> None:
    user = request.user
    match = request.resolver_match
    ids = sorted(patient_ids)
    AuditEvent.objects.create(
        action="read",
        subject=match.view_name if match else "",
        subject_ids=ids,
        by=None if isinstance(user, AnonymousUser) else user,
        patient_id=ids[0] if len(ids) == 1 else None,
    )
