"""How often one address may ask for a page that needs no sign-in."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

MINUTE = 60
V = TypeVar("V", bound=Callable[..., Any])


def limited(name: str, *, per_minute: int) -> Callable[[V], V]:
    """More than that, counted from the first: 429, and the view is not asked."""

    def limit(view: V) -> V:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if _count(name, request) > per_minute:
                return HttpResponse(render_to_string("429.html"), status=429, headers={"Retry-After": str(MINUTE)})
            return view(request, *args, **kwargs)

        return counted  # type: ignore[return-value]  # the same signature, which TypeVar cannot say

    return limit


def _count(name: str, request: HttpRequest) -> int:
    address = get_adapter().get_client_ip(request)
    key = f"limit:{name}:{sha256(address.encode()).hexdigest()}"
    cache.add(key, 0, MINUTE)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two
        return 1
