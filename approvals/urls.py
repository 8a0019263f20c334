"""The addresses of all rooms, in one namespace."""

from django.urls import include, path

app_name = "approvals"
urlpatterns = [
    path("", include("approvals.vault.urls")),
    path("", include("approvals.items.urls")),
    path("", include("approvals.papers.urls")),
    path("", include("approvals.acts.urls")),
    path("", include("approvals.joint.urls")),
]
