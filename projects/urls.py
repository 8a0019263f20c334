from django.urls import path

from projects import views

app_name = "projects"
urlpatterns = [
    path("apply/<uuid:pk>/", views.application, name="application"),
]
