from django.urls import path

from huadu_portal.workdays import api

urlpatterns = [
    path("", api.workdays, name="workdays"),
    path("add/", api.add_workdays, name="workdays-add"),
]
