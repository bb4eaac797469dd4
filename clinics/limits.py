"""How often one address may ask for a page that needs no sign-in, and how often one person may send."""

import logging
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from redis.exceptions import RedisError

from clinics.opaque import opaque

MINUTE = 60
V = TypeVar("V", bound=Callable[..., Any])

logger = logging.getLogger(__name__)


def limited(name: str, *, per_minute: int) -> Callable[[V], V]:
    """More than that, counted from the first: 429, and the view is not asked."""
    return _unless(lambda request: _count(name, _address(request)) > per_minute)


def limited_sending(name: str, *, per_minute: int) -> Callable[[V], V]:
    """For what must arrive: whoever looks is not counted, nor the others behind one address, and nothing is held back
    because the counter does not answer.
    """
    return _unless(lambda request: request.method == "POST" and _count_if_possible(name, request) > per_minute)


def _unless(is_too_much: Callable[[HttpRequest], bool]) -> Callable[[V], V]:
    def limit(view: V) -> V:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if is_too_much(request):
                return HttpResponse(render_to_string("429.html"), status=429, headers={"Retry-After": str(MINUTE)})
            return view(request, *args, **kwargs)

        return counted  # type: ignore[return-value]  # the same signature, which TypeVar cannot say

    return limit


def _count_if_possible(name: str, request: HttpRequest) -> int:
    who = opaque(request.user) if request.user.is_authenticated else _address(request)
    try:
        return _count(name, who)
    except RedisError as error:
        logger.warning("%s is not counted: %s", name, type(error).__name__)
        return 0


def _address(request: HttpRequest) -> str:
    address: str = get_adapter().get_client_ip(request)
    return address


def _count(name: str, who: str) -> int:
    key = f"limit:{name}:{sha256(who.encode()).hexdigest()}"
    cache.add(key, 0, MINUTE)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two
        return 1
