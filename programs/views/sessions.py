"""The session at an appointment: written as often as it takes, signed once."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.addresses import Care
from programs.forms.sessions import SessionForms
from programs.models import Session
from programs.queries.noted import noted
from programs.services.consents import NotInForce, say_again
from programs.services.red_flags import NothingToConfirm, confirm_screen
from programs.services.sessions import sign
from programs.views.fetch import chart_for
from programs.views.session_page import keep_first, page, phrase_for, refused, save, visit_for


@require_safe
@staff(Permission.READ_CHART)
def sessions(request: StaffRequest, care: Care) -> HttpResponse:
    """What was done so far, newest first."""
    chart = chart_for(request, care, tab="sessions")
    found = Session.objects.filter(episode=chart.episode).newest_first().with_parts() if chart.episode else []
    return render(request, "programs/sessions.html", {"chart": chart, "sessions": found})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def session(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    """Save, or add and drop rows on the way: those come back as they were typed, unjudged."""
    visit = visit_for(request, appointment_id)
    if request.method != "POST":
        return page(request, visit, SessionForms.saved(visit.session))
    if (change := request.POST.get("change", "")) and visit.is_mine(request):
        if change == "carry" and (last := visit.last):
            return page(request, visit, SessionForms.carried(last, request.POST))
        return page(request, visit, SessionForms.changed(request.POST, change, phrase_for(request, change)))
    forms = SessionForms(request.POST)
    if save(request, visit, forms) is None:
        return refused(request, visit, forms)
    messages.success(request, _("Draft saved."))
    return redirect("session", appointment_id)


@require_POST
@staff(Permission.DOCUMENT)
def session_autosave(request: StaffRequest, appointment_id: int) -> HttpResponse:
    """Kept while one types. What is not right yet is not kept, and the page says so."""
    visit = visit_for(request, appointment_id)
    forms = SessionForms(request.POST)
    kept = save(request, visit, forms, by_itself=True)
    context = {"forms": forms, "kept": kept, "mine": visit.is_mine(request)}
    return render(request, "programs/_session_kept.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def session_sign(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    """What is on the page is saved first: a refused signature loses nothing."""
    kept = keep_first(request, appointment_id)
    if isinstance(kept, HttpResponseBase):
        return kept
    outcome = sign(session=kept.written, by=request.user)
    if isinstance(outcome, Session):
        messages.success(request, _("Signed. It can be read, and no longer changed."))
        return redirect("session", appointment_id)
    shut = ", ".join(gate.title for gate in outcome.shut)
    messages.error(request, _("Not signed yet: %(gates)s. Your note is saved.") % {"gates": shut})
    return refused(request, kept.visit, kept.forms)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def session_confirm(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    """One tap: no change since the last screen."""
    kept = keep_first(request, appointment_id)
    if isinstance(kept, HttpResponseBase):
        return kept
    try:
        confirm_screen(appointment=kept.visit.appointment, episode=kept.visit.treated, by=request.user)
    except NothingToConfirm:
        messages.error(request, _("Nothing to confirm: a new screen is needed."))
    return redirect("session", appointment_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def session_said(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    """One tap: the patient says yes again, to all that this note needs."""
    kept = keep_first(request, appointment_id)
    if isinstance(kept, HttpResponseBase):
        return kept
    try:
        kinds = noted(kept.written).consents
        say_again(appointment=kept.visit.appointment, episode=kept.visit.treated, kinds=kinds, by=request.user)
    except NotInForce:
        messages.error(request, _("There is no consent in force: it is signed first."))
    return redirect("session", appointment_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def session_consent(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    """The consents, with the regions of the note chosen."""
    kept = keep_first(request, appointment_id)
    if isinstance(kept, HttpResponseBase):
        return kept
    chosen = QueryDict(mutable=True)
    chosen.setlist("regions", noted(kept.written).regions)
    chosen["visit"] = str(appointment_id)
    return redirect(f"{reverse('consents', args=[kept.visit.chart.care])}?{chosen.urlencode()}")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def session_ask(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    """The questions about what is planned."""
    kept = keep_first(request, appointment_id)
    return kept if isinstance(kept, HttpResponseBase) else redirect("contraindications", appointment_id)
