from django.urls import include, path

from approvals.acts import views
from approvals.items.rights import Act

# One address per verb: …/request-correction/, named request_correction.
act_urls = [
    path(f"{act.replace('_', '-')}/", views.act, {"act": act}, name=act.value) for act in Act
]
item_urls = [
    path("", views.item, name="item"),
    path("documents/<uuid:document_pk>/", views.document, name="document"),
    path("commitments/<uuid:commitment_pk>/", views.commitment, name="commitment"),
    *act_urls,
]
consultation_urls = [
    path("", views.consultations, name="consultations"),
    path("<uuid:pk>/", views.consultation, name="consultation"),
    path(
        "<uuid:pk>/documents/<uuid:document_pk>/",
        views.consultation_document,
        name="consultation_document",
    ),
]
urlpatterns = [
    path("items/<uuid:pk>/", include(item_urls)),
    path("consultations/", include(consultation_urls)),
]
