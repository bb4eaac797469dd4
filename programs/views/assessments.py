from datetime import date

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.forms.assessments import AddTestForm, AssessmentForm, DecisionForm
from programs.models import Episode, Factor, Result
from programs.queries.chart import Chart
from programs.queries.findings import abnormal_tests, assessment_page, person_of
from programs.queries.tests_at_hand import FIRST, measured_tests, on_form
from programs.services.assessments import record_assessment
from programs.services.factors import decide
from programs.views.fetch import chart_for, episode_for


@require_safe
@staff(Permission.READ_CHART)
def assessments(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Findings, what they suggest, and every result beside the one before."""
    chart = chart_for(request, patient_id, tab="assessments")
    page = assessment_page(chart.episode, chart.today) if chart.episode else None
    return render(request, "programs/assessments.html", {"chart": chart, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def assessment_new(request: StaffRequest, patient_id: int) -> HttpResponseBase:
    """The lunge, the bridge and what was abnormal before; `change=add` brings one more test, unjudged."""
    chart = chart_for(request, patient_id, tab="assessments")
    episode = episode_for(chart)
    form, add = _forms(request, episode, chart)
    if form.is_valid():
        record_assessment(episode=episode, done_on=chart.today, entries=form.entries(), by=request.user)
        return redirect("assessments", patient_id)
    context = {"chart": chart, "form": form, "add": add}
    return render(request, "programs/assessment_new.html", context, status=422 if form.is_bound else 200)


def _forms(request: StaffRequest, episode: Episode, chart: Chart) -> tuple[AssessmentForm, AddTestForm]:
    known, posted = measured_tests(), request.POST
    keys = [*posted.get("tests", "").split(","), posted.get("add", "")] if posted else _first(episode, chart.today)
    tests = on_form(known, keys)
    previous = {(one.test.key, one.side): one for one in Result.objects.latest_of(episode)}
    judged = posted if posted and "change" not in posted else None
    initial = None if judged else posted.dict()
    person = person_of(episode, chart.today)
    form = AssessmentForm(judged, tests=tests, previous=previous, person=person, initial=initial)
    return form, AddTestForm(tests=[test for test in known if test not in tests])


def _first(episode: Episode, today: date) -> list[str]:
    return [*FIRST, *abnormal_tests(episode, today)]


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def factor_decide(request: StaffRequest, factor_id: int) -> HttpResponseBase:
    factor = get_object_or_404(Factor.objects.select_related("episode", "kind"), pk=factor_id)
    chart = chart_for(request, factor.episode.patient_id, tab="assessments")
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        decide(factor=factor, by=request.user, **form.cleaned_data)
        return redirect("assessments", chart.patient.pk)
    context = {"chart": chart, "factor": factor, "form": form}
    return render(request, "programs/factor.html", context, status=422 if form.is_bound else 200)
