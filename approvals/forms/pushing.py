"""How the acts that push an item are offered."""

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals import operations
from approvals.forms.acts import NoteForm, ReasonForm
from approvals.forms.doors import ActDoor
from approvals.rights import Act


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
