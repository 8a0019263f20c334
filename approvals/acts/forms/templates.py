"""Reasons taken from what the department keeps for an act."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.acts.models import ReasonTemplate


class FromTemplate(forms.Form):
    """Offers the department's wordings above the field that they go into.

    With a script the wording is put into the field, where it can be changed; without one it
    stands for the field as long as that is left empty.
    """

    # The field they go into, and whether it is a list, of which each wording is a line.
    filled_in, is_list = "note", False

    def offer_templates(self, use: str, department: UUID | None = None) -> None:
        """Those of a use and a department, without one of the center; nothing where none are."""
        self.texts = {
            str(template.pk): template.text
            for template in ReasonTemplate.objects.offered(use, department)
        }
        if not self.texts:
            return
        self.was_required = self.fields[self.filled_in].required
        self.fields[self.filled_in].required = False
        self.fields["template"] = forms.ChoiceField(
            choices=[("", _("Please choose")), *self.texts.items()],
            label=_("from the templates"),
            required=False,
            help_text=_("It is used as it stands if the field below is left empty."),
            widget=forms.Select(
                attrs={"data-fills": self.filled_in, "data-insert": _("Insert")}
            ),
        )
        names = [name for name in self.fields if name != "template"]
        names.insert(names.index(self.filled_in), "template")
        self.order_fields(names)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if "template" not in self.fields:
            return cleaned
        text = self.texts.get(cleaned.pop("template", ""), "")
        if cleaned.get(self.filled_in) or self.filled_in in self.errors:
            return cleaned
        if text:
            cleaned[self.filled_in] = [text] if self.is_list else text
        elif self.was_required:
            self.add_error(self.filled_in, _("Please give a reason."))
        return cleaned
