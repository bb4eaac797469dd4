"""The page behind the link of an offer: a patient answers, on a phone, without signing in."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from clinics import audit
from clinics.access import public
from clinics.limits import limited
from clinics.tenancy import clinic_scope
from clinics.tokens import named_by
from patients.models import Offer, OfferState, WaitStatus
from patients.queries.waiting_list import offer_to_answer
from patients.services.letters import when, zone_of
from patients.services.offer_letters import PURPOSE, kept_until
from patients.services.offers import Late, accept, decline


@never_cache
@limited("offer-answer", per_minute=30)
@require_http_methods(["GET", "HEAD", "POST"])
@public("whoever holds the link of the message answers this one offer")
def answer(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET shows, since mail programs look at links beforehand; only POST answers."""
    named = named_by(PURPOSE, token)
    if named is None:
        raise Http404
    with clinic_scope(named.clinic_id), audit.reads_of(request):
        offer = get_object_or_404(offer_to_answer(named.row_id))
        audit.seen(offer.entry.patient_id)
        if request.method != "POST":
            return _page(request, offer)
        if "accept" in request.POST:
            outcome = accept(offer=offer)
            return _late(request, outcome.offer) if isinstance(outcome, Late) else _again(request)
        if "decline" in request.POST:
            decline(offer=offer)
            return _again(request)
        return _page(request, offer, status=422)


def _again(request: HttpRequest) -> HttpResponseBase:
    return HttpResponseRedirect(request.path, status=303)


def _late(request: HttpRequest, offer: Offer) -> HttpResponseBase:
    """The second yes of the same person finds the visit booked."""
    if offer.state == OfferState.ACCEPTED:
        return _again(request)
    return _page(request, get_object_or_404(offer_to_answer(offer.pk)), status=409)


def _page(request: HttpRequest, offer: Offer, status: int = 200) -> HttpResponse:
    """Nothing of anybody else, and of this patient the given name only."""
    visit, later = offer.appointment, offer.gives_up
    is_open = offer.state == OfferState.OPEN and offer.expires_at > timezone.now() and visit is not None
    context: dict[str, Any] = {
        "clinic": offer.clinic,
        "name": offer.entry.patient.given_name,
        "state": offer.state if is_open or offer.state != OfferState.OPEN else OfferState.EXPIRED,
        "stays": offer.entry.status == WaitStatus.WAITING,
        "visit": visit,
        "zone": zone_of(visit.room.location) if visit else "",
        "later": when(later.starts_at, later.ends_at, later.room.location) if later and is_open else "",
        "until": kept_until(offer, visit) if visit and is_open else "",
        "tried": status == 409,
    }
    return render(request, "patients/offer.html", context, status=status)
