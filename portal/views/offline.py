"""The check without a connection: a page that names nobody, and the worker that keeps it on the phone (ADR 14)."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinics.access import PortalRequest, portal
from clinics.models import Clinic
from programs.forms.checks import CheckForm

FILES = (
    "vendor/plumbline.css",
    "vendor/sprite.svg",
    "vendor/fonts/inter-latin.woff2",
    "clinics/favicon.svg",
    "clinics/js/theme.js",
    "clinics/js/app.js",
    "portal/js/outbox.js",
    "portal/js/check.js",
    "portal/js/offline.js",
)
WORKER = "portal/worker.js"


@require_safe
@portal
def shell(request: PortalRequest) -> HttpResponse:
    return HttpResponse(_page(request.patient_login.clinic))


@require_safe
@portal
def worker(request: PortalRequest) -> HttpResponse:
    """Never from a cache: a browser that asks wants to know whether there is a new one."""
    script = _script(_page(request.patient_login.clinic))
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-store"})


def _page(clinic: Clinic) -> str:
    """The same for every patient of the clinic. Without the request there is no token and nobody signed in."""
    return render_to_string("portal/check_offline.html", {"clinic": clinic, "form": CheckForm(owner="")})


def _script(page: str) -> str:
    """Its version tells by content: of the page, of the files and of the script itself."""
    plan = {
        "pages": {reverse("portal-check"): reverse("portal-check-shell")},
        "files": [static(name) for name in FILES],
    }
    without = render_to_string(WORKER, {"plan": json.dumps(plan)})
    parts = [page.encode(), without.encode(), *_contents()]
    version = sha256(b"\0".join(parts)).hexdigest()[:16]
    return render_to_string(WORKER, {"plan": json.dumps({"version": version, **plan})})


def _contents() -> Iterator[bytes]:
    """In production a file's address changes with its content; in development it does not."""
    for name in FILES:
        found = finders.find(name)
        if found:
            yield Path(found).read_bytes()
