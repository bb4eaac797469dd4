from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class EmergencyFirst(Exception):  # noqa: N818  # reads as what happens
    """Whatever page was asked for: this patient's emergency comes before it."""


class CareEnded(Exception):  # noqa: N818  # as above
    """Something was to be written about a complaint whose care has ended."""


class EmergencyFirstMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Before ScopeMiddleware is asked, which would take it for a fault and roll back."""
        if isinstance(exception, CareEnded):
            messages.error(request, _("Care has ended here. Open it again first; nothing was written."))
            return redirect("chart", *exception.args)
        return redirect("emergency", *exception.args) if isinstance(exception, EmergencyFirst) else None
