"""The page of a visit's session: who may write there, what it shows, and what keeps it from being signed."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clinics.access import StaffRequest
from patients.forms.fields import is_row_id
from patients.models import LIVE, Appointment
from patients.queries.flags import chips_at
from patients.views.clock import today
from programs.forms.session_hands import technique_choices
from programs.forms.sessions import SessionForms
from programs.models import Episode, PainMap, QuickPhrase, Session
from programs.models.pain import figure_for
from programs.queries.chart import Chart, chart_of
from programs.queries.gate import Gate
from programs.queries.gates import gates_of
from programs.queries.needles import needle_count, placed
from programs.queries.noted import Noted
from programs.services.sessions import EmergencyStands, Moved, Sealed, save_session
from programs.views.fetch import appointment_for, emergency_first


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

    @property
    def last(self) -> Session | None:
        """The one before of the same complaint, from which this one may start."""
        found = Session.objects.filter(episode=self.treated).exclude(appointment=self.appointment)
        return found.before(self.appointment).with_parts().first()

    def is_mine(self, request: StaffRequest) -> bool:
        """Nobody changes a signed note, or somebody else's, or one of a visit that did not take place."""
        if self.episode is None or self.appointment.status not in LIVE:
            return False
        return self.session is None or (self.session.therapist == request.user and not self.session.is_signed)


def visit_for(request: StaffRequest, appointment_id: int) -> Visit:
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


def phrase_for(request: StaffRequest, change: str) -> str:
    """The words behind a button such as `phrase-7`; "" for any other one."""
    what, _dash, which = change.partition("-")
    if what != "phrase" or not is_row_id(which):
        return ""
    kept = QuickPhrase.objects.filter(therapist=request.user, pk=which).first()
    return kept.text if kept else ""


def save(request: StaffRequest, visit: Visit, forms: SessionForms, *, by_itself: bool = False) -> Session | None:
    """None where the note is not right yet, or not this person's to write (any more)."""
    if not (visit.is_mine(request) and forms.is_valid()):
        return None
    if forms.note.cleaned_data["second_count_by_id"] == request.user.pk:
        forms.note.add_error("second_count_by_id", _("The second count is somebody else’s."))
        return None
    try:
        draft = forms.draft(by_itself=by_itself)
        written = save_session(appointment=visit.appointment, episode=visit.treated, draft=draft, by=request.user)
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


def refused(request: StaffRequest, visit: Visit, forms: SessionForms) -> HttpResponse:
    """422 for what was typed, 409 for what has become of the session: then both are shown."""
    visit = visit_for(request, visit.appointment.pk)
    if forms.is_behind and visit.session:
        forms.go_on_from(visit.session)
    return page(request, visit, forms, status=422 if visit.is_mine(request) and not forms.is_valid() else 409)


@dataclass(frozen=True, slots=True)
class Kept:
    visit: Visit
    forms: SessionForms
    written: Session


def keep_first(request: StaffRequest, appointment_id: int) -> Kept | HttpResponseBase:
    """What every button that leads on does first: the page is saved with it. Else the answer that says why not; GET is
    such a page loaded again.
    """
    visit = visit_for(request, appointment_id)
    if request.method != "POST":
        return redirect("session", appointment_id)
    forms = SessionForms(request.POST)
    written = save(request, visit, forms)
    return Kept(visit, forms, written) if written else refused(request, visit, forms)


def page(request: StaffRequest, visit: Visit, forms: SessionForms, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"chart": visit.chart, "appointment": visit.appointment, "session": visit.session}
    if not visit.is_mine(request):
        context |= {"typed": forms.read() if forms.note.is_bound else None, "member": request.membership}
        return render(request, "programs/session_read.html", context, status=status)
    return render(request, "programs/session.html", context | writing(request, visit, forms), status=status)


def writing(request: StaffRequest, visit: Visit, forms: SessionForms) -> dict[str, Any]:
    """What the page shows to whoever writes the note."""
    noted = forms.noted()
    gates = [with_way(gate, visit) for gate in shown_gates(request, visit, noted)]
    return {
        "forms": forms,
        "choices": visit.choices,
        "gates": gates,
        "shut": {gate.key for gate in gates if not gate.open},
        "waits": [{"text": gate.title, "url": "#gates" if gate.form else gate.url} for gate in gates if not gate.open],
        **needle_count(noted.sites),
        "needles": placed(noted.sites),
        "noted_sites": noted.sites,
        "figure": figure_for(visit.treated.patient.sex, PainMap.objects.of(visit.treated).first()),
        "last": visit.last,
        "phrases": QuickPhrase.objects.filter(therapist=request.user),
        "techniques": technique_choices(),
    }


def shown_gates(request: StaffRequest, visit: Visit, noted: Noted) -> list[Gate]:
    noted.session.episode = visit.treated
    return gates_of(
        appointment=visit.appointment,
        episode=visit.treated,
        noted=noted,
        writer=visit.session.therapist if visit.session else request.user,
        by=request.user,
    )


# Where a shut gate is opened: on this page, or by keeping the page first and going on.
HERE = {
    "needles": "#sites", "credential": "#sites", "safety": "#sites", "spared": "#sites", "current": "#sites",
    "delegated": "#sites", "complete": "#record", "spacing": "#early", "documented": "#note",
    "thrust": "#treatments", "thrust_flags": "#treatments", "neck": "#treatments",
}  # fmt: skip
KEPT_FIRST = {
    "reconfirm": "session-confirm",
    "consent": "session-consent",
    "thrust_consent": "session-consent",
    "consent_said": "session-said",
    "contraindications": "session-ask",
    "contraindicated": "session-ask",
}


def with_way(gate: Gate, visit: Visit) -> Gate:
    pk = visit.appointment.pk
    if gate.key in KEPT_FIRST:
        return replace(gate, url=reverse(KEPT_FIRST[gate.key], args=[pk]), form="session-form")
    care = visit.chart.care
    elsewhere = gate.about and gate.about != visit.treated.pk
    screen = reverse("red-flags", args=[replace(care, episode=gate.about) if elsewhere else care])
    screen += "" if elsewhere else f"?appointment={pk}"
    ways = {"red_flags": screen, "held": screen, "emergency": reverse("emergency", args=[care]), **HERE}
    other = reverse("session-override", args=[pk]) if gate.other_action else ""
    return replace(gate, url=ways.get(gate.key, reverse("appointment", args=[pk])), other_url=other)
