from django.urls import include, path

from projects.views import application, chosen_files, enterprise, materials, steps

app_name = "projects"

application_urls = [
    path("", application.application, name="application"),
    path("submit/", application.submit, name="submit"),
    path("withdraw/", application.withdraw, name="withdraw"),
    path("confirm/", application.confirm_filing, name="confirm_filing"),
    path("receipt/", application.receipt, name="receipt"),
    path("receipt.pdf", application.receipt_pdf, name="receipt_pdf"),
    path("receipts/<uuid:paper>/", application.receipt_pdf, name="receipt_paper"),
    path("materials/upload/", materials.upload, name="upload"),
    path("materials/<uuid:document>/remove/", materials.remove, name="remove"),
    path("<slug:step>/", steps.step, name="step"),
    path("<slug:step>/save/", steps.save_typed, name="save"),
]
enterprise_urls = [
    path("", enterprise.enterprise, name="enterprise"),
    path("register/", enterprise.register_enterprise, name="register_enterprise"),
    path("join/", enterprise.join, name="join"),
    path("claim/", enterprise.claim, name="claim"),
    path("memberships/<uuid:pk>/<slug:act>/", enterprise.membership_act, name="membership_act"),
]
urlpatterns = [
    path("apply/", application.applications, name="applications"),
    path("apply/new/", application.start, name="start"),
    path("apply/<uuid:pk>/", include(application_urls)),
    path("enterprise/", include(enterprise_urls)),
    path("notices/<uuid:pk>/", application.notice, name="notice"),
    path("chosen/", chosen_files.chosen, name="chosen"),
    path("documents/<uuid:pk>/", materials.download, name="download"),
]
