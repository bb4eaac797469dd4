"""The editor of hours. Nothing is saved that was not shown first: the days ahead, and whom it leaves outside them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.models import Holiday, HoursException, Location, Membership, User
from clinics.permissions import Permission
from clinics.queries.rota import as_exceptional
from clinics.rota import Exceptional, Rota
from clinics.services import supply
from patients.forms.hours import ExceptionForm, HolidayForm, WeeklyForm
from patients.queries.hours_outlook import HolidayOutlook, Orphans, Outlook, holiday_outlook, outlook
from patients.queries.team_hours import team_hours
from patients.views.clock import today


@require_safe
@staff(Permission.ADMINISTER)
def hours(request: StaffRequest) -> HttpResponse:
    return render(request, "patients/hours.html", {"team": team_hours(today(request))})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.ADMINISTER)
def hours_of(request: StaffRequest, therapist_id: int) -> HttpResponse:
    """One therapist's weekly hours: rows are added and dropped unjudged, then looked at, then saved."""
    therapist, day, places = _therapist(therapist_id), today(request), _locations()
    if request.method != "POST":
        return _weekly_page(request, therapist, WeeklyForm.stored(places, day, therapist))
    if change := request.POST.get("change", ""):
        return _weekly_page(request, therapist, WeeklyForm.changed(places, day, request.POST, change))
    form = WeeklyForm(places, day, data=request.POST)
    if not form.is_valid():
        return _weekly_page(request, therapist, form, status=422)
    rows = form.weekly(therapist)
    ahead = _outlook(request, therapist, lambda known: known.with_weekly(therapist.pk, rows))
    if not _is_what_was_shown(request, ahead.orphans):
        return _weekly_page(request, therapist, form, ahead, status=_shown(request))
    supply.set_weekly_hours(therapist=therapist, rows=rows, today=day, by=request.user)
    messages.success(request, _("The hours are saved."))
    return redirect("hours-of", therapist.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.ADMINISTER)
def exception_new(request: StaffRequest, therapist_id: int) -> HttpResponse:
    therapist, posted = _therapist(therapist_id), request.method == "POST"
    form = ExceptionForm(
        request.POST if posted else None, locations=_locations(), therapist=therapist, today=today(request)
    )
    page = partial(_page, request, "patients/hours_exception_new.html", form=form, therapist=therapist)
    if not form.is_valid():
        return page(status=422 if posted else 200)
    added = as_exceptional(form.exception())
    ahead = _outlook(request, therapist, lambda known: known.with_exception(added), about=added)
    if not _is_what_was_shown(request, ahead.orphans):
        return page(ahead=ahead, status=_shown(request))
    supply.add_exception(exception=form.exception(), by=request.user)
    messages.success(request, _("Saved."))
    return redirect("hours-of", therapist.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.ADMINISTER)
def exception_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Extra hours that end may leave somebody outside; time off that ends opens what it took."""
    rows = HoursException.objects.not_over(today(request)).select_related("therapist", "location")
    one = get_object_or_404(rows, pk=pk)
    ended = as_exceptional(one)
    ahead = _outlook(request, one.therapist, lambda known: known.without_exception(ended), about=ended)
    if request.method != "POST" or not _is_what_was_shown(request, ahead.orphans):
        page, about = "patients/hours_exception_end.html", {"exception": one, "therapist": one.therapist}
        return _page(request, page, ahead=ahead, status=_shown(request), **about)
    supply.end_exception(exception=one, today=today(request), by=request.user)
    messages.success(request, _("The weekly hours hold again."))
    return redirect("hours-of", one.therapist_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.ADMINISTER)
def holidays(request: StaffRequest) -> HttpResponse:
    posted = request.method == "POST"
    form = HolidayForm(request.POST if posted else None, locations=_locations(), today=today(request))
    page = partial(_page, request, "patients/holidays.html", form=form)
    if not form.is_valid():
        return page(status=422 if posted else 200, coming=_coming(request))
    given = form.cleaned_data
    ahead = holiday_outlook(given["day"], given["location"], given["name"], now=timezone.now(), today=today(request))
    if _is_what_was_shown(request, ahead.orphans):
        if _added(form, request.user):
            messages.success(request, _("The holiday is saved."))
            return redirect("holidays")
        return page(status=422, coming=_coming(request))
    return page(ahead=ahead, status=_shown(request), coming=_coming(request))


@require_POST
@staff(Permission.ADMINISTER)
def holiday_end(request: StaffRequest, pk: int) -> HttpResponse:
    """What a holiday took opens again: nobody is left outside by it."""
    supply.remove_holiday(holiday=get_object_or_404(Holiday, pk=pk, day__gte=today(request)), by=request.user)
    messages.success(request, _("That day is a working day again."))
    return redirect("holidays")


def _added(form: HolidayForm, by: User) -> bool:
    try:
        supply.add_holiday(**form.cleaned_data, by=by)
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    return True


def _therapist(user_id: int) -> User:
    member: Membership = get_object_or_404(Membership.objects.treating(), user=user_id)
    return member.user


def _locations() -> list[Location]:
    return list(Location.objects.order_by("name", "pk"))


def _coming(request: StaffRequest) -> list[Holiday]:
    return list(Holiday.objects.filter(day__gte=today(request)).select_related("location"))


def _outlook(
    request: StaffRequest, therapist: User, change: Callable[[Rota], Rota], about: Exceptional | None = None
) -> Outlook:
    return outlook(therapist, change, now=timezone.now(), today=today(request), about=about)


def _is_what_was_shown(request: StaffRequest, orphans: Orphans) -> bool:
    """The button carries what it would save. Where that has changed since, the page is shown once more."""
    return request.POST.get("save") == orphans.seen


def _shown(request: StaffRequest) -> int:
    return 409 if "save" in request.POST else 200


def _weekly_page(
    request: StaffRequest, therapist: User, form: WeeklyForm, ahead: Outlook | None = None, status: int = 200
) -> HttpResponse:
    """Without a change to look at, the page shows the days ahead as they are."""
    exceptions = HoursException.objects.filter(therapist=therapist).not_over(today(request))
    as_it_is = None if ahead else _outlook(request, therapist, lambda known: known)
    return _page(
        request, "patients/hours_of.html", form=form, therapist=therapist, exceptions=exceptions, ahead=ahead,
        as_it_is=as_it_is, status=status,
    )  # fmt: skip


def _page(
    request: StaffRequest, template: str, *, ahead: Outlook | HolidayOutlook | None = None, status: int = 200,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    if ahead:
        audit.seen(*ahead.orphans.patient_ids)
    stale = status == 409
    return render(request, template, {"ahead": ahead, "stale": stale, **context}, status=status)
