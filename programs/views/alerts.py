"""What waits for a clinician: a few lines on the day's page, and all of them on a page of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST, require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.models import Membership
from clinics.permissions import Permission
from programs.addresses import Care
from programs.models import Alert, AlertKind
from programs.services.alerts import resolve_by_hand

ON_THE_DAY = 5  # as many as one takes in at a glance
PER_PAGE = 25
WAYS = {
    AlertKind.PATIENT_EMERGENCY: "red-flags",
    AlertKind.HAND_OVER: "emergency",
    AlertKind.FINDING: "red-flags",
    AlertKind.CONCERN: "red-flags",
    AlertKind.SCREEN_EXPIRED: "red-flags",
    AlertKind.CONSENT_WITHDRAWN: "consents",
    AlertKind.RETEST_DUE: "retest",
    AlertKind.NO_CHANGE: "measures",
}


@dataclass(frozen=True, slots=True)
class Line:
    alert: Alert
    now: datetime

    @property
    def url(self) -> str:
        return reverse(WAYS[AlertKind(self.alert.kind)], args=[Care(self.alert.patient_id, self.alert.episode_id)])

    @property
    def is_overdue(self) -> bool:
        return self.alert.due_at <= self.now


@dataclass(frozen=True, slots=True)
class Waiting:
    lines: Sequence[Line]
    more: bool


def open_alerts(request: HttpRequest) -> dict[str, Any]:
    """Context processor: asked for by the day's page, and read from the database only there."""
    member: Membership | None = getattr(request, "membership", None)
    if member is None or not member.can(Permission.READ_CHART):
        return {}
    return {"open_alerts": SimpleLazyObject(lambda: _on_the_day(member))}


@require_safe
@staff(Permission.READ_CHART)
def alerts(request: StaffRequest) -> HttpResponse:
    found = Alert.objects.of_interest_to(request.membership)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "programs/alerts.html", {"page": page, "lines": _lines(list(page))})


@require_POST
@staff(Permission.DOCUMENT)
def alert_resolve(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Done, somebody says. Said twice it is done all the same."""
    alert = get_object_or_404(Alert, pk=pk)
    audit.seen(alert.patient_id)
    resolve_by_hand(alert=alert, by=request.user)
    return redirect("alerts" if request.POST.get("back") == "alerts" else "calendar")


def _on_the_day(member: Membership) -> Waiting:
    found = list(Alert.objects.of_interest_to(member)[: ON_THE_DAY + 1])
    return Waiting(_lines(found[:ON_THE_DAY]), more=len(found) > ON_THE_DAY)


def _lines(found: Sequence[Alert]) -> list[Line]:
    now = timezone.now()
    audit.seen(*(alert.patient_id for alert in found))
    return [Line(alert, now) for alert in found]
