"""The API, assembled from the apps."""

from django.urls import include, path

urlpatterns = [
    path("portal/", include("portal.api")),
]
