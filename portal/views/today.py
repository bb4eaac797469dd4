from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import PortalRequest, portal
from patients.models import Appointment
from portal.forms import LogForm
from portal.queries.progress import progress_of
from portal.queries.today import today_of
from portal.views.fetch import day_or_404, now_and_day, patient_of, prescription_of
from programs.models import Completion, ExerciseLog
from programs.services.logs import ForeignKeyOfLog, record_log


@require_safe
@portal
def today(request: PortalRequest) -> HttpResponse:
    patient = patient_of(request)
    now, day = now_and_day(patient)
    context = {
        "patient": patient,
        "today": today_of(patient, day),
        "hour": now.astimezone(patient.zone).hour,
        "next_visit": Appointment.objects.upcoming(now).first(),
    }
    return render(request, "portal/today.html", context)


@require_safe
@portal
def exercise(request: PortalRequest, pk: int) -> HttpResponse:
    patient_of(request)
    return render(request, "portal/exercise.html", {"prescription": prescription_of(pk)})


@require_http_methods(["GET", "HEAD", "POST"])
@portal
def log(request: PortalRequest, pk: int) -> HttpResponseBase:
    patient, prescription = patient_of(request), prescription_of(pk)
    now, today_there = now_and_day(patient)
    day = day_or_404(request.GET.get("day"), today_there)
    known = ExerciseLog.objects.filter(prescription=prescription, due_on=day).first()
    usual = Completion.SKIPPED if "skip" in request.GET else Completion.FULL
    form = LogForm(request.POST or None, prescription=prescription, day=day, log=known, usual=usual)
    if form.is_valid():
        try:
            record_log(prescription=prescription, entry=form.entry(now), now=now, by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        except ForeignKeyOfLog:
            raise Http404 from None
        else:
            return redirect("portal-today")
    context = {"form": form, "prescription": prescription, "known": known}
    return render(request, "portal/log.html", context, status=422 if form.is_bound else 200)


@require_safe
@portal
def progress(request: PortalRequest) -> HttpResponse:
    patient = patient_of(request)
    _, day = now_and_day(patient)
    return render(request, "portal/progress.html", {"patient": patient, "progress": progress_of(patient, day)})
