from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _


def _normalised(text: str) -> str:
    return "".join(text.split()).upper()


class LookupForm(forms.Form):
    """What stands on a receipt, and what only the enterprise has at hand."""

    number = forms.CharField(
        label=_("Receipt number"),
        max_length=30,
        help_text=_("It begins with SB and is in our message about your application."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code_end = forms.CharField(
        label=_("Last six characters of the unified social credit code"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_number(self):
        return _normalised(self.cleaned_data["number"])

    def clean_code_end(self):
        code_end = _normalised(self.cleaned_data["code_end"])
        RegexValidator(r"^[0-9A-Z]{6}$", _("Six letters or digits, such as 0W4K3X."))(code_end)
        return code_end


class CatalogueSearchForm(forms.Form):
    q = forms.CharField(
        label=_("Name, department or code of the approval"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
