"""What is asked once for several items."""

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import handlers_of
from approvals.acts.forms.fields import note_field
from huadu_portal.accounts.models import User
from huadu_portal.acts.forms import SeveralForm
from huadu_portal.ui.form_choices import offer_rows


class NoteForAll(SeveralForm):
    note = note_field(label=_("note"), required=False)


class ReasonForAll(SeveralForm):
    note = note_field(label=_("reason"))


class TransferForAll(SeveralForm):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label=_("colleague who takes it over"),
        empty_label=_("Please choose"),
    )
    note = note_field(label=_("note"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_rows(self, "to", handlers_of(self.by.department_id))
