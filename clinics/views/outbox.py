from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.models import Message
from clinics.permissions import Permission


@require_safe
@staff(Permission.SEE_PATIENTS)
def outbox(request: StaffRequest) -> HttpResponse:
    """Development page: what would have reached whom."""
    page = Paginator(Message.objects.order_by("-due_at", "-pk"), 50).get_page(request.GET.get("page"))
    audit.seen(*(message.patient_id for message in page if message.patient_id))
    return render(request, "clinics/outbox.html", {"page": page})
