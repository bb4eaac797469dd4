from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from clinics.access import PortalRequest, portal
from clinics.models import Message
from clinics.services.messages import mark_read
from portal.views.fetch import patient_of


@require_safe
@portal
def messages(request: PortalRequest) -> HttpResponse:
    patient_of(request)
    inbox = Message.objects.inbox()
    page = Paginator(inbox, 20).get_page(request.GET.get("page"))
    return render(request, "portal/messages.html", {"page": page, "unread": any(not one.read_at for one in page)})


@require_POST
@portal
def messages_read(request: PortalRequest) -> HttpResponseBase:
    mark_read(patient_id=request.patient_id, by=request.user)
    return redirect("portal-messages")
