"""The portal as JSON: what an app that was offline sends and fetches."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError as ModelError
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clinics import audit
from clinics.access import Access
from clinics.api import Stamped
from clinics.timekeeping import FIRST_DAY
from patients.models import Patient
from portal import words
from portal.queries.patient_time import now_and_day
from portal.queries.today import today_of
from programs.models import MOST_REPS, MOST_SETS, Completion, ExerciseLog, Prescription
from programs.queries.home_days import Due
from programs.services.logs import Entry, ForeignKeyOfLog, record_log


class LogSerializer(serializers.Serializer[Any]):
    """What the body may say. Patient, clinic and row ids are not among it: the session says who it is."""

    client_id = serializers.UUIDField()
    prescription = serializers.IntegerField(min_value=1)
    due_on = serializers.DateField()
    done_at = serializers.DateTimeField(required=False)  # when it was done; without it, now
    completion = serializers.ChoiceField(choices=Completion.choices)
    sets_done = serializers.IntegerField(min_value=0, max_value=MOST_SETS, default=0)
    reps_done = serializers.IntegerField(min_value=0, max_value=MOST_REPS, default=0)
    pain = serializers.IntegerField(min_value=0, max_value=10, allow_null=True, default=None)
    effort = serializers.IntegerField(min_value=0, max_value=10, allow_null=True, default=None)
    stop_sign = serializers.BooleanField(default=False)
    note = serializers.CharField(max_length=300, allow_blank=True, default="")

    def validate_done_at(self, moment: datetime) -> datetime:
        if moment.date() < FIRST_DAY:  # one that is to come counts as now
            raise ValidationError(_("That is not a time that anything was done."))
        return moment

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["completion"] != Completion.SKIPPED:
            missing = [name for name in ("sets_done", "reps_done") if not attrs[name]]
            if missing:
                raise ValidationError(dict.fromkeys(missing, _("This is needed for something that was done.")))
        return {"done_at": timezone.now(), **attrs}


class PortalView(APIView):
    access = Access("portal")
    permission_classes = (Stamped,)

    def patient(self, request: Request) -> Patient:
        patient_id: int = request._request.patient_id  # type: ignore[attr-defined]  # noqa: SLF001  # set by the scope
        audit.seen(patient_id)
        return Patient.objects.get(pk=patient_id)


class TodayView(PortalView):
    def get(self, request: Request) -> Response:
        patient = self.patient(request)
        today = today_of(patient, now_and_day(patient)[1])
        return Response(
            {
                "day": today.day,
                "resting": today.resting,
                "done": today.done_count,
                "week": {"done": today.week.done, "due": today.week.due, "percent": today.week.percent},
                "due": [_due(due) for due in today.dues],
            }
        )


class LogView(PortalView):
    def post(self, request: Request) -> Response:
        """201 for a new log, 200 when the occasion had one already. Foreign ids are 404."""
        given = LogSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        prescription = Prescription.objects.select_related("patient").filter(pk=values.pop("prescription")).first()
        if prescription is None:
            raise NotFound
        audit.seen(prescription.patient_id)
        try:
            log, is_new = record_log(
                prescription=prescription,
                entry=Entry(**values),
                now=timezone.now(),
                by=request._request.user,  # type: ignore[arg-type]  # noqa: SLF001  # signed in, says the stamp
            )
        except ForeignKeyOfLog:
            raise NotFound from None
        except ModelError as error:
            raise ValidationError(error.message_dict) from None
        return Response({"client_id": log.client_id, "due_on": log.due_on}, status=201 if is_new else 200)


def _due(due: Due) -> dict[str, Any]:
    one = due.prescription
    return {
        "prescription": one.pk, "name": one.exercise.name, "dose": words.dose(one), "side": one.side, "sets": one.sets,
        "reps": one.reps, "hold_seconds": one.hold_seconds, "pain_limit": one.pain_limit, "log": _log(due.log),
    }  # fmt: skip


def _log(log: ExerciseLog | None) -> dict[str, Any] | None:
    if log is None:
        return None
    names = ("client_id", "completion", "sets_done", "reps_done", "pain", "effort", "stop_sign", "note")
    return {name: getattr(log, name) for name in names}


urlpatterns = [
    path("today/", TodayView.as_view(), name="api-portal-today"),
    path("logs/", LogView.as_view(), name="api-portal-logs"),
]
