"""The acts that push an item, and those on cards, supervision orders and requests for coordination."""

from dataclasses import dataclass, replace

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.acts import NoteForm, ReasonForm
from approvals.acts.forms.several import ReasonForAll
from approvals.acts.kinds import ItemAct, OfItemAct
from approvals.acts.serializers import NoteSerializer, ReasonSerializer
from approvals.items.rights import (
    CENTRE,
    DEPARTMENT,
    DEPARTMENT_OWES,
    R,
    accompanies,
    is_applied_for,
    item_rule,
)
from approvals.supervision.forms import (
    AppealForm,
    CancelForm,
    DecideForm,
    ReplyForm,
    StopForAll,
    StopLadderForm,
)
from approvals.supervision.models import Card
from approvals.supervision.operations import cards, follow_up, orders
from approvals.supervision.rights import (
    can_be_appealed,
    can_be_cancelled,
    decides_on,
    has_no_open_order,
    has_no_open_request,
    is_addressed,
    is_disputed,
    is_stopped,
    is_unanswered,
    is_unread,
    may_answer_help,
)
from approvals.supervision.serializers import (
    AnswerSerializer,
    AppealSerializer,
    CancelSerializer,
    DecideSerializer,
    StopLadderSerializer,
)
from huadu_portal.accounts.roles import HEADS
from huadu_portal.acts import ActForm, Acts, Rule, Several, never
from huadu_portal.errors import NotAllowed

# On an item.
FOLLOW_UPS = [
    ItemAct(
        "explain",
        rule=item_rule(DEPARTMENT_OWES, DEPARTMENT | CENTRE, is_applied_for, own=True),
        leads=never,
        operation=follow_up.explain,
        form=ReasonForm,
        serializer=ReasonSerializer,
        label=_("Explain the delay"),
        consequence=_(
            "The explanation stands in the history; the heads of the department will read it."
        ),
        done=_("The delay has been explained; the heads have been notified."),
        words=_("delay explained"),
        stays=True,
        follow_up=True,
    ),
    ItemAct(
        "ask_help",
        rule=item_rule(
            DEPARTMENT_OWES, DEPARTMENT | CENTRE, is_applied_for, has_no_open_request, own=True
        ),
        leads=never,
        operation=follow_up.ask_help,
        form=ReasonForm,
        serializer=ReasonSerializer,
        label=_("Ask for coordination"),
        consequence=_(
            "The window, the service agent and the chief officer will be notified; an "
            "answer is due within three working days. The limits run on."
        ),
        done=_("Coordination has been requested."),
        words=_("coordination requested"),
        stays=True,
        follow_up=True,
    ),
    ItemAct(
        "nudge",
        rule=item_rule(DEPARTMENT_OWES, {R.AGENT}, is_applied_for, who=[accompanies]),
        operation=follow_up.nudge,
        form=NoteForm,
        serializer=NoteSerializer,
        label=_("Send a reminder"),
        consequence=_("Once a working day. The officer in charge will be notified."),
        done=_("The officer has been sent a reminder."),
        words=_("reminder from the service agent"),
        stays=True,
        follow_up=True,
    ),
    ItemAct(
        "order",
        rule=item_rule(DEPARTMENT_OWES, {*HEADS, R.LEADER}, is_applied_for, has_no_open_order),
        operation=follow_up.order,
        form=ReasonForm,
        serializer=ReasonSerializer,
        label=_("Give a supervision order"),
        consequence=_(
            "A reply is due within three working days, otherwise a red card is issued. "
            "The officer and the heads of the department will be notified."
        ),
        done=_("The order has been given; the department has been notified."),
        danger=True,
        words=_("supervision order given"),
        stays=True,
        follow_up=True,
        several=Several(_("Give supervision orders"), ReasonForAll),
    ),
    ItemAct(
        "stop_ladder",
        rule=item_rule(DEPARTMENT_OWES, HEADS, is_applied_for),
        leads=never,
        operation=follow_up.stop_ladder,
        form=StopLadderForm,
        serializer=StopLadderSerializer,
        label=_("Pause reminders"),
        consequence=_(
            "Until that date no reminders are sent and no cards are issued for this "
            "item; its time limits continue. The officer in charge will be sent the "
            "reason."
        ),
        done=_("Reminders have been paused."),
        words=_("reminders paused"),
        stays=True,
        follow_up=True,
        several=Several(_("Pause the reminders of several items"), StopForAll),
    ),
    ItemAct(
        "lift_stop",
        rule=item_rule(DEPARTMENT_OWES, HEADS, is_applied_for, is_stopped),
        leads=never,
        operation=follow_up.lift_stop,
        form=NoteForm,
        serializer=NoteSerializer,
        label=_("Resume reminders"),
        consequence=_(
            "Reminders due in the meantime are sent immediately. No notification is sent now."
        ),
        done=_("Reminders have been resumed."),
        words=_("reminders resumed"),
        stays=True,
        follow_up=True,
    ),
]


