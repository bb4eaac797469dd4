"""Apart from admin.py: the default site is made while that module is still being imported."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.sites import UnfoldAdminSite

from clinics.permissions import Permission

if TYPE_CHECKING:
    from django.contrib.admin.models import LogEntry


class ClinicAdminSite(UnfoldAdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        membership = getattr(request, "membership", None)
        return membership is not None and membership.can(Permission.ADMINISTER)

    def get_log_entries(self, request: HttpRequest) -> "QuerySet[LogEntry]":
        from django.contrib.admin.models import LogEntry  # noqa: PLC0415  # apps are not loaded at import

        return LogEntry.objects.none()  # no clinic column: it would show names from the user's other clinics
