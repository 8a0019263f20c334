from django.urls import path

from agents import views

app_name = "agents"
urlpatterns = [
    path("projects/", views.projects, name="projects"),
    path("projects/<uuid:pk>/", views.project, name="project"),
    path("projects/<uuid:pk>/edit/", views.edit_project, name="edit_project"),
]
