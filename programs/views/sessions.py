"""The session at an appointment: written as often as it takes, signed once."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.forms.fields import is_row_id
from patients.models import LIVE, Appointment
from patients.queries.flags import chips_at
from patients.views.clock import today
from programs.addresses import Care
from programs.forms.sessions import SessionForms
from programs.models import Episode, Session
from programs.queries.chart import Chart, chart_of
from programs.queries.gates import Gate, gates_of, needles_add_up, needles_still_in
from programs.services.red_flags import NothingToConfirm, confirm_screen
from programs.services.sessions import EmergencyStands, Moved, Sealed, save_session, sign
from programs.views.fetch import appointment_for, chart_for, emergency_first


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
    visit = _visit(request, appointment_id)
    if request.method != "POST":
        return _page(request, visit, SessionForms.saved(visit.session))
    if (change := request.POST.get("change", "")) and visit.is_mine(request):
        return _page(request, visit, SessionForms.changed(request.POST, change))
    forms = SessionForms(request.POST)
    if _save(request, visit, forms) is None:
        return _refused(request, visit, forms)
    messages.success(request, _("Draft saved."))
    return redirect("session", appointment_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def session_sign(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    """What is on the page is saved first: a refused signature loses nothing. GET is a refused page loaded again."""
    visit = _visit(request, appointment_id)
    if request.method != "POST":
        return redirect("session", appointment_id)
    forms = SessionForms(request.POST)
    written = _save(request, visit, forms)
    outcome = sign(session=written, by=request.user) if written else None
    if isinstance(outcome, Session):
        messages.success(request, _("Signed. It can be read, and no longer changed."))
        return redirect("session", appointment_id)
    if outcome is not None:
        refused = ", ".join(gate.title for gate in outcome.shut)
        messages.error(request, _("Not signed yet: %(gates)s. Your note is saved.") % {"gates": refused})
    return _refused(request, visit, forms)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def session_confirm(request: StaffRequest, appointment_id: int) -> HttpResponseBase:
    """One tap: no change since the last screen. What is on the page is saved with it."""
    visit = _visit(request, appointment_id)
    if request.method != "POST":
        return redirect("session", appointment_id)
    forms = SessionForms(request.POST)
    if _save(request, visit, forms) is None:
        return _refused(request, visit, forms)
    try:
        confirm_screen(appointment=visit.appointment, episode=visit.treated, by=request.user)
    except NothingToConfirm:
        messages.error(request, _("Nothing to confirm: a new screen is needed."))
    return redirect("session", appointment_id)


def _save(request: StaffRequest, visit: "Visit", forms: SessionForms) -> Session | None:
    """None where the note is not right yet, or not this person's to write (any more)."""
    if not (visit.is_mine(request) and forms.is_valid()):
        return None
    try:
        written = save_session(
            appointment=visit.appointment, episode=visit.treated, draft=forms.draft(), by=request.user
        )
    except Sealed:  # signed in another tab a moment ago
        return None
    except Moved:
        forms.is_behind = True
        return None
    except EmergencyStands:
        messages.error(request, _("Not saved: an emergency stands, so nothing more is given. Words can be written."))
        return None
    forms.go_on_from(written)
    return written


def _refused(request: StaffRequest, visit: "Visit", forms: SessionForms) -> HttpResponse:
    """422 for what was typed, 409 for what has become of the session: then both are shown."""
    visit = _visit(request, visit.appointment.pk)
    if forms.is_behind and visit.session:
        forms.go_on_from(visit.session)
    return _page(request, visit, forms, status=422 if visit.is_mine(request) and not forms.is_valid() else 409)


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment with what is known of its session."""

    chart: Chart
    appointment: Appointment
    session: Session | None

    @property
    def episode(self) -> Episode | None:
        """The session's own; of a visit with no note yet, the one that was chosen."""
        return self.chart.episode

    @property
    def choices(self) -> list[Episode]:
        """What a visit without a note can be for, where that is a question."""
        found = [one for one in self.chart.episodes if one.closed_on is None]
        return found if self.session is None and len(found) > 1 else []

    @property
    def treated(self) -> Episode:
        if self.episode is None:
            raise Http404
        return self.episode

    def is_mine(self, request: StaffRequest) -> bool:
        """Nobody changes a signed note, or somebody else's, or one of a visit that did not take place."""
        if self.episode is None or self.appointment.status not in LIVE:
            return False
        return self.session is None or (self.session.therapist == request.user and not self.session.is_signed)


def _visit(request: StaffRequest, appointment_id: int) -> Visit:
    appointment = appointment_for(request, appointment_id)
    written = Session.objects.filter(appointment=appointment).with_parts().first()
    meant = written.episode_id if written else _chosen(request)
    try:
        chart = chart_of(
            appointment.patient, today=today(request), tab="sessions", episode_id=meant, standing=chips_at(appointment)
        )
    except Episode.DoesNotExist:
        raise Http404 from None
    if written is None and chart.episode and chart.episode.closed_on:
        raise Http404
    emergency_first(request, chart)
    return Visit(chart, appointment, written)


def _chosen(request: StaffRequest) -> int | None:
    """Which complaint the note will be about. Once written, it stays there."""
    named = request.POST.get("episode") or request.GET.get("episode", "")
    if named and not is_row_id(named):
        raise Http404
    return int(named) if named else None


def _page(request: StaffRequest, visit: Visit, forms: SessionForms, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"chart": visit.chart, "appointment": visit.appointment, "session": visit.session}
    if not visit.is_mine(request):
        context["typed"] = forms.read() if forms.note.is_bound else None
        return render(request, "programs/session_read.html", context, status=status)
    sites = forms.counted()
    gates = [_with_way(gate, visit) for gate in _gates(request, visit, forms)]
    context |= {
        "forms": forms,
        "choices": visit.choices,
        "gates": gates,
        "waits": [{"text": gate.title, "url": "#gates" if gate.form else gate.url} for gate in gates if not gate.open],
        "left": needles_still_in(sites),
        "adds_up": needles_add_up(sites),
        "pips": [number < site.needles_out for site in sites for number in range(site.needles_in)],
        "total": sum(site.needles_in for site in sites),
    }
    return render(request, "programs/session.html", context, status=status)


def _gates(request: StaffRequest, visit: Visit, forms: SessionForms) -> list[Gate]:
    return gates_of(
        appointment=visit.appointment,
        episode=visit.treated,
        sites=forms.counted(),
        techniques=forms.techniques(),
        documented=forms.says_something(),
        writer=visit.session.therapist if visit.session else request.user,
        by=request.user,
    )


def _with_way(gate: Gate, visit: Visit) -> Gate:
    pk = visit.appointment.pk
    if gate.key == "reconfirm":
        return replace(gate, url=reverse("session-confirm", args=[pk]), form="session-form")
    care = visit.chart.care
    elsewhere = gate.about and gate.about != visit.treated.pk
    screen = reverse("red-flags", args=[replace(care, episode=gate.about) if elsewhere else care])
    screen += "" if elsewhere else f"?appointment={pk}"
    ways = {
        "red_flags": screen,
        "held": screen,
        "emergency": reverse("emergency", args=[visit.chart.care]),
        "needles": "#sites",
        "credential": "#sites",
        "documented": "#note",
    }
    other = reverse("session-override", args=[pk]) if gate.other_action else ""
    return replace(gate, url=ways.get(gate.key, reverse("appointment", args=[pk])), other_url=other)
