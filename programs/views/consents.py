"""A patient's consents: what is in force, signing here, reading the exact text again, and taking it back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.forms.fields import is_row_id
from programs.addresses import Care
from programs.consents import SIGNED_WHOLE, digest, exact_text, filled
from programs.forms.consents import RegionsForm, SignForm, WithdrawForm
from programs.models import Consent
from programs.queries.chart import Chart
from programs.queries.consents import facts_for, standing, template_of
from programs.services.consents import NotInForce, TextMoved, give_consent, withdraw
from programs.views.fetch import chart_for, episode_for
from programs.words import REGIONS


@require_safe
@staff(Permission.READ_CHART)
def consents(request: StaffRequest, care: Care) -> HttpResponse:
    chart = chart_for(request, care, tab="sessions")
    episode = episode_for(chart)
    context = {
        "chart": chart,
        "standing": standing(episode, chart.today),
        "form": RegionsForm(initial={"regions": request.GET.getlist("regions")}),
        "found": Consent.objects.of_patient(chart.patient.pk),
        "visit": request.GET.get("visit", ""),
    }
    return render(request, "programs/consents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def consent_sign(request: StaffRequest, care: Care, kind: str) -> HttpResponseBase:
    """The patient's page: what it names was chosen before, stands in the address, and is part of the text."""
    chart = chart_for(request, care, tab="sessions")
    if kind not in SIGNED_WHOLE:
        raise Http404
    shown = _text(request, chart, kind)
    form = SignForm(
        request.POST or None, confirmations=shown["confirmations"],
        initial={"signer": chart.patient.name, "seen": shown["seal"]},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and _signed(request, chart, kind, form):
        return redirect(_back(request, care))
    status = 422 if request.method == "POST" else 200
    return render(request, "programs/consent_sign.html", {"chart": chart, "form": form, **shown}, status=status)


def _named(request: StaffRequest) -> dict[str, Any]:
    """What the text names, as it was chosen before."""
    regions = [one for one in request.GET.getlist("regions") if one in REGIONS]
    return {"regions": regions, "with_neck": "neck" in request.GET}


def _text(request: StaffRequest, chart: Chart, kind: str) -> dict[str, Any]:
    template = template_of(kind)
    facts = facts_for(episode_for(chart), request.user, **_named(request))
    sections = [{"heading": one["heading"], "text": filled(one["text"], facts)} for one in template.sections]
    return {
        "template": template,
        "sections": sections,
        "confirmations": [filled(one, facts) for one in template.confirmations],
        "seal": digest(exact_text(template, facts)),
    }


def _signed(request: StaffRequest, chart: Chart, kind: str, form: SignForm) -> bool:
    given = form.given(kind, **_named(request))
    try:
        give_consent(episode=episode_for(chart), given=given, by=request.user, clinician=request.user)
    except TextMoved:
        form.add_error(None, _("The text has changed meanwhile. Please read it again, then sign."))
        return False
    messages.success(request, _("Signed and kept."))
    return True


def _back(request: StaffRequest, care: Care) -> str:
    visit = request.GET.get("visit", "")
    return reverse("session", args=[visit]) if is_row_id(visit) else reverse("consents", args=[care])


@require_safe
@staff(Permission.READ_CHART)
def consent(request: StaffRequest, pk: int) -> HttpResponse:
    """The exact text, its seal and the signature. To print: the patient's copy."""
    found = get_object_or_404(Consent.objects.select_related("patient", "taken_by", "withdrawn_by"), pk=pk)
    audit.seen(found.patient_id)
    return render(request, "programs/consent.html", {"consent": found, "form": WithdrawForm()})


@require_POST
@staff(Permission.DOCUMENT)
def consent_withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(Consent, pk=pk)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            withdraw(consent=found, why=form.cleaned_data["why"], by=request.user)
            messages.success(request, _("Taken back. It counts from this moment."))
        except NotInForce:
            messages.error(request, _("It was taken back before."))
    return redirect("consent", pk)
