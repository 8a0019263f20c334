"""What is asked by the acts that push an item, and by cards and orders."""

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import ReasonForm
from approvals.acts.forms.fields import note_field
from approvals.acts.forms.several import ReasonForAll
from huadu_portal.acts import ActForm
from huadu_portal.acts.forms import SeveralForm


class StopLadderForm(ReasonForm):
    until = forms.DateField(
        label=_("reminders resume on"), widget=forms.DateInput(attrs={"type": "date"})
    )

    field_order = ["version", "until", "note"]


class StopForAll(ReasonForAll):
    until = forms.DateField(
        label=_("reminders resume on"), widget=forms.DateInput(attrs={"type": "date"})
    )

    field_order = ["until", "note"]


class AppealForm(ActForm):
    text = note_field(label=_("reasons for the appeal"))


class DecideForm(ActForm):
    cancel = forms.TypedChoiceField(
        label=_("decision"),
        choices=[
            ("", _("Please choose")),
            ("no", _("the card is upheld")),
            ("yes", _("cancel it")),
        ],
        coerce=lambda value: value == "yes",
    )
    text = note_field(label=_("reason"))


class CancelForm(ActForm):
    text = note_field(label=_("why it is cancelled"))


class ReplyForm(ActForm):
    text = note_field(label=_("reply"))


class IssueForm(ActForm):
    demand = note_field(label=_("what is demanded"))

    def __init__(self, *args, thing, **kwargs):
        super().__init__(*args, thing=thing, **kwargs)
        self.fields["demand"].initial = thing.demand


class DeclineProposalForm(ActForm):
    text = note_field(label=_("why no order is issued"))


class DeclineForAll(SeveralForm):
    text = note_field(label=_("why no order is issued"))
