from django.urls import path

from huadu_portal.accounts import views

urlpatterns = [
    path(
        "confirm-email/",
        views.EmailVerificationSent.as_view(),
        name="account_email_verification_sent",
    ),
    path("confirm-email/again/", views.send_again, name="account_send_again"),
    path("profile/", views.profile, name="account_profile"),
    path("profile/export/", views.export, name="account_export"),
    path("profile/erasure/", views.ask_erasure, name="account_erasure"),
    path("access/", views.access_page, name="account_access"),
    path("access/others/end/", views.end_others, name="account_end_others"),
    path("access/session/<slug:handle>/end/", views.end_session, name="account_end_session"),
    path("access/token/<slug:key>/end/", views.end_token, name="account_end_token"),
    path("2fa/totp/activate/", views.ActivateTOTP.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", views.DeactivateTOTP.as_view(), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/generate/",
        views.GenerateRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
]
