from django.urls import include, path

from approvals import views
from approvals.rights import Act

app_name = "approvals"

# One address per verb: …/request-correction/, named request_correction.
act_urls = [
    path(f"{act.replace('_', '-')}/", views.act, {"act": act}, name=act.value) for act in Act
]
item_urls = [
    path("", views.item, name="item"),
    path("documents/<uuid:document_pk>/", views.document, name="document"),
    *act_urls,
]
urlpatterns = [
    path("items/<uuid:pk>/", include(item_urls)),
]
