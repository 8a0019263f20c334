from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("huadu_portal.public.urls")),
    path("", include("huadu_portal.monitoring.urls")),
    path("dashboard/", include("huadu_portal.dashboard.urls")),
    path("", include("projects.urls")),
    path("", include("approvals.urls")),
    path("", include("agents.urls")),
    path("notifications/", include("huadu_portal.notifications.urls")),
    # Ours first: some of allauth's pages are taken further there.
    path("accounts/", include("huadu_portal.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", include("huadu_portal.escalation.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("huadu_portal.api")),
]
handler400 = "huadu_portal.failures.pages.bad_request"
handler403 = "huadu_portal.failures.pages.permission_denied"
handler404 = "huadu_portal.failures.pages.page_not_found"
handler500 = "huadu_portal.failures.pages.server_error"
