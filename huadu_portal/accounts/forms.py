from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import is_mobile
from huadu_portal.acts import ActForm
from huadu_portal.clock import now
from huadu_portal.rest.text import validate_plain


class MobileField(forms.CharField):
    """A mainland mobile number, typed as people type it: +86 138 0013 8000."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel-national"})

    def to_python(self, value):
        digits = "".join((super().to_python(value) or "").split()).replace("-", "")
        return digits.removeprefix("+86")

    def validate(self, value):
        super().validate(value)
        if value:
            is_mobile(value)


class SignupFields(forms.Form):
    """What we ask of a person besides e-mail and password (allauth adds those)."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    mobile = MobileField(label=_("Mobile number"), max_length=20)
    consent = forms.BooleanField(
        label=_("I have read the privacy notice and agree to it."),
        error_messages={
            "required": _(
                "We may not store your personal data without your "
                "consent. Please tick the box before submitting."
            )
        },
    )

    field_order = ["name", "mobile", "email", "password1", "password2", "consent"]

    def clean_name(self):
        return real_name(self.cleaned_data["name"])

    def signup(self, request, user):
        user.name = self.cleaned_data["name"]
        user.mobile = self.cleaned_data["mobile"]
        user.language = request.LANGUAGE_CODE
        user.consented_at = now()
        user.save(update_fields=["name", "mobile", "language", "consented_at"])


def real_name(typed: str) -> str:
    name = typed.strip()
    if not any(letter.isalpha() for letter in name):
        raise ValidationError(_("Please enter your real name."))
    return name


class ErasureForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason (optional)"),
        required=False,
        max_length=500,
        validators=[validate_plain],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ErasureAnswerForm(ActForm):
    answer = forms.CharField(
        label=capfirst(_("answer")),
        max_length=2000,
        validators=[validate_plain],
        widget=forms.Textarea(attrs={"rows": 4}),
    )
