from django.urls import include, path

from approvals.joint_rights import CaseAct
from approvals.rights import Act
from approvals.views import (
    commitments,
    consultations,
    courts,
    items,
    joint,
    papers,
    project_materials,
    vault,
)

app_name = "approvals"

# One address per verb: …/request-correction/, named request_correction.
act_urls = [
    path(f"{act.replace('_', '-')}/", items.act, {"act": act}, name=act.value) for act in Act
]
item_urls = [
    path("", items.item, name="item"),
    path("documents/<uuid:document_pk>/", items.document, name="document"),
    path("papers/<uuid:paper_pk>/", papers.of_item, name="paper"),
    path("commitments/<uuid:commitment_pk>/", commitments.commitment, name="commitment"),
    *act_urls,
]
material_urls = [
    path("", vault.vault, name="vault"),
    path("add/", vault.add, name="add_material"),
    path("<uuid:pk>/", vault.material, name="material"),
    path("<uuid:pk>/version/", vault.renew, name="renew_material"),
    path("<uuid:pk>/validity/", vault.set_validity, name="set_validity"),
]
project_urls = [
    path("", project_materials.materials, name="project_materials"),
    path("list.pdf", project_materials.letter, name="project_materials_letter"),
    path("<slug:kind>/", project_materials.upload, name="project_materials_upload"),
]
case_urls = [
    path("", joint.joint_case, name="joint_case"),
    *(
        path(f"{act.replace('_', '-')}/", joint.case_act, {"act": act}, name=act.value)
        for act in CaseAct
    ),
]
consultation_urls = [
    path("", consultations.consultations, name="consultations"),
    path("<uuid:pk>/", consultations.consultation, name="consultation"),
    path(
        "<uuid:pk>/documents/<uuid:document_pk>/",
        consultations.consultation_document,
        name="consultation_document",
    ),
]
urlpatterns = [
    path("projects/<uuid:pk>/materials/", include(project_urls)),
    path("materials/", include(material_urls)),
    path("items/<uuid:pk>/", include(item_urls)),
    path("projects/<uuid:pk>/courts/", courts.courts, name="project_courts"),
    path("projects/<uuid:pk>/papers/<uuid:paper_pk>/", papers.of_project, name="project_paper"),
    path("projects/<uuid:pk>/joint/", joint.joint_cases, name="joint_cases"),
    path("joint-cases/<uuid:pk>/", include(case_urls)),
    path("consultations/", include(consultation_urls)),
]
