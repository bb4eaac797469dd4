import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.addresses import Care
from programs.forms.plan_steps import FIRST_CHOICE
from programs.forms.plans import Basis, DraftForm, PlanForms, SignForm
from programs.forms.protocols import ChooseProtocolForm, KeepProtocolForm
from programs.models import CarePlan, Episode
from programs.queries.cautions import cautions_of
from programs.queries.chart import Chart
from programs.queries.findings import abnormal_tests
from programs.queries.goal_values import goal_values
from programs.queries.overview import running_prescriptions
from programs.queries.patient_plan import patient_plan, running_plan
from programs.queries.plan_content import content_of
from programs.queries.plan_history import ChangeRow, changed, plan_history
from programs.queries.plan_page import (
    closed_plan,
    confirmed_factors,
    current_plan,
    draft_of,
    exercises_for,
    kept_steps,
    plan_page,
)
from programs.queries.red_flag_gap import UNSCREENED, screen_gap
from programs.services.plans import GONE, Moved, as_drafted, discard_draft, draft_plan, make_plan, sign_plan
from programs.views.fetch import chart_for, episode_for

PREFIX = re.compile(r"[a-z0-9_]{1,40}-include")  # of an exercise's card, as posted


@require_safe
@staff(Permission.READ_CHART)
def plan(request: StaffRequest, care: Care) -> HttpResponse:
    chart = chart_for(request, care, tab="plan")
    return render(request, "programs/plan.html", _plan_context(chart))


def _plan_context(chart: Chart, sign: SignForm | None = None) -> dict[str, Any]:
    page = plan_page(chart.episode, chart.today) if chart.episode else None
    gap = screen_gap(page.draft.episode, chart.today) if page and page.draft else ""
    return {
        "chart": chart,
        "page": page,
        "gap": gap,
        "sign": sign or SignForm(is_screened=gap != UNSCREENED, draft=page.draft if page else None),
        "keeping": KeepProtocolForm() if page and page.runs else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def plan_new(request: StaffRequest, care: Care) -> HttpResponseBase:
    """Everything of the plan on one page. Signed, it replaces the one that runs; as a draft it waits."""
    chart = chart_for(request, care, tab="plan")
    try:
        return _new(request, care, chart)
    except Moved:  # between the look and the lock; looked at again it is seen
        return _new(request, care, chart)


def _new(request: StaffRequest, care: Care, chart: Chart) -> HttpResponseBase:
    episode = episode_for(chart)
    draft = draft_of(episode)
    before = draft or current_plan(episode) or closed_plan(episode)
    basis = _basis(episode, chart.today, before, request.POST)
    forms = PlanForms(request.POST or None, basis=basis, today=chart.today, before=before)
    if request.method == "POST" and not forms.is_behind and forms.is_valid() and _kept(request, forms, chart):
        return redirect("plan", care)
    context = {
        **_beside(chart, draft),
        "forms": forms,
        "basis": basis,
        "before": before,
        "protocols": ChooseProtocolForm(initial={"seen": forms.seen}),
        "both": _both(request, forms, episode, before) if forms.is_behind else [],
    }
    status = 409 if forms.is_behind else 422 if request.method == "POST" else 200
    return render(request, "programs/plan_new.html", context, status=status)


def _beside(chart: Chart, draft: CarePlan | None) -> dict[str, Any]:
    """What the page tells of the plan as it is."""
    episode = episode_for(chart)
    return {
        "chart": chart,
        "draft": draft,
        "running": current_plan(episode),
        "at_home": running_prescriptions(episode, chart.today),
        "left_out": draft.left_out if draft else [],
    }


def _both(request: StaffRequest, forms: PlanForms, episode: Episode, theirs: CarePlan | None) -> list[ChangeRow]:
    """Where what was typed differs from what stands there now."""
    if theirs is None or not forms.is_valid():
        return []
    stands = content_of(theirs) if theirs.is_draft else theirs.signed_content
    return changed(stands, as_drafted(**forms.values(episode=episode), by=request.user))


def _kept(request: StaffRequest, forms: PlanForms, chart: Chart) -> bool:
    given = {**forms.values(episode=episode_for(chart)), "by": request.user}
    try:
        if "draft" in request.POST:
            draft_plan(**given)
        else:
            make_plan(**given, day=chart.today, unscreened=forms.unscreened)
    except ValidationError as error:
        forms.plan.add_error(None, error)
    return not forms.plan.errors


@require_POST
@staff(Permission.DOCUMENT)
def plan_sign(request: StaffRequest, care: Care) -> HttpResponse:
    chart = chart_for(request, care, tab="plan")
    draft = draft_of(episode_for(chart))
    if draft is None:
        messages.error(request, GONE)
        return redirect("plan", care)
    form = SignForm(request.POST, is_screened=screen_gap(draft.episode, chart.today) != UNSCREENED, draft=draft)
    if form.is_valid():
        try:
            sign_plan(plan=draft, day=chart.today, by=request.user, **form.cleaned_data)
            return redirect("plan", care)
        except ValidationError as refused:
            form.add_error(None, refused)
    return render(request, "programs/plan.html", _plan_context(chart, form), status=422)


@require_POST
@staff(Permission.DOCUMENT)
def plan_discard(request: StaffRequest, care: Care) -> HttpResponse:
    draft = draft_of(episode_for(chart_for(request, care, tab="plan")))
    try:
        if draft is None or not DraftForm(request.POST, draft=draft).is_valid():
            raise ValidationError(GONE)
        discard_draft(plan=draft, by=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    return redirect("plan", care)


@require_safe
@staff(Permission.READ_CHART)
def plan_patient(request: StaffRequest, care: Care) -> HttpResponse:
    """What the patient reads, before and after it is signed."""
    chart = chart_for(request, care, tab="plan")
    episode = episode_for(chart)
    plan = draft_of(episode) or running_plan(episode) or closed_plan(episode)
    letter = patient_plan(plan, chart.today) if plan else None
    return render(request, "programs/plan_patient.html", {"chart": chart, "letter": letter})


@require_safe
@staff(Permission.READ_CHART)
def plan_versions(request: StaffRequest, care: Care) -> HttpResponse:
    chart = chart_for(request, care, tab="plan")
    return render(
        request, "programs/plan_versions.html", {"chart": chart, "versions": plan_history(episode_for(chart))}
    )


@require_safe
@staff(Permission.READ_CHART)
def home_programme(request: StaffRequest, care: Care) -> HttpResponse:
    chart = chart_for(request, care, tab="home-programme")
    found = running_prescriptions(chart.episode, chart.today) if chart.episode else []
    return render(request, "programs/home_programme.html", {"chart": chart, "prescriptions": found})


def _basis(episode: Episode, today: date, before: CarePlan | None, typed: Mapping[str, Any]) -> Basis:
    """Exercises: the first choice, what stands in the plan, what was on the page, and what answers the factors."""
    kept, factors = kept_steps(before), confirmed_factors(episode)
    at_home = [step.dose.exercise.key for step in kept if hasattr(step, "dose")]
    at_home += [name.removesuffix("-include") for name in typed if PREFIX.fullmatch(name)]
    return Basis(
        factors=factors,
        abnormal=abnormal_tests(episode, today),
        exercises=exercises_for([*FIRST_CHOICE, *at_home], factors),
        cautions=cautions_of(episode, today),
        values=goal_values(episode),
        gap=screen_gap(episode, today),
        kept=kept,
    )
