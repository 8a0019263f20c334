from django import forms
from django.core.validators import RegexValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from huadu_portal.papers.numbers import as_paper_number
from huadu_portal.rest.filters import SearchField


def _normalised(text: str) -> str:
    return "".join(text.split()).upper()


class LookupForm(forms.Form):
    """What stands on a receipt, and what only the enterprise has at hand."""

    number = forms.CharField(
        label=capfirst(_("receipt number")),
        max_length=30,
        help_text=_("It begins with SB; you find it in our message about your application."),
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


class PaperNumberForm(forms.Form):
    number = forms.CharField(
        label=_("Number of the paper"),
        max_length=60,
        help_text=_(
            "Printed at the top right, for example 花产服受〔2026〕第0001号; of the receipt of an "
            "application also its receipt number, which begins with SB."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_number(self):
        typed = self.cleaned_data["number"]
        squeezed = _normalised(typed)
        return squeezed if squeezed.startswith("SB") else as_paper_number(typed)


class PaperFileForm(forms.Form):
    """A file that somebody was handed; it is looked at and not kept."""

    MAX_BYTES = 10 * 1024 * 1024

    file = forms.FileField(
        label=_("PDF file of the paper"),
        help_text=_("Up to 10 MB. The file is only compared and not stored."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > self.MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return file


class CatalogueSearchForm(forms.Form):
    q = SearchField(
        label=_("Name, department or code of the approval"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