# ---- On what stands beside an item --------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CardAct(OfItemAct):
    """An act on a card."""

    related: str = "department"

    def refusal(self, card: Card) -> NotAllowed:
        """Without a version: nobody names the item's with it."""
        return NotAllowed(self.why_not(card))


def why_not_cancelled(card: Card) -> LazyText:
    if card.cancelled_at:
        return _("This card has been cancelled already.")
    return _("There is an appeal to decide on first.")


DECIDING = Rule(frozenset({R.CENTRE_HEAD, R.LEADER}), who=(decides_on,))
CARD_ACTS = Acts(
    CardAct(
        "appeal",
        rule=Rule(frozenset(HEADS), who=(is_addressed,), only=(can_be_appealed,)),
        operation=cards.appeal,
        form=AppealForm,
        serializer=AppealSerializer,
        label=_("Appeal"),
        consequence=_(
            "An appeal can be submitted once only. The center head will be "
            "notified and decides."
        ),
        done=_("The appeal has been submitted."),
        otherwise=_("This card has been cancelled, or appealed against already."),
    ),
    CardAct(
        "decide",
        rule=replace(DECIDING, only=(is_disputed,)),
        operation=cards.decide,
        form=DecideForm,
        serializer=DecideSerializer,
        label=_("Decide on the appeal"),
        consequence=_(
            "The department's head will be notified. A cancelled card counts for nothing."
        ),
        done=_("It has been decided on the appeal."),
        otherwise=_("There is no appeal to decide on."),
    ),
    CardAct(
        "cancel",
        rule=replace(DECIDING, only=(can_be_cancelled,)),
        operation=cards.cancel,
        form=CancelForm,
        serializer=CancelSerializer,
        label=_("Cancel the card"),
        consequence=_(
            "It stays in the history with the reason, and counts for nothing. The "
            "department's head will be notified."
        ),
        done=_("The card has been cancelled."),
        danger=True,
        otherwise=why_not_cancelled,
    ),
)
# The department it was given to; the centre's head for the centre's own services.
ADDRESSED = Rule(frozenset(DEPARTMENT | CENTRE), who=(is_addressed,))
ORDER_ACTS = Acts(
    OfItemAct(
        "receive",
        # A second time changes nothing.
        rule=replace(ADDRESSED, offered=(is_unread,)),
        operation=orders.receive_order,
        form=ActForm,
        label=_("Confirm receipt"),
        consequence=_(
            "The person who gave it sees that it has been read. No notification is sent."
        ),
        done=_("Receipt has been confirmed."),
        related="ordered_by",
    ),
    OfItemAct(
        "answer",
        rule=replace(ADDRESSED, only=(is_unanswered,)),
        operation=orders.answer_order,
        form=ReplyForm,
        serializer=AnswerSerializer,
        label=_("Answer"),
        consequence=_(
            "Whoever gave the order will be sent the reply; by a rung, the center's head."
        ),
        done=_("The order has been answered."),
        otherwise=_("This has been answered already."),
        related="ordered_by",
    ),
)
HELP_ACTS = Acts(
    OfItemAct(
        "answer",
        rule=Rule(who=(may_answer_help,), only=(is_unanswered,)),
        operation=follow_up.answer_help,
        form=ReplyForm,
        serializer=AnswerSerializer,
        label=_("Answer"),
        consequence=_("The officer who asked will be notified."),
        done=_("The request has been answered."),
        otherwise=_("This has been answered already."),
        related="asked_by",
    ),
)
