from datetime import date

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.forms.plans import FIRST_CHOICE, Basis, PlanForms
from programs.models import Episode
from programs.queries.findings import abnormal_tests
from programs.queries.overview import running_prescriptions
from programs.queries.plan_page import confirmed_factors, current_plan, exercises_for, plan_page
from programs.services.plans import make_plan
from programs.views.fetch import chart_for, episode_for


@require_safe
@staff(Permission.READ_CHART)
def plan(request: StaffRequest, patient_id: int) -> HttpResponse:
    chart = chart_for(request, patient_id, tab="plan")
    page = plan_page(chart.episode, chart.today) if chart.episode else None
    return render(request, "programs/plan.html", {"chart": chart, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def plan_new(request: StaffRequest, patient_id: int) -> HttpResponseBase:
    """Everything of the plan on one page; saved, it replaces the one that runs."""
    chart = chart_for(request, patient_id, tab="plan")
    episode = episode_for(chart)
    basis = _basis(episode, chart.today)
    running = current_plan(episode)
    forms = PlanForms(request.POST or None, basis=basis, today=chart.today, is_first=running is None)
    if request.method == "POST" and forms.is_valid():
        make_plan(**forms.values(episode=episode), by=request.user)
        return redirect("plan", patient_id)
    context = {
        "chart": chart,
        "basis": basis,
        "forms": forms,
        "running": running,
        "at_home": running_prescriptions(episode, chart.today),
    }
    return render(request, "programs/plan_new.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@staff(Permission.READ_CHART)
def home_programme(request: StaffRequest, patient_id: int) -> HttpResponse:
    chart = chart_for(request, patient_id, tab="home-programme")
    found = running_prescriptions(chart.episode, chart.today) if chart.episode else []
    return render(request, "programs/home_programme.html", {"chart": chart, "prescriptions": found})


def _basis(episode: Episode, today: date) -> Basis:
    return Basis(
        factors=confirmed_factors(episode),
        abnormal=abnormal_tests(episode, today),
        exercises=exercises_for(FIRST_CHOICE),
    )
