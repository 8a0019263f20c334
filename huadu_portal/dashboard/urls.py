from django.urls import path

from huadu_portal.dashboard import views

app_name = "dashboard"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("rows/", views.rows, name="rows"),
    path("rows/export/", views.export, name="export"),
]
