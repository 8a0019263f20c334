from django.urls import path

from approvals import views

app_name = "approvals"
urlpatterns = [
    path("items/<uuid:pk>/", views.item, name="item"),
]
