"""Who may enter a view. Every view carries a stamp; AccessMiddleware refuses one without."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.middleware.csrf import rotate_token
from django.urls import ResolverMatch

from clinics.models import Membership, User
from clinics.permissions import Permission
from clinics.tenancy import Scope

SESSION_KEY = "clinic_id"
V = TypeVar("V", bound=Callable[..., Any])


class StaffRequest(HttpRequest):
    """What a view stamped with `@staff` receives."""

    user: User
    membership: Membership


class PortalRequest(HttpRequest):
    """What a view stamped with `@portal` receives."""

    user: User
    patient_id: int
    patient_login: Any  # portal.models.PatientLogin, which this app does not know
    patient_logins: list[Any]


@dataclass(frozen=True, slots=True)
class Access:
    """`reason` for public and signed-in views, `permission` for staff; the portal has its patient."""

    kind: str
    permission: Permission | None = None
    reason: str = ""

    @property
    def is_public(self) -> bool:
        return self.kind == "public"

    def admit(self, request: HttpRequest) -> None:
        """Raises Http404 for people who have no business here, PermissionDenied for a colleague's task."""
        patient, membership = getattr(request, "patient_id", None), getattr(request, "membership", None)
        if self.kind == "portal" and patient is None:
            raise Http404
        if self.kind == "staff":
            if membership is None:
                raise Http404
            if self.permission and not membership.can(self.permission):
                raise PermissionDenied


def staff(permission: Permission) -> Callable[[V], V]:
    return _stamp(Access("staff", permission=permission))


def portal(view: V) -> V:
    return _stamp(Access("portal"))(view)


def signed_in_only(reason: str) -> Callable[[V], V]:
    """For pages that belong to the person, not to a clinic: switching clinics, the account menu."""
    return _stamp(Access("signed_in", reason=reason))


def public(reason: str) -> Callable[[V], V]:
    return _stamp(Access("public", reason=reason))


def _stamp(access: Access) -> Callable[[V], V]:
    def stamp(view: V) -> V:
        view.access = access  # type: ignore[attr-defined]  # a stamp is not part of the type
        return view

    return stamp


ADMIN = Access("staff", permission=Permission.ADMINISTER)
ADMIN_DOOR = Access("public", reason="the admin's own sign-in and sign-out lead to ours")
SIGN_IN = Access("public", reason="sign-in pages; allauth asks for a session where it needs one")


def access_of(view: Callable[..., Any], match: ResolverMatch | None) -> Access | None:
    """The stamp of a view; for the two packages that bring their own views, one rule each."""
    stamp: Access | None = getattr(view, "access", None) or getattr(getattr(view, "cls", None), "access", None)
    if stamp is not None or match is None:
        return stamp
    if "admin" in match.app_names:
        return ADMIN_DOOR if match.url_name in {"login", "logout"} else ADMIN
    if view.__module__.startswith("allauth."):
        return SIGN_IN
    return None


def settle(request: HttpRequest, key: str, value: int) -> None:
    """The session remembers whose data it shows. Where that changes, what older pages post is refused.

    Otherwise a form that was opened in one clinic, in another tab, would be saved in the next one.
    """
    before = request.session.get(key)
    if before == value:
        return
    request.session[key] = value
    if before is not None:
        rotate_token(request)
        # What this request itself posts comes from an older page too, and is checked against its cookie.
        request.COOKIES[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]


def staff_scope(request: HttpRequest, user_id: int) -> Scope | None:
    """The clinic chosen in the session where the membership is still active, else the oldest membership's."""
    chosen = request.session.get(SESSION_KEY)
    memberships = list(Membership.own.active().filter(user_id=user_id).select_related("clinic").order_by("pk"))
    if not memberships:
        return None
    membership = next((one for one in memberships if one.clinic_id == chosen), memberships[0])
    settle(request, SESSION_KEY, membership.clinic_id)
    membership.user = request.user  # type: ignore[assignment]  # signed in: the scope asks for a user id
    request.membership = membership  # type: ignore[attr-defined]  # see StaffRequest
    request.memberships = memberships  # type: ignore[attr-defined]  # see StaffRequest
    return Scope(membership.clinic_id, time_zone=membership.clinic.time_zone)
