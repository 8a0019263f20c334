"""What is asked by the acts that push an item, and by cards and orders."""

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import NoteForm, ReasonForm
from approvals.acts.forms.doors import ActDoor
from approvals.acts.forms.fields import note_field
from approvals.items.rights import Act
from approvals.supervision import operations
from huadu_portal.ui.admin import ConfirmForm, Door


class StopLadderForm(ReasonForm):
    until = forms.DateField(
        label=_("reminders go on from"), widget=forms.DateInput(attrs={"type": "date"})
    )

    field_order = ["version", "until", "note"]


PUSH_FORMS: dict[Act, ActDoor] = {
    Act.EXPLAIN: ActDoor(
        ReasonForm,
        operations.explain,
        _("Explain the delay"),
        _("The explanation stands in the history; the heads of the department will read it."),
        _("The delay has been explained; the heads have been told."),
    ),
    Act.ASK_HELP: ActDoor(
        ReasonForm,
        operations.ask_help,
        _("Ask for coordination"),
        _(
            "The window, the service agent and the chief officer will be written to; an "
            "answer is due within three working days. The limits run on."
        ),
        _("Coordination has been asked for."),
    ),
    Act.NUDGE: ActDoor(
        NoteForm,
        operations.nudge,
        _("Ask after it"),
        _("Once a working day. The officer in charge will be written to."),
        _("The officer has been asked."),
    ),
    Act.ORDER: ActDoor(
        ReasonForm,
        operations.order,
        _("Give a supervision order"),
        _(
            "A reply is due within three working days; without one a red card follows. The "
            "officer and the heads of the department will be written to."
        ),
        _("The order has been given; the department has been told."),
        danger=True,
    ),
    Act.STOP_LADDER: ActDoor(
        StopLadderForm,
        operations.stop_ladder,
        _("Stop the reminders"),
        _(
            "Until that day nobody is reminded of this item and no card is shown; its limits "
            "run on. The officer in charge will be sent the reason."
        ),
        _("The reminders have been stopped."),
    ),
    Act.LIFT_STOP: ActDoor(
        NoteForm,
        operations.lift_stop,
        _("Let the reminders go on"),
        _("Whatever has been reached meanwhile is told at once. Nobody is written to now."),
        _("The reminders go on."),
    ),
}


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
