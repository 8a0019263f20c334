"""Forms for signing in and up: allauth's, with our limits on attempts.

Each takes equally long for addresses that have an account and those that have none.
"""

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from huadu_portal import limits
from huadu_portal.accounts import attempts, pending
from huadu_portal.accounts.forms import MobileField, real_name
from huadu_portal.accounts.models import User
from huadu_portal.rest.text import validate_plain


class SignupForm(account.SignupForm):
    def try_save(self, request):
        """One account for an address, however many sign up with it in the same moment.

        Who comes while another is at it reads the same page, and the other's mail is on its way.
        A known address costs the hash of a password too; else the clock would tell it.
        """
        address = self.cleaned_data["email"]
        with transaction.atomic():
            if not _is_mine(address):
                self._hash()
                pending.note(request, self.cleaned_data, None)
                return None, get_adapter().respond_email_verification_sent(request, None)
            # Another may have come first since the form was checked.
            self.validate_unique_email(address)
            if self.account_already_exists:
                self._hash()
            user, response = super().try_save(request)
            pending.note(request, self.cleaned_data, user)
            return user, response

    def get_initial_for_field(self, field, field_name):
        """What this browser has typed before, when it signs up with another address."""
        typed = pending.typed(context.request)
        return typed.get(field_name) or super().get_initial_for_field(field, field_name)

    def _hash(self):
        User().set_password(self.cleaned_data["password1"])


def _is_mine(address: str) -> bool:
    """Whether nobody else is signing up with it; from now on nobody can until we commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"sign-up:{address}"]
        )
        return cursor.fetchone()[0]


class ResetPasswordForm(account.ResetPasswordForm):
    def save(self, request, **kwargs):
        """Beyond the limit nothing more is sent, and nothing said: the links that lie in the
        mailbox are good, and a refusal would let anybody keep a person from asking."""
        address = self.cleaned_data["email"].lower()
        try:
            limits.count_attempt(
                request, "reset_here", key=f"{address}@{limits.network_of(request)}"
            )
            limits.count_attempt(request, "reset_address", key=address)
        except limits.TooOften:
            return address
        return super().save(request, **kwargs)


class ChangePasswordForm(account.ChangePasswordForm):
    def clean_oldpassword(self):
        attempt = attempts.begin(context.request, "password", [self.user])
        password = super().clean_oldpassword()
        attempt.give_back()
        return password


class CountedCode(forms.Form):
    """A code of the second factor: stands before a form of allauth's that asks for one."""

    user: User

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("verification code")
        self.fields["code"].widget.attrs.pop("placeholder", None)

    def clean_code(self):
        attempt = attempts.begin(context.request, "code", [self.user])
        code = super().clean_code()  # type: ignore[misc]  # the form's that it stands before
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


class ProfileForm(forms.ModelForm):
    """What a person says of themselves. The name of staff stands on papers: the security
    administrator corrects it."""

    mobile = MobileField(label=_("Mobile number"), max_length=20, required=False)
    language = forms.ChoiceField(
        label=_("Language of messages"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=128,
        help_text=_("Only if you change the mobile number."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    class Meta:
        model = User
        fields = ["name", "mobile", "language"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Your name")
        # As it is, before the form writes what was typed over it.
        self.mobile_before = self.instance.mobile
        if self.instance.is_staff:
            del self.fields["name"]
        else:
            self.fields["name"].required = self.fields["mobile"].required = True

    def clean_name(self):
        name = real_name(self.cleaned_data["name"])
        validate_plain(name)
        return name

    def clean_password(self):
        """Counted, as wherever a password is asked for."""
        typed, person = self.cleaned_data["password"], self.instance
        if self.cleaned_data.get("mobile", self.mobile_before) == self.mobile_before:
            return ""
        if not typed:
            raise forms.ValidationError(
                _("Please enter your password to change the mobile number.")
            )
        attempt = attempts.begin(context.request, "password", [person])
        if not person.check_password(typed):
            raise forms.ValidationError(_("The password is incorrect."))
        attempt.give_back()
        return typed

    @property
    def said(self) -> dict[str, str]:
        """What is to be kept."""
        return {
            name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields
        }
