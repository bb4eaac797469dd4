from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.figures import PoseError
from programs.models import Exercise
from programs.pictures import figure_of, version_of

A_YEAR = 365 * 24 * 3600


@require_safe
@staff(Permission.SEE_PATIENTS)
def exercise_figure(request: StaffRequest, key: str) -> HttpResponse:
    return figure_for(request, key)


def figure_for(request: HttpRequest, key: str) -> HttpResponse:
    """A picture of the library of the clinic in scope. `animated=1` moves."""
    exercise = get_object_or_404(Exercise, key=key)
    try:
        picture = figure_of(exercise, animated=request.GET.get("animated") == "1")
    except PoseError as error:
        raise Http404("no pose to draw") from error
    response = HttpResponse(picture, content_type="image/svg+xml")
    # Pages link a picture with its version. Asked for by another, it is not what that address stands for.
    if request.GET.get("v") == version_of(exercise):
        patch_cache_control(response, private=True, max_age=A_YEAR, immutable=True)
    return response
