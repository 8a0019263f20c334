"""Forms for signing in and up: allauth's, with our limits on attempts.

Each takes equally long for addresses that have an account and those that have none.
"""

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django.utils.translation import gettext_lazy as _

from huadu_portal import limits
from huadu_portal.accounts import attempts
from huadu_portal.accounts.models import User


class SignupForm(account.SignupForm):
    def try_save(self, request):
        """A known address costs the hash of a password too; else the clock would tell it."""
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
        return super().try_save(request)


class ResetPasswordForm(account.ResetPasswordForm):
    def save(self, request, **kwargs):
        """Beyond the limit nothing more is sent, and nothing said: the links that lie in the
        mailbox are good, and a refusal would let anybody keep a person from asking."""
        address = self.cleaned_data["email"].lower()
        try:
            limits.count(request, "reset_here", key=f"{address}@{limits.network_of(request)}")
            limits.count(request, "reset_address", key=address)
        except limits.TooOften:
            return address
        return super().save(request, **kwargs)


class ChangePasswordForm(account.ChangePasswordForm):
    def clean_oldpassword(self):
        attempt = attempts.begin(context.request, "password", [self.user])
        password = super().clean_oldpassword()
        attempt.give_back()
        return password


class CountedCode:
    """A code of the second factor."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("verification code")
        self.fields["code"].widget.attrs.pop("placeholder", None)

    def clean_code(self):
        attempt = attempts.begin(context.request, "code", [self.user])
        code = super().clean_code()
        attempt.give_back()
        return code


class EitherCode(CountedCode):
    """Takes a recovery code too, and says so to whoever has no telephone at hand."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = (
            _(
                "Without your telephone, enter one of your unused recovery codes. If you have "
                "none, please contact the security administrator."
            )
            if self.user.is_staff
            else _(
                "Without your telephone, enter one of your unused recovery codes. If you have "
                "none, please contact the center."
            )
        )


class AuthenticateForm(EitherCode, mfa.AuthenticateForm):
    pass


class ReauthenticateForm(EitherCode, mfa.ReauthenticateForm):
    pass


class ActivateTOTPForm(CountedCode, totp.ActivateTOTPForm):
    pass
