from django.urls import path

from huadu_portal.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("badge/", views.unread_badge, name="badge"),
    path("preferences/", views.preferences, name="preferences"),
    path("read-all/", views.read_all, name="read_all"),
    path("<uuid:pk>/", views.open_, name="open"),
]
