"""Apart from admin.py: the default site is made while that module is still being imported."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import auth
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from clinics.permissions import Permission

if TYPE_CHECKING:
    from django.contrib.admin.models import LogEntry


class Autocomplete(AutocompleteJsonView):
    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        self.model_admin.saw([obj])  # type: ignore[attr-defined]  # only ClinicAdmin is registered
        return super().serialize_result(obj, to_field_name)


class ClinicAdminSite(UnfoldAdminSite):
    """One person's admin of the clinic in scope. Signing in, out and passwords are the product's own pages."""

    index_title = _("Admin")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only ClinicAdmin: other packages' pages (groups, e-mail addresses) know no clinic and show everybody."""
        if getattr(admin_class, "in_clinic", False):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        membership = getattr(request, "membership", None)
        return membership is not None and membership.can(Permission.ADMINISTER)

    def get_log_entries(self, request: HttpRequest) -> "QuerySet[LogEntry]":
        # No clinic column: they would show names from the user's other clinics. We write audit events instead.
        return apps.get_model("admin", "LogEntry").objects.none()

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return Autocomplete.as_view(admin_site=self)(request)

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """unfold's search keeps what it finds in the cache under the person, whatever the clinic."""
        raise Http404

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect_to_login(reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method == "POST":
            auth.logout(request)
        return redirect("account_login")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("admin:index")
