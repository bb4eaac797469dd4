"""A referral letter on paper."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.addresses import Care
from programs.models import Concern
from programs.queries.letter import letter_of
from programs.services.letters import open_letter
from programs.views.fetch import chart_for

# What it is called, whom it is for, and what it asks.
WORDS = {
    Concern.EMERGENCY: (
        _("Emergency referral"),
        _("To the emergency department, or whoever takes over"),
        _("These signs may point to a problem that cannot wait. Please see the patient at once."),
    ),
    Concern.HIGH: (
        _("Urgent referral"),
        _("To the doctor who takes over"),
        _("These signs should be looked into soon. Please see the patient urgently."),
    ),
    Concern.LOW: (
        _("Referral"),
        _("To the patient’s doctor"),
        _("These signs should be looked into. Please see the patient when you can."),
    ),
}


@require_safe
@staff(Permission.DOCUMENT)
def referral_letter(request: StaffRequest, care: Care) -> HttpResponse:
    """To print and to send along. What was said in confidence stays out of it."""
    chart = chart_for(request, care, tab="chart")
    letter = letter_of(chart)
    if letter is None:
        raise Http404
    open_letter(episode=letter.episode, level=letter.level, by=request.user)
    title, to, asks = WORDS[Concern(letter.level)]
    context = {
        "chart": chart, "letter": letter, "title": title, "to": to, "asks": asks, "now": timezone.now(),
        "advice": letter.episode.safety_net.select_related("given_by").first(),
    }  # fmt: skip
    return render(request, "programs/letter.html", context)
