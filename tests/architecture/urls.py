"""Every address of the product, as the resolver knows it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver

from clinics.access import Access, access_of


@dataclass(frozen=True, slots=True)
class Address:
    route: str
    name: str  # with its namespaces, such as admin:index
    view: Callable[..., Any]
    namespaces: tuple[str, ...]

    @property
    def access(self) -> Access | None:
        """As AccessMiddleware finds it."""
        match = ResolverMatch(
            self.view,
            (),
            {},
            self.name.split(":")[-1],
            app_names=list(self.namespaces),
            namespaces=list(self.namespaces),
        )
        return access_of(self.view, match)


def addresses() -> list[Address]:
    return list(_walk(get_resolver(), "", ()))


def _walk(resolver: URLResolver, route: str, namespaces: tuple[str, ...]) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        path = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, path, inner)
        elif isinstance(entry, URLPattern):
            yield Address(path, ":".join((*namespaces, entry.name or "")), entry.callback, namespaces)
