"""What all API views share: closed unless a view opens itself, and errors that undo the request's writes."""

from typing import Any

from django.db import transaction
from rest_framework import parsers, views  # the modules: while they are imported they ask for what is below
from rest_framework.exceptions import ParseError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from clinics.access import access_of


class DenyAll(BasePermission):
    def has_permission(self, request: Request, view: "views.APIView") -> bool:
        return False


class Stamped(BasePermission):
    """For API views that carry a stamp of clinics.access: the middleware has already let the person in."""

    def has_permission(self, request: Request, view: "views.APIView") -> bool:
        return access_of(type(view), None) is not None


class JSONParser(parsers.JSONParser):
    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError:
            raise ParseError from None  # nested more deeply than anything that means something


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    if transaction.get_connection().in_atomic_block:
        context["request"]._request.view_failed = True  # noqa: SLF001  # see clinics.middleware.ScopeMiddleware
    return views.exception_handler(exception, context)
