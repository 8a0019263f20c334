from django.urls import path

from approvals.items import views

urlpatterns = [path("projects/<uuid:pk>/courts/", views.courts, name="project_courts")]
