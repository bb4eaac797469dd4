"""From a protocol to a draft, and from a signed plan to a protocol."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.addresses import Care
from programs.forms.protocols import ChooseProtocolForm, KeepProtocolForm
from programs.queries.findings import abnormal_tests
from programs.queries.plan_page import current_plan
from programs.services.plans import Moved
from programs.services.protocols import draft_from_protocol, keep_as_protocol
from programs.views.fetch import chart_for, episode_for


@require_POST
@staff(Permission.DOCUMENT)
def plan_from_protocol(request: StaffRequest, care: Care) -> HttpResponse:
    chart = chart_for(request, care, tab="plan")
    episode, form = episode_for(chart), ChooseProtocolForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a protocol first."))
        return redirect("plan-new", care)
    try:
        draft_from_protocol(
            episode=episode, day=chart.today, by=request.user, tests=abnormal_tests(episode, chart.today),
            **form.cleaned_data,
        )  # fmt: skip
    except Moved:
        messages.error(request, _("The plan has changed meanwhile. Look at it as it is now, then choose again."))
        return redirect("plan-new", care)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        return redirect("plan-new", care)
    messages.success(request, _("The draft is filled in. Look it through, change what you like, and sign."))
    return redirect("plan-new", care)


@require_POST
@staff(Permission.DOCUMENT)
def plan_keep(request: StaffRequest, care: Care) -> HttpResponse:
    plan = current_plan(episode_for(chart_for(request, care, tab="plan")))
    form = KeepProtocolForm(request.POST)
    try:
        if plan is None:
            raise ValidationError(_("Sign the plan first: what is kept is what was signed."))
        if not form.is_valid():
            raise ValidationError(_("Give the protocol a name."))
        keep_as_protocol(plan=plan, by=request.user, **form.cleaned_data)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("Kept. It is in the list of protocols from now on."))
    return redirect("plan", care)
