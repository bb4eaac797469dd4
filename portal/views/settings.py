from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinics.access import PortalRequest, portal, settle
from portal.access import SESSION_KEY
from portal.forms import ReminderForm
from portal.views.fetch import patient_of
from programs.models import ReminderSetting
from programs.services.home import USUAL_REMINDER
from programs.services.reminders import change_setting


@require_http_methods(["GET", "HEAD", "POST"])
@portal
def settings(request: PortalRequest) -> HttpResponseBase:
    patient = patient_of(request)
    setting = ReminderSetting.objects.filter(patient=patient).first()
    setting = setting or ReminderSetting(patient=patient, local_time=USUAL_REMINDER)
    form = ReminderForm(request.POST or None, instance=setting)
    if form.is_valid():
        change_setting(patient=patient, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("portal-settings")
    context = {"form": form, "patient": patient}
    return render(request, "portal/settings.html", context, status=422 if form.is_bound else 200)


@require_POST
@portal
def switch_patient(request: PortalRequest) -> HttpResponseBase:
    """A person treated in two clinics changes between the two; any other link is 404."""
    wanted = request.POST.get("login", "")
    link = next((one for one in request.patient_logins if str(one.pk) == wanted), None)
    if link is None:
        raise Http404
    settle(request, SESSION_KEY, link.pk)
    return redirect("portal-today")
