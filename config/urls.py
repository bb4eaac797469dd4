from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from clinics.views import accounts, outbox, styleguide
from config import health, home
from portal.views import access

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("patients.urls")),
    path("", include("programs.urls")),
    path("portal/", include("portal.urls")),
    path("patients/<int:patient_id>/portal/", access.access, name="portal-access"),
    path("patients/<int:patient_id>/portal/invite/", access.invite, name="portal-invite"),
    path("patients/<int:patient_id>/portal/end/", access.end, name="portal-end"),
    path("api/", include("config.api")),
    path("accounts/switch-clinic/", accounts.switch_clinic, name="switch-clinic"),
    path("accounts/invitations/", accounts.invitations, name="invitations"),
    path("accounts/invitations/<int:pk>/join/", accounts.join, name="join"),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]

if settings.DEMO:  # demo mode and production refuse each other: clinics/checks.py
    urlpatterns += [
        path("demo/sign-in/", home.demo_sign_in, name="demo-sign-in"),
        path("outbox/", outbox.outbox, name="outbox"),
        path("styleguide/", styleguide.styleguide, name="styleguide"),
    ]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
