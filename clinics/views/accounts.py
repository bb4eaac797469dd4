from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinics.access import SESSION_KEY, settle, signed_in_only
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
    assert isinstance(request.user, User)  # noqa: S101  # the stamp: signed in
    found = Membership.own.invitations().filter(user=request.user)
    return render(request, "clinics/invitations.html", {"invitations": found})


@require_POST
@signed_in_only("a person accepts an invitation of their own")
def join(request: HttpRequest, pk: int) -> HttpResponseBase:
    assert isinstance(request.user, User)  # noqa: S101  # the stamp: signed in
    membership = Membership.own.invitations().filter(user=request.user, pk=pk).first()
    if membership is None:
        raise Http404
    staff.join(membership=membership, by=request.user)
    settle(request, SESSION_KEY, membership.clinic_id)
    return redirect("home")
