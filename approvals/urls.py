from django.urls import include, path

from approvals.rights import Act
from approvals.views import items

app_name = "approvals"

# One address per verb: …/request-correction/, named request_correction.
act_urls = [
    path(f"{act.replace('_', '-')}/", items.act, {"act": act}, name=act.value) for act in Act
]
item_urls = [
    path("", items.item, name="item"),
    path("documents/<uuid:document_pk>/", items.document, name="document"),
    *act_urls,
]
urlpatterns = [
    path("items/<uuid:pk>/", include(item_urls)),
]
