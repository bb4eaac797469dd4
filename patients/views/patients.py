from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinics import audit
from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.forms.booking import BookingForm, Draft
from patients.forms.patient import EditPatientForm, NewPatientForm
from patients.models import Patient
from patients.queries.duplicates import Lookalike
from patients.queries.flags import chips_at, with_flags
from patients.queries.patient_list import patients_in_care
from patients.queries.patient_search import find_patients
from patients.queries.supply import supply
from patients.views.clock import today

PER_PAGE, MOST_VISITS = 50, 100


@require_safe
@staff(Permission.SEE_PATIENTS)
def index(request: StaffRequest) -> HttpResponse:
    page = Paginator(patients_in_care(timezone.now()), PER_PAGE).get_page(request.GET.get("page"))
    audit.seen(*(one.pk for one in page))
    return render(request, "patients/index.html", {"page": page, "today": today(request)})


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.SEE_PATIENTS)
def search(request: StaffRequest) -> HttpResponse:
    """POST, although it only reads: a name in an address would stay in histories and logs."""
    if request.method != "POST":
        return redirect("patients")
    sought = request.POST.get("q", "")
    found = find_patients(sought, today(request))
    audit.seen(*(one.pk for one in found))
    context = {"sought": sought, "found": found, "to_book": "to_book" in request.POST}
    template = "patients/_found.html" if request.htmx else "patients/search.html"  # type: ignore[attr-defined]  # django-htmx
    return render(request, template, context)


@require_safe
@staff(Permission.SEE_PATIENTS)
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    patient = get_object_or_404(with_flags(today(request)), pk=pk)
    audit.seen(patient.pk)
    now = timezone.now()
    context = {
        "patient": patient,
        "chips": chips_at(patient),
        "age": patient.age_on(today(request)),
        "coming": patient.appointments.upcoming(now),
        "past": patient.appointments.past(now)[:MOST_VISITS],
        "may_book": request.membership.can(Permission.BOOK),
        "may_edit": request.membership.can(Permission.EDIT_PATIENTS),
        "may_read_chart": request.membership.can(Permission.READ_CHART),
        "may_administer": request.membership.can(Permission.ADMINISTER),
    }
    return render(request, "patients/patient.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.EDIT_PATIENTS)
def new(request: StaffRequest) -> HttpResponse:
    form = NewPatientForm(request.POST if request.method == "POST" else None, today=today(request))
    draft = _draft(request) if "book" in request.GET else None
    status, options = 422 if request.method == "POST" else 200, []
    if form.is_valid():
        found = [] if "anyway" in request.POST else form.lookalikes()
        if not found:
            return redirect(_after(form.register(by=request.user), draft))
        audit.seen(*(one.patient.pk for one in found))
        status, options = 409, [_use(one, draft) for one in found]
    context = {"form": form, "to_book": draft is not None, "options": options}
    return render(request, "patients/patient_new.html", context, status=status)


def _use(one: Lookalike, draft: Draft | None) -> dict[str, str]:
    """One click goes on with the patient who is here already."""
    born = date_format(one.patient.birth_date, "j M Y")
    gone = "" if one.patient.is_active else _("not in care here any more")
    note = " · ".join(filter(None, [born, one.patient.phone, one.because, gone]))
    return {"title": one.patient.name, "note": note, "url": _after(one.patient, draft)}


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.EDIT_PATIENTS)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    patient = get_object_or_404(Patient, pk=pk)
    audit.seen(patient.pk)
    data = request.POST if request.method == "POST" else None
    form = EditPatientForm(data, patient=patient, today=today(request))
    if form.is_valid():
        form.save(by=request.user)
        messages.success(request, _("Saved."))
        return redirect("patient", pk=pk)
    context = {"form": form, "patient": patient}
    return render(request, "patients/patient_edit.html", context, status=200 if data is None else 422)


def _draft(request: StaffRequest) -> Draft:
    """The booking that waits for this patient. What another clinic has is not found, before anything is written."""
    draft = Draft.of(request.GET).but(patient="")
    form = BookingForm(draft, supply=supply(), chosen=None, today=today(request))
    if form.names_unknown_rows:
        raise Http404
    return draft.but(day="", time="") if form.names_no_time else draft


def _after(patient: Patient, draft: Draft | None) -> str:
    """On with the booking that the patient was missing for, or to the new file."""
    if draft is None:
        return reverse("patient", args=[patient.pk])
    return reverse("appointment-new", query=draft.but(patient=str(patient.pk)).given())
