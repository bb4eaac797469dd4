"""The waiting list at the desk: who waits, how the offers go, and what the desk does about it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.forms.waiting_list import OfferForm, WishesForm
from patients.models import Offer, Patient, WaitlistEntry, WaitStatus
from patients.queries.readers import readers
from patients.queries.supply import supply
from patients.queries.waiting_list import (
    by_service,
    entries_waiting,
    runs,
    therapist_names,
    times_to_offer,
    visits_to_replace,
)
from patients.services.booking import Taken
from patients.services.offers import take_back
from patients.services.waiting_list import withdraw
from patients.views.clock import today
from patients.views.ids import row_id
from patients.wishes import in_words, run_in_words, time_left, waits_since
from patients.words import free_time_options, reasons

PER_PAGE = 100


@require_safe
@staff(Permission.BOOK)
def index(request: StaffRequest) -> HttpResponse:
    now, names = timezone.now(), therapist_names()
    page = Paginator(entries_waiting(), PER_PAGE).get_page(request.GET.get("page"))
    shown = [_run(freed, now) for freed in runs(now)]
    audit.seen(*(one.patient_id for one in page), *(offer.entry.patient_id for run in shown for offer in run["offers"]))
    reached = {one.patient_id for one in readers([one.patient_id for one in page])}
    groups = [
        {"service": group.service, "lines": [_line(one, names, reached, request) for one in group.entries]}
        for group in by_service(page)
    ]
    is_live = any(offer.left for run in shown for offer in run["offers"])
    context = {"page": page, "groups": groups, "runs": shown, "is_live": is_live}
    return render(request, "patients/waiting_list.html", context)


def _line(entry: WaitlistEntry, names: dict[int, str], reached: set[int], request: StaffRequest) -> dict[str, Any]:
    return {
        "is_reached": entry.patient_id in reached,
        "entry": entry,
        "wishes": in_words(entry, names),
        "since": waits_since(entry, timezone.now()),
        "is_over": entry.valid_until < today(request),
    }


def _run(freed: Any, now: Any) -> dict[str, Any]:
    kind, words = run_in_words(freed, now)
    location = freed.room.location
    offers = list(freed.offers.all())
    for offer in offers:
        offer.left = time_left(offer, now)
        offer.at, offer.start = location.local(offer.offered_at), location.local(offer.starts_at)
    local = {"start": location.local(freed.starts_at), "end": location.local(freed.ends_at)}
    return {"freed": freed, "kind": kind, "words": words, "offers": offers, **local}


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.BOOK)
def new(request: StaffRequest) -> HttpResponseBase:
    patient = get_object_or_404(Patient, pk=row_id(request.GET.get("patient", "")))
    given = {name: row_id(request.GET[name]) for name in ("service", "instead_of") if request.GET.get(name)}
    return _form_page(request, patient, given=given)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.BOOK)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    entry = _entry(pk)
    return _form_page(request, entry.patient, entry=entry)


def _entry(pk: int) -> WaitlistEntry:
    rows = WaitlistEntry.objects.filter(status=WaitStatus.WAITING)
    return get_object_or_404(
        rows.select_related("patient", "service", "clinic", "instead_of__room__location", "location"), pk=pk
    )


def _form_page(request: StaffRequest, patient: Patient, **given: Any) -> HttpResponseBase:
    audit.seen(patient.pk)
    posted, now = request.method == "POST", timezone.now()
    form = WishesForm(
        request.POST if posted else None, patient=patient, supply=supply(), today=today(request),
        visits=visits_to_replace(patient.pk, now), **given,
    )  # fmt: skip
    if posted and form.is_valid() and form.save(by=request.user):
        messages.success(request, _("The wishes are noted."))
        return redirect("waiting-list")
    reached = bool(readers([patient.pk]))
    context = {"form": form, "patient": patient, "entry": given.get("entry"), "is_reached": reached}
    return render(request, "patients/waiting_list_form.html", context, status=422 if posted else 200)


@require_POST
@staff(Permission.BOOK)
def leave(request: StaffRequest, pk: int) -> HttpResponseBase:
    withdraw(entry=_entry(pk), by=request.user)
    messages.success(request, _("Taken off the waiting list."))
    return HttpResponseRedirect(reverse("waiting-list"), status=303)


@require_POST
@staff(Permission.BOOK)
def offer_back(request: StaffRequest, pk: int) -> HttpResponseBase:
    take_back(offer=get_object_or_404(Offer, pk=pk), by=request.user)
    messages.success(request, _("The time is not offered any more."))
    return HttpResponseRedirect(reverse("waiting-list"), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.BOOK)
def offer(request: StaffRequest, pk: int) -> HttpResponseBase:
    """By hand: one of the next free times."""
    entry = _entry(pk)
    known = supply()
    if entry.service not in known.services:
        raise Http404
    form = OfferForm(request.POST if request.method == "POST" else None, supply=known)
    outcome = form.send(entry, by=request.user) if form.is_valid() else None
    if isinstance(outcome, Offer):
        messages.success(request, _("The offer is on its way."))
        return HttpResponseRedirect(reverse("waiting-list"), status=303)
    taken = reasons(outcome, form.cleaned_data["offer"]) if isinstance(outcome, Taken) else []
    status = 409 if taken else 422 if form.is_bound else 200
    return _offer_page(request, entry, status, form=form, reasons=taken, supply=known)


def _offer_page(request: StaffRequest, entry: WaitlistEntry, status: int, **more: Any) -> HttpResponse:
    audit.seen(entry.patient_id)
    known = more.pop("supply")
    times, why_not = times_to_offer(entry)
    options = free_time_options([one.free for one in times], known, today(request))
    for one, option in zip(times, options, strict=True):
        if one.is_too_soon:
            option["note"] += " · " + _("less than 48 hours from another needling visit")
    context = {
        "entry": entry,
        "wishes": in_words(entry, therapist_names()),
        "options": options,
        "why_not": why_not,
        "minutes": entry.clinic.offer_minutes,
        **more,
    }
    return render(request, "patients/waiting_list_offer.html", context, status=status)
