"""The pages behind the links of appointment messages. GET shows, POST acts; nobody signs in.

They show one appointment's time, place and therapist, and nothing else of anybody.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinics import audit
from clinics.access import public
from clinics.limits import limited
from clinics.tenancy import clinic_scope
from patients.forms.answers import CancelForm, MoveForm
from patients.models import Appointment, Status
from patients.services import answers
from patients.services.letters import when, zone_of
from patients.services.visit_links import Asked, Purpose, asked_by, mark_of, path_for

OPEN = "open"


@never_cache
@limited("visit-answer", per_minute=30)
@require_http_methods(["GET", "HEAD", "POST"])
@public("the signed link of a message speaks of one appointment, to whoever got the message")
def answer(request: HttpRequest, token: str) -> HttpResponse:
    asked = asked_by(token)
    if asked is None:
        raise Http404
    with clinic_scope(asked.named.clinic_id), audit.reads_of(request):
        visit = answers.visit_of(asked.named)
        if visit is None:
            raise Http404
        audit.seen(visit.patient_pk)
        if _state(visit, asked) != OPEN:
            return _page(request, visit, asked, status=409 if request.method == "POST" else 200)
        return ANSWERS[asked.purpose](request, visit, asked)


def _state(visit: Appointment, asked: Asked) -> str:
    """What the page can say: the answer is open, or how the appointment stands otherwise."""
    if visit.status == Status.CANCELLED:
        return "cancelled"
    if not answers.is_open(visit):
        return "over"
    if asked.purpose == Purpose.SHOW:
        return "confirmed" if visit.confirmed_at else "booked"
    return OPEN if mark_of(visit) == asked.mark else "changed"


def _confirm(request: HttpRequest, visit: Appointment, asked: Asked) -> HttpResponse:
    if request.method != "POST":
        return _page(request, visit, asked)
    if not answers.confirm(visit=visit, mark=asked.mark):
        return _too_late(request, asked)
    return _done(visit)


def _cancel(request: HttpRequest, visit: Appointment, asked: Asked) -> HttpResponse:
    charge = answers.charge_now(visit)
    form = CancelForm(_posted(request), initial={"fee": charge.fee})
    if request.method != "POST":
        return _page(request, visit, asked, form=form, charge=charge)
    if not form.is_valid() or not form.accepts(charge.fee):
        again = CancelForm(initial={"fee": charge.fee, "reason": request.POST.get("reason")})
        return _page(request, visit, asked, status=422, form=again, charge=charge, look_again=True)
    made = answers.cancel_visit(visit=visit, mark=asked.mark, reason=form.cleaned_data["reason"])
    return _done(visit) if made else _too_late(request, asked)


def _move(request: HttpRequest, visit: Appointment, asked: Asked) -> HttpResponse:
    if visit.group_id:
        raise Http404  # no message of ours has such a link
    form = MoveForm(_posted(request), visit=visit, times=answers.other_times(visit))
    if request.method != "POST":
        return _page(request, visit, asked, form=form)
    if not form.is_valid():
        return _page(request, visit, asked, status=422, form=form)
    moved = answers.move_visit(visit=visit, mark=asked.mark, time=form.cleaned_data["time"])
    return _done(moved) if moved else _too_late(request, asked)


def _too_late(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Somebody was quicker: the page as it is now, saying so."""
    visit = answers.visit_of(asked.named)
    if visit is None:
        raise Http404
    more: dict[str, Any] = {}
    if asked.purpose == Purpose.MOVE and _state(visit, asked) == OPEN:
        more = {"form": MoveForm(visit=visit, times=answers.other_times(visit)), "taken": True}
    return _page(request, visit, asked, status=409, **more)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _done(visit: Appointment) -> HttpResponse:
    return HttpResponseRedirect(path_for(visit, Purpose.SHOW), status=303)


def _page(request: HttpRequest, visit: Appointment, asked: Asked, status: int = 200, **more: Any) -> HttpResponse:
    location = visit.room.location
    context = {
        "visit": visit, "clinic": visit.clinic, "state": _state(visit, asked), "asked": asked.purpose,
        "when": when(visit.starts_at, visit.ends_at, location), "zone": zone_of(location), **more,
    }  # fmt: skip
    return render(request, "patients/visit_answer.html", context, status=status)


ANSWERS = {Purpose.CONFIRM: _confirm, Purpose.CANCEL: _cancel, Purpose.MOVE: _move}
