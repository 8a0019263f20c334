from django.urls import include, path

from approvals.joint import views
from approvals.joint.rights import CaseAct

case_urls = [
    path("", views.joint_case, name="joint_case"),
    *(
        path(f"{act.replace('_', '-')}/", views.case_act, {"act": act}, name=act.value)
        for act in CaseAct
    ),
]
urlpatterns = [
    path("projects/<uuid:pk>/joint/", views.joint_cases, name="joint_cases"),
    path("joint-cases/<uuid:pk>/", include(case_urls)),
]
