from django.urls import include, path

from approvals.vault import project_views, views

material_urls = [
    path("", views.vault, name="vault"),
    path("add/", views.add, name="add_material"),
    path("<uuid:pk>/", views.material, name="material"),
    path("<uuid:pk>/version/", views.renew, name="renew_material"),
    path("<uuid:pk>/validity/", views.set_validity, name="set_validity"),
]
project_urls = [
    path("", project_views.materials, name="project_materials"),
    path("list/", project_views.issue_list, name="project_materials_list"),
    path("<slug:kind>/", project_views.upload, name="project_materials_upload"),
]
urlpatterns = [
    path("projects/<uuid:pk>/materials/", include(project_urls)),
    path("materials/", include(material_urls)),
]
