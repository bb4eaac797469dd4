"""One transaction and one scope around the whole request, late template rendering included."""

from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.module_loading import import_string

from clinics import audit
from clinics.access import access_of
from clinics.tenancy import Scope, enter_for_transaction, leave, sign_in_for_transaction, web_request

View = Callable[..., HttpResponseBase]
Resolver = Callable[[HttpRequest, int], Scope | None]


class RefuseNul:
    """PostgreSQL knows no NUL in a text, so an address with one is 400. Posted text is for the forms to refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in unquote(request.get_full_path()):
            raise BadRequest("a NUL in the address")
        return self.get_response(request)


class ScopeMiddleware:
    """ATOMIC_REQUESTS cannot do this: its transaction opens around the view, after all middleware.

    Costs a signed-in request three statements: the user, the membership or portal link, the clinic.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.resolvers: list[tuple[str, Resolver]] = [
            (prefix, import_string(path)) for prefix, path in settings.SCOPE_RESOLVERS
        ]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with web_request():
            user_id = None if request.path_info in settings.NO_SCOPE else request.user.pk
            if user_id is None:
                return self.get_response(request)  # no scope: clinic data raises
            with transaction.atomic():
                sign_in_for_transaction(user_id)
                return self._in_scope(request, user_id)

    def _in_scope(self, request: HttpRequest, user_id: int) -> HttpResponseBase:
        scope = self._resolve(request, user_id)
        token = enter_for_transaction(scope) if scope else None
        try:
            with audit.reads_of(request), timezone.override(scope.time_zone if scope else "UTC"):
                response = self.get_response(request)
            if response.status_code >= 500 or getattr(request, "view_failed", False):
                # Django has already turned the exception into a response, so the transaction would commit.
                transaction.set_rollback(True)
            # Whoever comes to this browser next must not find a page by its back button.
            response.headers.setdefault("Cache-Control", "no-store")
            return response
        finally:
            if token:
                leave(token)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        request.view_failed = True  # type: ignore[attr-defined]  # read above, when the response is there

    def _resolve(self, request: HttpRequest, user_id: int) -> Scope | None:
        for prefix, resolver in self.resolvers:
            if request.path_info.startswith(prefix):
                return resolver(request, user_id)
        return None


class AccessMiddleware:
    """Default-deny: a view that does not say who may enter is refused, and the stamp is what lets anybody in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: object, kwargs: object) -> HttpResponseBase | None:
        access = access_of(view, request.resolver_match)
        if access is None:
            raise PermissionDenied("this view does not say who may enter")
        if access.is_public:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        access.admit(request)
        return None

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """allauth answers a refused form with 200; everywhere else here it is 422."""
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and getattr(form, "errors", None):
            response.status_code = 422
        return response
