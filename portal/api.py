"""The portal as JSON: what an app that was offline sends and fetches."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError as ModelError
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clinics import audit
from clinics.access import Access
from clinics.api import Stamped
from patients.models import Patient
from portal.queries.today import today_of
from portal.views.fetch import now_and_day
from programs.models import Completion, Prescription
from programs.queries.home_days import Due
from programs.services.logs import Entry, ForeignKeyOfLog, record_log


class LogSerializer(serializers.Serializer[Any]):
    """What the body may say. Patient, clinic and row ids are not among it: the session says who it is."""

    client_id = serializers.UUIDField()
    prescription = serializers.IntegerField(min_value=1)
    due_on = serializers.DateField()
    done_at = serializers.DateTimeField()
    completion = serializers.ChoiceField(choices=Completion.choices)
    sets_done = serializers.IntegerField(min_value=0, max_value=20, default=0)
    reps_done = serializers.IntegerField(min_value=0, max_value=200, default=0)
    pain = serializers.IntegerField(min_value=0, max_value=10, allow_null=True, default=None)
    effort = serializers.IntegerField(min_value=0, max_value=10, allow_null=True, default=None)
    note = serializers.CharField(max_length=300, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["completion"] != Completion.SKIPPED:
            missing = [name for name in ("sets_done", "reps_done") if not attrs[name]]
            missing += ["pain"] if attrs["pain"] is None else []
            if missing:
                raise ValidationError(dict.fromkeys(missing, "This is needed for something that was done."))
        if attrs["done_at"] > timezone.now():
            raise ValidationError({"done_at": "This lies ahead."})
        return attrs


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
        due = [_due(due) for due in today.dues]
        return Response({"day": today.day, "week_percent": today.week.percent, "due": due})


class LogView(PortalView):
    def post(self, request: Request) -> Response:
        """201 for a new log or a corrected one, 200 when this very log is known. Foreign ids are 404."""
        given = LogSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values = dict(given.validated_data)
        prescription = Prescription.objects.filter(pk=values.pop("prescription")).first()
        if prescription is None:
            raise NotFound
        patient = self.patient(request)
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
        "prescription": one.pk, "name": one.exercise.name, "side": one.side, "sets": one.sets, "reps": one.reps,
        "hold_seconds": one.hold_seconds, "is_logged": due.log is not None, "new_client_id": uuid.uuid4(),
    }  # fmt: skip


urlpatterns = [
    path("today/", TodayView.as_view(), name="api-portal-today"),
    path("logs/", LogView.as_view(), name="api-portal-logs"),
]
