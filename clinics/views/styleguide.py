from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics.access import public


@require_safe
@public("style guide, development only")
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "clinics/styleguide.html")
