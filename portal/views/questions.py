"""A few short questions now and then, answered at home."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinics.access import PortalRequest, portal
from clinics.models import User
from portal.queries.patient_time import now_and_day
from portal.views.fetch import episode_of, patient_of
from programs.forms.measures import MeasuresForm
from programs.forms.questionnaires import FillInForm
from programs.models import Episode, Questionnaire
from programs.queries.measures import activities_of, due_at_home
from programs.services.measures import record_scores
from programs.services.questionnaires import EnteredByTheTeam, fill_in


@require_http_methods(["GET", "HEAD", "POST"])
@portal
def questions(request: PortalRequest) -> HttpResponseBase:
    episode, day = _asked(request)
    due, known = due_at_home(episode, day), activities_of(episode)
    form = MeasuresForm(request.POST or None, measures=due.measures, activities=known, for_patient=True)
    if form.is_valid():
        kept = record_scores(episode=episode, taken_on=day, by=request.user, from_patient=True, **form.found())
        messages.success(request, _thanks() if len(kept) == form.count else _already())
        return redirect("portal-questions")
    if request.method == "POST" and not due.measures:  # answered elsewhere since the page was opened
        messages.success(request, _already())
        return redirect("portal-questions")
    context = {"form": form, "due": due}
    return render(request, "portal/questions.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@portal
def questionnaire(request: PortalRequest, pk: int) -> HttpResponseBase:
    episode, day = _asked(request)
    asked = get_object_or_404(Questionnaire.objects.in_use(), pk=pk)
    if asked not in due_at_home(episode, day).questionnaires:
        messages.success(request, _already())
        return redirect("portal-questions")
    form = FillInForm(request.POST or None, questionnaire=asked)
    if form.is_valid():
        messages.success(request, _filled_in(form, episode, day, request.user))
        return redirect("portal-questions")
    context = {"form": form, "questionnaire": asked}
    return render(request, "portal/questionnaire.html", context, status=422 if form.is_bound else 200)


def _filled_in(form: FillInForm, episode: Episode, day: date, by: User) -> str:
    try:
        fill_in(
            questionnaire=form.questionnaire, episode=episode, filled_on=day, answers=form.answers, by=by,
            from_patient=True,
        )  # fmt: skip
    except EnteredByTheTeam:
        return _already()
    return " ".join([_thanks(), *form.remarks()])


def _thanks() -> str:
    return _("Thank you. Your therapist sees it before your next visit.")


def _already() -> str:
    return _("Thank you. This has been answered meanwhile, here or at the clinic, and stays as it is.")


def _asked(request: PortalRequest) -> tuple[Episode, date]:
    patient = patient_of(request)
    return episode_of(patient), now_and_day(patient)[1]
