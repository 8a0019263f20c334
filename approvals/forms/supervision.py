"""What cards, supervision orders and requests for coordination ask."""

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals import operations
from approvals.forms.fields import note_field
from huadu_portal.admin import ConfirmForm, Door


class AppealForm(ConfirmForm):
    text = note_field(label=_("why the card should not stand"))


class DecideForm(ConfirmForm):
    cancel = forms.TypedChoiceField(
        label=_("decision"),
        choices=[
            ("", _("Please choose")),
            ("no", _("the card stands")),
            ("yes", _("cancel it")),
        ],
        coerce=lambda value: value == "yes",
    )
    text = note_field(label=_("reason"))


class CancelForm(ConfirmForm):
    text = note_field(label=_("why it is cancelled"))


class ReplyForm(ConfirmForm):
    text = note_field(label=_("reply"))


CARD_DOORS = {
    "appeal": Door(
        AppealForm,
        operations.appeal,
        _("Appeal against it"),
        _("Once only. The center's head will be written to and decides."),
        _("The appeal has been handed in."),
    ),
    "decide": Door(
        DecideForm,
        operations.decide,
        _("Decide on the appeal"),
        _("The department's head will be written to. A cancelled card counts for nothing."),
        _("It has been decided on the appeal."),
    ),
    "cancel": Door(
        CancelForm,
        operations.cancel,
        _("Cancel the card"),
        _(
            "It stays in the history with the reason, and counts for nothing. The "
            "department's head will be written to."
        ),
        _("The card has been cancelled."),
        danger=True,
    ),
}
ORDER_DOORS = {
    "receive": Door(
        ConfirmForm,
        operations.receive_order,
        _("Confirm receipt"),
        _("Whoever gave it sees that it has been read. Nobody is written to."),
        _("Receipt has been confirmed."),
    ),
    "answer": Door(
        ReplyForm,
        operations.answer_order,
        _("Answer"),
        _("Whoever gave the order will be sent the reply; by a rung, the center's head."),
        _("The order has been answered."),
    ),
}
HELP_DOORS = {
    "answer": Door(
        ReplyForm,
        operations.answer_help,
        _("Answer"),
        _("The officer who asked will be written to."),
        _("The request has been answered."),
    ),
}
