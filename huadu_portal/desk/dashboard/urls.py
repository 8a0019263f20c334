from django.urls import path

from huadu_portal.desk.dashboard import views

app_name = "desk"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("rows/", views.rows, name="rows"),
    path("rows/export/", views.export, name="export"),
]
