from django.urls import include, path

from approvals.joint import views
from approvals.joint.acts import CASE_ACTS

case_urls = [
    path("", views.joint_case, name="joint_case"),
    *(
        path(f"{name.replace('_', '-')}/", views.case_act, {"act": name}, name=name)
        for name in CASE_ACTS
    ),
]
urlpatterns = [
    path("projects/<uuid:pk>/joint/", views.joint_cases, name="joint_cases"),
    path("joint-cases/<uuid:pk>/", include(case_urls)),
]
