from django.urls import include, path

from approvals.acts import views
from approvals.items.rights import ITEM_ACTS

# One address for each act: …/request-correction/, named request_correction.
act_urls = [
    path(f"{name.replace('_', '-')}/", views.act, {"act": name}, name=name)
    for name in ITEM_ACTS
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
