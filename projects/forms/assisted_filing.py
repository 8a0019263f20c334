"""What the window types of a firm that came to it, and of a notice that it hands over."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.forms import MobileField
from huadu_portal.accounts.models import User
from huadu_portal.acts import ActForm
from projects.forms.enterprise import RegisterForm
from projects.forms.fields import PlainTexts
from projects.models import Enterprise, HandOver
from projects.operations import firm_at_counter, has_account
from projects.operations.assisted_filing import HAS_ACCOUNT

REGISTERED_JUST_NOW = _("Somebody has just registered this enterprise. Please try again.")


class EmailForNotices(forms.EmailField):
    """The contact's; given, it takes the place of handing over."""

    def __init__(self, **options: Any):
        options |= {
            "label": capfirst(_("address for notices")),
            "required": False,
            "help_text": _(
                "Only if the contact agrees to be notified by e-mail. Without an address every "
                "notice is printed and handed over."
            ),
        }
        super().__init__(**options)


class CounterForm(RegisterForm):
    """By its licence, the firm that came to the window: found by its code, or else registered."""

    contact_name = forms.CharField(label=_("Contact person"), max_length=60)
    contact_mobile = MobileField(label=capfirst(_("contact mobile")), max_length=20)
    contact_email = EmailForNotices()
    licence_checked = forms.BooleanField(
        label=_(
            "I have the business licence before me and have checked it, and the authorization of "
            "the person who files."
        ),
        error_messages={"required": _("Please check the licence and confirm it.")},
    )
    field_order = [
        "credit_code",
        "name",
        "legal_representative",
        "address",
        "credit_code_reason",
    ]

    def __init__(self, *args: Any, by: User, **kwargs: Any):
        super().__init__(*args, may_override=True, by=by, **kwargs)
        self.found: Enterprise | None = None
        for name in ("name", "legal_representative"):
            self.fields[name].required = False
            self.fields[name].help_text = _(
                "Only if the enterprise is not registered here yet."
            )

    def clean_credit_code(self):
        code = self.cleaned_data["credit_code"]
        self.found = firm_at_counter(code)
        if self.found and has_account(self.found):
            raise ValidationError(HAS_ACCOUNT)
        return code

    def clean(self):
        cleaned = super().clean()
        if self.found:
            self.errors.pop("credit_code_reason", None)
        elif cleaned.get("credit_code"):
            self._check_new(cleaned)
        return cleaned

    def _check_new(self, cleaned: dict[str, Any]) -> None:
        for name in ("name", "legal_representative"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(
                    name,
                    _(
                        "This enterprise is not registered here yet. Please enter it as the "
                        "business licence states it."
                    ),
                )


class ContactEmailForm(PlainTexts, ActForm):
    contact_email = EmailForNotices()

    def __init__(self, *args: Any, thing: Any, **kwargs: Any):
        initial = {"contact_email": thing.contact_email}
        super().__init__(*args, thing=thing, initial=initial, **kwargs)


class HandOverForm(PlainTexts, ActForm):
    way = forms.ChoiceField(
        label=capfirst(_("how")), choices=HandOver.Way, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=capfirst(_("to whom, or number of the mail item")),
        max_length=200,
        help_text=_("Who signed for it, or the number under which the post can trace it."),
    )
