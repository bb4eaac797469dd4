"""The calendar: its page, the data it draws and polls, and a day on paper."""

import json
from datetime import date
from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.models import Location
from clinics.permissions import Permission
from patients.calendar_shape import agenda, says, shape
from patients.models.status import FIRST_DAY, LAST_DAY
from patients.queries.calendar_feed import Feed, View, Wish, calendar_feed
from patients.views.clock import today
from patients.views.ids import row_id

NAMES = {View.DAY: _("Day"), View.ROOMS: _("Rooms"), View.WEEK: _("Week"), View.AGENDA: _("Agenda")}


@require_safe
@staff(Permission.SEE_DAY)
def calendar(request: StaffRequest, on: date | None = None) -> HttpResponse:
    feed = _feed(request, on or _day_typed(request) or today(request))
    audit.seen(*feed.patient_ids)
    context = {
        "feed": feed,
        "says": says(feed),
        "agenda": agenda(feed),
        "views": [(view.value, name) for view, name in NAMES.items()],
        "may_book": request.membership.can(Permission.BOOK),
        "chosen": int(feed.wish.therapist or 0),
        "keep": _rest_of_the_query(request),
        "now": feed.now.astimezone(feed.zone),
    }
    return render(request, "patients/calendar.html", context)


@require_safe
@staff(Permission.SEE_DAY)
def day_data(request: StaffRequest, on: date) -> HttpResponseBase:
    """Asked every few seconds by each open desk. What has not changed is not sent, and so is not a read."""
    feed = _feed(request, on)
    body = json.dumps(shape(feed), separators=(",", ":"), ensure_ascii=False)
    etag = f'"{sha256(body.encode()).hexdigest()[:32]}"'
    response = get_conditional_response(request, etag, None, HttpResponse(body, content_type="application/json"))
    assert response is not None  # noqa: S101  # it is the one handed in, or a 304
    response.headers["ETag"] = etag
    if response.status_code == 200:
        audit.seen(*feed.patient_ids)
    return response


@require_safe
@staff(Permission.SEE_DAY)
def day_print(request: StaffRequest, on: date) -> HttpResponse:
    feed = _feed(request, on)
    audit.seen(*feed.patient_ids)
    return render(request, "patients/day_print.html", {"feed": feed, "says": says(feed), "agenda": agenda(feed)})


def _rest_of_the_query(request: StaffRequest) -> str:
    """For the pager, which adds its page."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return f"&{kept.urlencode()}" if kept else ""


def _feed(request: StaffRequest, on: date) -> Feed:
    wish = _wish(request, on)
    feed = calendar_feed(wish, clinic=request.membership.clinic, now=timezone.now())
    if request.GET.get("therapist") and wish.therapist not in {str(one.pk) for one in feed.therapists}:
        raise Http404
    return feed


def _wish(request: StaffRequest, on: date) -> Wish:
    asked, location = request.GET, None
    view = asked.get("view", View.DAY)
    if view not in list(View):
        raise Http404
    if asked.get("location"):
        location = get_object_or_404(Location, pk=row_id(asked["location"]))
    therapist = str(row_id(asked["therapist"])) if asked.get("therapist") else ""
    if view == View.WEEK and not therapist and request.membership.treats:
        therapist = str(request.user.pk)
    return Wish(View(view), on, location, therapist, asked.get("page", ""))


def _day_typed(request: HttpRequest) -> date | None:
    """From the date field. A day without an address is a page that does not exist."""
    typed = request.GET.get("on")
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise Http404 from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Http404
    return day
