"""What a person types about a firm, and which of theirs they act for."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from huadu_portal.rest.text import validate_plain
from huadu_portal.ui.form_choices import offer_rows
from projects import credit_code
from projects.forms.fields import CreditCodeField, PlainTexts
from projects.models import Enterprise, Membership


class RegisterForm(PlainTexts, forms.ModelForm):
    """A firm by its business licence. An unusual code passes only with a reason of staff."""

    credit_code = CreditCodeField()
    credit_code_reason = forms.CharField(
        label=capfirst(_("reason for accepting the code")),
        required=False,
        max_length=300,
        help_text=_(
            "Only if the check character does not match: state which document you compared "
            "the code with."
        ),
    )

    class Meta:
        model = Enterprise
        fields = [
            "name",
            "credit_code",
            "credit_code_reason",
            "legal_representative",
            "address",
        ]

    def __init__(self, *args, may_override=False, by=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.may_override, self.by = may_override, by
        self.registered = None
        self.fields["legal_representative"].required = True
        if not may_override:
            del self.fields["credit_code_reason"]

    def clean_credit_code(self):
        """What others have registered and nobody has proved stands in nobody's way."""
        code = self.cleaned_data["credit_code"]
        same = Enterprise.objects.filter(credit_code=code)
        own = Membership.objects.active_of(self.by) if self.by else []
        if same.filter(pk__in=own).exists():
            raise ValidationError(_("You have already registered this enterprise."))
        self.registered = same.proved().first()
        if self.registered:
            raise ValidationError(_("An enterprise with this code is already registered."))
        if not credit_code.is_valid(code) and not self.may_override:
            raise ValidationError(
                _(
                    "The check character does not match; please compare the code with the "
                    "business licence. If it is correct, the window can register the "
                    "enterprise for you."
                )
            )
        return code

    def clean(self):
        code = self.cleaned_data.get("credit_code")
        reason = self.cleaned_data.get("credit_code_reason")
        if code and self.may_override and not credit_code.is_valid(code) and not reason:
            self.add_error(
                "credit_code_reason",
                _("The check character does not match. Please state why the code is accepted."),
            )
        if code and credit_code.is_valid(code):
            self.cleaned_data["credit_code_reason"] = ""
        return super().clean()


class JoinForm(PlainTexts, forms.Form):
    """Which firm a person asks to act for."""

    # Who does not act for an enterprise learns nothing of it, not even whether it is here.
    ANSWER = _(
        "If an enterprise with this code is registered here, your request has been sent to "
        "its owner and the window; you will be notified."
    )

    credit_code = CreditCodeField()


class StartForm(forms.Form):
    """For which of a person's firms an application is begun."""

    enterprise = forms.ModelChoiceField(
        Enterprise.objects.none(),
        label=capfirst(_("enterprise")),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args, enterprises, **kwargs):
        super().__init__(*args, **kwargs)
        offer_rows(self, "enterprise", enterprises)


class DocumentVersionForm(forms.Form):
    """The version a person saw, and what they want to say."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    note = forms.CharField(
        label=_("Reason (optional)"),
        required=False,
        max_length=500,
        validators=[validate_plain],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
