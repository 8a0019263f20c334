from django.urls import path

from huadu_portal.public import verification, views

urlpatterns = [
    path("", views.home, name="home"),
    path("lookup/", views.lookup, name="lookup"),
    path("verify/", verification.verify, name="verify"),
    path("verify/<uuid:pk>/", verification.paper, name="verify_paper"),
    path("catalogue/", views.catalogue, name="catalogue"),
    path("catalogue/<slug:code>/", views.catalogue_entry, name="catalogue_entry"),
    path("catalogue/<slug:code>/samples/<slug:kind>.pdf", views.sample, name="sample"),
    path("privacy/", views.privacy, name="privacy"),
    path("elder-mode/", views.elder_mode, name="elder_mode"),
    path("i18n/setlang/", views.set_language, name="set_language"),
]
