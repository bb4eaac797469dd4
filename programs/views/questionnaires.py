from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.addresses import Care
from programs.forms.questionnaires import BringInForm, FillInForm
from programs.models import Questionnaire
from programs.services.questionnaires import bring_in, fill_in, retire
from programs.views.fetch import chart_for, episode_for


@require_safe
@staff(Permission.ADMINISTER)
def questionnaires(request: StaffRequest) -> HttpResponse:
    """Which questionnaires the clinic uses, and by which right."""
    found = Questionnaire.objects.in_use().select_related("attested_by")
    return render(request, "programs/questionnaires.html", {"questionnaires": found})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.ADMINISTER)
def questionnaire_new(request: StaffRequest) -> HttpResponseBase:
    form = BringInForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        made = bring_in(by=request.user, **form.values())
        messages.success(request, _("%(title)s can be asked now.") % {"title": made.title})
        return redirect("questionnaires")
    return render(request, "programs/questionnaire_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@staff(Permission.ADMINISTER)
def questionnaire_retire(request: StaffRequest, pk: int) -> HttpResponseBase:
    retire(questionnaire=get_object_or_404(Questionnaire, pk=pk), by=request.user)
    return redirect("questionnaires")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def questionnaire_fill(request: StaffRequest, care: Care, pk: int) -> HttpResponseBase:
    chart = chart_for(request, care, tab="measures")
    episode = episode_for(chart)
    questionnaire = get_object_or_404(Questionnaire.objects.in_use(), pk=pk)
    form = FillInForm(request.POST or None, questionnaire=questionnaire)
    if form.is_valid():
        fill_in(
            questionnaire=questionnaire, episode=episode, filled_on=chart.today, answers=form.answers, by=request.user
        )
        messages.success(request, " ".join([_("Saved."), *form.remarks()]))
        return redirect("measures", care)
    context = {"chart": chart, "form": form, "questionnaire": questionnaire}
    return render(request, "programs/questionnaire_fill.html", context, status=422 if form.is_bound else 200)
