"""Where it hurts: drawn by the therapist, and two drawings side by side."""

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from patients.forms.fields import is_row_id
from programs.addresses import Care
from programs.forms.pain import MarkForm
from programs.models import BodyFigure, Episode, PainMap, PainMark, PainSource
from programs.queries.pain import Comparison, comparison_of, drawing_page
from programs.services import pain as service
from programs.services.pain import Drawing
from programs.views.fetch import chart_for, episode_for


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.DOCUMENT)
def pain_map(request: StaffRequest, care: Care) -> HttpResponseBase:
    shown = chart_for(request, care, tab="chart")
    episode = episode_for(shown)
    form = MarkForm(request.POST if is_mark(request) else None)
    if request.method == "POST" and carry_out(request, form, service.therapists(episode, shown.today, request.user)):
        return redirect("pain-map", care)
    context = {
        "chart": shown,
        "form": form,
        "page": drawing_page(episode, shown.today, PainSource.THERAPIST),
        "figures": BodyFigure.choices,
    }
    return render(request, "programs/pain_map.html", context, status=422 if form.is_bound else 200)


@require_safe
@staff(Permission.READ_CHART)
def pain_compare(request: StaffRequest, care: Care) -> HttpResponse:
    shown = chart_for(request, care, tab="chart")
    context = {"chart": shown, "comparison": comparison_for(request, episode_for(shown))}
    return render(request, "programs/pain_compare.html", context)


def is_mark(request: HttpRequest) -> bool:
    return request.method == "POST" and not request.POST.get("do")


def carry_out(request: HttpRequest, form: MarkForm, drawing: Drawing) -> bool:
    """What a button of the page asks for; False where the form needs a look."""
    match request.POST.get("do", ""):
        case "":
            if not form.is_valid():
                return False
            service.mark_pain(drawing, form.mark(), both_sides=form.cleaned_data["both_sides"])
        case "none":
            service.nothing_hurts(drawing)
        case "copy":
            service.copy_latest(drawing)
        case "remove":
            service.remove_mark(mark=_mark_of(drawing, request.POST.get("mark", "")), by=drawing.by)
        case "figure" if request.POST.get("figure") in BodyFigure.values:
            service.choose_figure(drawing, request.POST["figure"])
        case _:
            raise BadRequest
    return True


def _mark_of(drawing: Drawing, text: str) -> PainMark:
    if not is_row_id(text):
        raise Http404
    return get_object_or_404(PainMark, pk=int(text), map=drawing.found())


def comparison_for(request: HttpRequest, episode: Episode) -> Comparison | None:
    """Of the two maps that the address names, or of the first and the latest."""
    chosen = [request.GET.get(name, "") for name in ("before", "now")]
    if any(text and not is_row_id(text) for text in chosen):
        raise Http404
    before, now = (int(text) if text else None for text in chosen)
    try:
        return comparison_of(episode, before, now)
    except PainMap.DoesNotExist:
        raise Http404 from None
