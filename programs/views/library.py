from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinics.access import StaffRequest, staff
from clinics.permissions import Permission
from programs.queries.library import library_page


@require_safe
@staff(Permission.READ_CHART)
def library(request: StaffRequest) -> HttpResponse:
    """Every test and factor: where its line lies, what that rests on, what the clinic changed."""
    return render(request, "programs/library.html", {"page": library_page()})
