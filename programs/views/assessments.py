from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.addresses import Care
from programs.forms.assessments import DecisionForm
from programs.models import Factor
from programs.queries.findings import assessment_page
from programs.queries.nerves import asked_by_findings
from programs.services.factors import EvidenceChanged, NeedsReason, decide
from programs.views.fetch import care_of, chart_for


@require_safe
@staff(Permission.READ_CHART)
def assessments(request: StaffRequest, care: Care) -> HttpResponse:
    """Findings, what they suggest, and every result beside the one before."""
    chart = chart_for(request, care, tab="assessments")
    page = assessment_page(chart.episode, chart.today) if chart.episode else None
    context = {"chart": chart, "page": page, "asked": asked_by_findings(chart)}
    return render(request, "programs/assessments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def factor_decide(request: StaffRequest, factor_id: int) -> HttpResponseBase:
    factor = get_object_or_404(Factor.objects.with_decisions().select_related("episode"), pk=factor_id)
    chart = chart_for(request, care_of(factor.episode), tab="assessments")
    form = DecisionForm(request.POST or None, factor=factor)
    if form.is_valid() and _is_decided(form, factor, request):
        return redirect("assessments", chart.care)
    context = {"chart": chart, "factor": factor, "form": form}
    return render(request, "programs/factor.html", context, status=422 if form.is_bound else 200)


def _is_decided(form: DecisionForm, factor: Factor, request: StaffRequest) -> bool:
    """What was supported when the page was opened may be less by now, or rest on something else."""
    try:
        decide(factor=factor, by=request.user, **form.cleaned_data)
    except NeedsReason:
        form.ask_why()
    except EvidenceChanged:
        form.refuse_unseen()
    return not form.errors
