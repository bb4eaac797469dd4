"""After the signature: addenda, the second signature, notes that nobody signed; and a therapist's quick phrases."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.forms.addenda import AddendumForm, PhraseForm
from programs.models import QuickPhrase, Session
from programs.services.addenda import NotNow, add_addendum, cosign, drop_phrase, keep_phrase
from programs.views.session_page import visit_for

UNSIGNED_AFTER = timedelta(hours=24)
PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def addendum(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    visit = visit_for(request, appointment_id)
    if visit.session is None or not visit.session.is_signed:
        return redirect("session", appointment_id)
    form = AddendumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        add_addendum(session=visit.session, by=request.user, **form.cleaned_data)
        messages.success(request, _("Added. What was signed stays as it was."))
        return redirect("session", appointment_id)
    context = {"chart": visit.chart, "appointment": visit.appointment, "session": visit.session, "form": form}
    return render(request, "programs/addendum.html", context, status=422 if request.POST else 200)


@require_POST
@staff(Permission.DOCUMENT)
def session_cosign(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    visit = visit_for(request, appointment_id)
    if visit.session is None:
        return redirect("session", appointment_id)
    try:
        cosign(session=visit.session, by=request.user)
        messages.success(request, _("Signed beside your colleague."))
    except NotNow as refused:
        messages.error(request, str(refused))
    return redirect("session", appointment_id)


@require_safe
@staff(Permission.DOCUMENT)
def unsigned(request: StaffRequest) -> HttpResponse:
    """A therapist's own notes that wait for a signature, and colleagues' that wait for a second one."""
    mine = Session.objects.unsigned_since(timezone.now() - UNSIGNED_AFTER).filter(therapist=request.user)
    waiting = Session.objects.to_cosign().exclude(therapist=request.user)
    found = [*mine.for_lists()[:PER_PAGE], *waiting.for_lists()[:PER_PAGE]]
    audit.seen(*(one.patient_id for one in found))
    return render(request, "programs/unsigned.html", {"sessions": found})


@require_safe
@staff(Permission.ADMINISTER)
def unsigned_report(request: StaffRequest) -> HttpResponse:
    """For who answers for the clinic: whose notes wait, and since when. No patient is named."""
    found = Session.objects.unsigned_since(timezone.now() - UNSIGNED_AFTER).for_lists()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "programs/unsigned_report.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def phrases(request: StaffRequest) -> HttpResponseBase:
    form = PhraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            keep_phrase(text=form.cleaned_data["text"], by=request.user)
            return redirect("phrases")
        except NotNow as refused:
            form.add_error("text", str(refused))
    own = QuickPhrase.objects.filter(therapist=request.user)
    return render(request, "programs/phrases.html", {"form": form, "phrases": own}, status=422 if request.POST else 200)


@require_POST
@staff(Permission.DOCUMENT)
def phrase_drop(request: StaffRequest, pk: int) -> HttpResponseBase:
    drop_phrase(phrase=get_object_or_404(QuickPhrase, pk=pk, therapist=request.user), by=request.user)
    return redirect("phrases")
