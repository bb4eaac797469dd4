"""An assessment while it is entered: the form, its draft, and what it says so far."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.addresses import Care
from programs.forms.assessments import CorrectionForm
from programs.forms.drafts import Conflict
from programs.forms.sheet import Sheet, fresh, posted, recorded
from programs.models import Assessment, AssessmentDraft
from programs.queries.chart import Chart
from programs.services.assessments import PutRight, correct_assessment
from programs.services.drafts import Moved, discard_draft, record_draft, save_draft
from programs.views.fetch import care_of, chart_for, episode_for

PAGE = "programs/assessment_new.html"


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def assessment_new(request: StaffRequest, care: Care) -> HttpResponseBase:
    """POST records the sitting. `change` brings tests or normal values onto the page instead, unjudged."""
    chart = chart_for(request, care, tab="assessments")
    episode = episode_for(chart)
    if request.method != "POST":
        return _page(request, chart, fresh(episode, chart.today, request.GET.get("tests", "")))
    sheet = posted(episode, chart.today, request.POST)
    if sheet.changed:
        return _page(request, chart, sheet)
    if not sheet.form.is_valid():
        return _page(request, chart, sheet, status=422)
    entries = sheet.form.entries()
    try:
        record_draft(episode=episode, page=sheet.page, done_on=chart.today, entries=entries, by=request.user)
    except Moved as moved:
        return _conflict(request, chart, sheet, moved.theirs)
    return redirect("assessments", care)


@require_POST
@staff(Permission.DOCUMENT)
def assessment_draft(request: StaffRequest, care: Care) -> HttpResponseBase:
    """Saved as one types, whatever is wrong with it. Two that differ are shown side by side, and `keep` says which."""
    chart = chart_for(request, care, tab="assessments")
    sheet = posted(episode_for(chart), chart.today, request.POST)
    conflict = Conflict.posted(sheet, request.POST)
    if conflict and conflict.open:
        return _page(request, chart, sheet, conflict=conflict, status=409)
    data, page = (conflict.merged(), conflict.page) if conflict else (sheet.data(), sheet.page)
    try:
        draft = save_draft(episode=sheet.episode, data=data, page=page, by=request.user)
    except Moved as moved:
        return _conflict(request, chart, sheet, moved.theirs)
    if request.htmx and not conflict:  # type: ignore[attr-defined]  # django-htmx
        return render(request, "programs/_entry_live.html", {"chart": chart, **sheet.saved(draft).live()})
    messages.success(request, _("Draft saved."))
    return redirect("assessment-new", care)


@require_POST
@staff(Permission.DOCUMENT)
def assessment_discard(request: StaffRequest, care: Care) -> HttpResponseBase:
    chart = chart_for(request, care, tab="assessments")
    sheet = posted(episode_for(chart), chart.today, request.POST)
    try:
        discard_draft(episode=sheet.episode, page=sheet.page, by=request.user)
    except Moved as moved:
        return _conflict(request, chart, sheet, moved.theirs)
    messages.success(request, _("The draft is gone. What was recorded before stays."))
    return redirect("assessments", care)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def assessment_correct(request: StaffRequest, assessment_id: int) -> HttpResponseBase:
    """What was typed wrongly, once it is recorded. Somebody else's correction stands; this one would be of the old."""
    wrong = get_object_or_404(Assessment.objects.select_related("episode__patient"), pk=assessment_id)
    chart = chart_for(request, care_of(wrong.episode), tab="assessments")
    sheet, why = recorded(wrong, chart.today, request.POST or None), CorrectionForm(request.POST or None)
    if sheet.changed or not (why.is_valid() and sheet.form.is_valid()):
        status = 422 if request.POST and not sheet.changed else 200
        context = {"chart": chart, "sitting": wrong, "why": why, "refused": status != HTTPStatus.OK, **sheet.live()}
        return render(request, "programs/assessment_correct.html", context, status=status)
    try:
        correct_assessment(assessment=wrong, entries=sheet.form.entries(), by=request.user, **why.cleaned_data)
        messages.success(request, _("Put right. What was written first stays readable."))
    except PutRight:
        messages.error(request, _("Somebody has put it right in the meantime. Look at what stands there now."))
    return redirect("assessments", chart.care)


def _conflict(request: StaffRequest, chart: Chart, sheet: Sheet, theirs: AssessmentDraft | None) -> HttpResponse:
    return _page(request, chart, sheet, conflict=Conflict.found(sheet, theirs), status=409)


def _page(
    request: StaffRequest, chart: Chart, sheet: Sheet, *, conflict: Conflict | None = None, status: int = 200
) -> HttpResponse:
    """htmx asks for the parts that change by themselves; the form stays as it is under the fingers."""
    is_live = request.htmx and "change" not in request.POST  # type: ignore[attr-defined]  # django-htmx
    context = {
        "chart": chart,
        "conflict": conflict,
        "refused": status == HTTPStatus.UNPROCESSABLE_ENTITY,
        **sheet.live(),
    }
    return render(request, "programs/_entry_live.html" if is_live else PAGE, context, status=status)
