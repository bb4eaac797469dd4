from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinics.access import SESSION_KEY, settle, signed_in_only
from clinics.forms.staff import JoinForm
from clinics.models import Membership, User
from clinics.services import staff


@require_POST
@signed_in_only("a person changes between their own clinics")
def switch_clinic(request: HttpRequest) -> HttpResponseBase:
    """Only to a clinic where this person works now; anything else is 404."""
    wanted = request.POST.get("clinic", "")
    memberships = getattr(request, "memberships", [])
    membership = next((one for one in memberships if str(one.clinic_id) == wanted), None)
    if membership is None:
        raise Http404
    settle(request, SESSION_KEY, membership.clinic_id)
    return redirect("home")


@require_safe
@signed_in_only("a person reads who has invited them")
def invitations(request: HttpRequest) -> HttpResponse:
    return _invitations(request)


@require_POST
@signed_in_only("a person accepts an invitation of their own")
def join(request: HttpRequest, pk: int) -> HttpResponseBase:
    person = _person(request)
    membership = Membership.own.invitations().filter(user=person, pk=pk).first()
    if membership is None:
        raise Http404
    form = JoinForm(request.POST, auto_id=_auto_id(membership))
    if not form.is_valid():
        return _invitations(request, {pk: form}, status=422)
    staff.join(membership=membership, name=form.cleaned_data["name"], by=person)
    settle(request, SESSION_KEY, membership.clinic_id)
    return redirect("home")


def _invitations(
    request: HttpRequest, refused: Mapping[int, JoinForm] | None = None, status: int = 200
) -> HttpResponse:
    person = _person(request)
    found = [
        (one, (refused or {}).get(one.pk) or JoinForm(initial={"name": person.name}, auto_id=_auto_id(one)))
        for one in Membership.own.invitations().filter(user=person)
    ]
    return render(request, "clinics/invitations.html", {"invitations": found}, status=status)


def _auto_id(membership: Membership) -> str:
    return f"id_{membership.pk}_%s"  # there may be several such forms on the page


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the stamp: signed in
    return request.user
