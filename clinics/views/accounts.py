from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from clinics.access import SESSION_KEY, signed_in_only


@require_POST
@signed_in_only("a person changes between their own clinics")
def switch_clinic(request: HttpRequest) -> HttpResponseBase:
    """Only to a clinic where this person works now; anything else is 404."""
    wanted = request.POST.get("clinic", "")
    memberships = getattr(request, "memberships", [])
    membership = next((one for one in memberships if str(one.clinic_id) == wanted), None)
    if membership is None:
        raise Http404
    request.session[SESSION_KEY] = membership.clinic_id
    return redirect("home")
