from django.urls import path

from agents import views

app_name = "agents"
urlpatterns = [
    path("projects/", views.projects, name="projects"),
    path("projects/<uuid:pk>/", views.project, name="project"),
]
