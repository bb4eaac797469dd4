"""The calendar feed of a therapist: the page where they make one, and the file that their program fetches."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinics import audit
from clinics.access import StaffRequest, public, staff
from clinics.limits import limited
from clinics.models import FeedNames
from clinics.permissions import Permission
from clinics.tenancy import clinic_scope
from patients.models import Appointment, CalendarFeed
from patients.queries.feed import in_feed
from patients.services import feeds
from patients.services.calendar_files import feed_file, feed_tag


@require_safe
@staff(Permission.SEE_DAY)
def my_feed(request: StaffRequest) -> HttpResponse:
    return _page(request)


@require_POST
@staff(Permission.SEE_DAY)
def make(request: StaffRequest) -> HttpResponse:
    """The answer is the page itself: the address is shown here and nowhere again."""
    try:
        secret = feeds.make(therapist=request.user)
    except ValidationError as refused:
        return _page(request, refused=refused.messages[0], status=409)
    path = reverse("feed", args=[f"{request.membership.clinic_id}-{secret}"])
    return _page(request, address=f"{settings.BASE_URL}{path}")


@require_POST
@staff(Permission.SEE_DAY)
def revoke(request: StaffRequest) -> HttpResponseBase:
    feeds.revoke(therapist=request.user)
    messages.success(request, _("The address opens nothing any more."))
    return HttpResponseRedirect(reverse("my-feed"), status=303)


@limited("feed", per_minute=60)
@require_safe
@public("whoever knows a therapist's secret address reads that calendar; a calendar program cannot sign in")
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    clinic_id, _dash, key = secret.partition("-")
    with clinic_scope(int(clinic_id)), audit.reads_of(request):
        found = feeds.feed_by(key)
        if found is None:
            raise Http404
        response = _file(request, found, in_feed(found, timezone.now()))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _file(request: HttpRequest, found: CalendarFeed, visits: list[Appointment]) -> HttpResponseBase:
    names = FeedNames(found.clinic.feed_names)
    etag = feed_tag(found, visits)
    fresh = HttpResponse(headers={"ETag": etag, "Content-Type": "text/calendar; charset=utf-8"})
    answer = get_conditional_response(request, etag=etag, response=fresh)
    if answer is fresh:
        fresh.content = feed_file(found, visits, stamp=timezone.now())
        audit.seen(*(one.patient_id for one in visits if names != FeedNames.NONE and one.patient_id))
    return answer or fresh


def _page(request: StaffRequest, status: int = 200, **more: str) -> HttpResponse:
    current = CalendarFeed.objects.in_use().filter(therapist=request.user).first()
    context = {"feed": current, "names": request.membership.clinic.feed_names, **more}
    return render(request, "patients/my_feed.html", context, status=status)
