from django.urls import path

from approvals.papers import views

urlpatterns = [
    path("items/<uuid:pk>/papers/<uuid:paper_pk>/", views.item_paper, name="paper"),
    path("projects/<uuid:pk>/papers/<uuid:paper_pk>/", views.of_project, name="project_paper"),
]
