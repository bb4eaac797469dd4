"""The front door: it sends everybody to their own place, and in demo mode lets one in with a click."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from clinics.access import public
from clinics.models import Membership, User
from clinics.sign_in import BACKEND
from config.demo import ACCOUNTS, is_loopback


@require_safe
@public("sends each person to their own place")
def home(request: HttpRequest) -> HttpResponseBase:
    if not request.user.is_authenticated:
        return redirect("account_login")
    if hasattr(request, "membership"):
        return redirect("calendar")
    invited = Membership.own.invitations().filter(user_id=request.user.pk).exists()
    return redirect("invitations" if invited else "portal-today")


@require_POST
@public("demo mode on a loopback address only")
def demo_sign_in(request: HttpRequest) -> HttpResponseBase:
    if not (settings.DEMO and is_loopback(request)):
        raise Http404
    account = next((one for one in ACCOUNTS if one.key == request.POST.get("key")), None)
    if account is None:
        raise Http404
    login(request, get_object_or_404(User, email=account.email, is_active=True), backend=BACKEND)
    return redirect("home")
