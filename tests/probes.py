"""Views that probe the middleware. Their stamps let everybody in, so that the scope alone is what is tested."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.template import Context, Template
from django.template.response import TemplateResponse
from django.urls import include, path

from clinics.access import public
from clinics.tenancy import OutOfScope, all_clinics
from config.urls import urlpatterns as product
from patients.models import Patient

open_to_all = public("a probe")
committed: list[str] = []


def _create(name: str) -> None:
    Patient.objects.create(given_name=name, birth_date="1990-01-01", time_zone="Europe/Dublin")


@open_to_all
def names(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"names": sorted(Patient.objects.values_list("given_name", flat=True))})


@open_to_all
def late(request: HttpRequest) -> HttpResponse:
    template = Template("{% for patient in patients %}{{ patient.given_name }} {% endfor %}{{ boom.explode }}")
    boom: Any = {"explode": _write_and_fail} if "boom" in request.GET else {}
    response = TemplateResponse(request, "unused", {"patients": Patient.objects.order_by("pk"), "boom": boom})
    response.resolve_template = lambda _: _Rendered(template)  # type: ignore[method-assign,assignment]  # in its place
    return response


class _Rendered:
    def __init__(self, template: Template) -> None:
        self.template = template

    def render(self, context: dict[str, Any] | None = None, request: HttpRequest | None = None) -> str:
        return self.template.render(Context(context))


def _write_and_fail() -> None:
    _create("written while rendering")
    raise RuntimeError


@open_to_all
def write_then(request: HttpRequest, outcome: str) -> HttpResponse:
    _create("written")
    transaction.on_commit(lambda: committed.append("after commit"))
    match outcome:
        case "fail":
            raise RuntimeError
        case "missing":
            raise Http404
        case "unavailable":
            return HttpResponse(status=503)
        case _:
            return HttpResponse("saved")


@open_to_all
def stream(request: HttpRequest) -> HttpResponseBase:
    def rows() -> Iterator[str]:
        yield from Patient.objects.values_list("given_name", flat=True)

    return StreamingHttpResponse(rows())


@open_to_all
def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in a transaction" if connection.in_atomic_block else "no transaction")


@open_to_all
def sweep(request: HttpRequest) -> HttpResponse:
    try:
        with all_clinics("curious"):
            return HttpResponse("open")
    except OutOfScope:
        return HttpResponse("closed")


def unstamped(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


probes = [
    path("names/", names),
    path("late/", late),
    path("write/<str:outcome>/", write_then),
    path("stream/", stream),
    path("nothing/", nothing),
    path("sweep/", sweep),
    path("unstamped/", unstamped),
]
urlpatterns = [path("probe/", include(probes)), path("portal/probe/", include(probes)), *product]
