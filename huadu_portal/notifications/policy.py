"""What each message is about, whether it goes at once, and who may choose otherwise. Pure.

Owed notices to a firm (行政许可法第32、38、44条; 优化营商环境条例) and supervision are always
mailed; a person chooses among the rest (docs/decisions/0015).
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import User
from huadu_portal.notifications.models import Delivery, Kind, Topic, When

EMAIL = Delivery.Channel.EMAIL
Role = User.Role
T, K = Topic, Kind


@dataclass(frozen=True)
class MessageRule:
    """`todo` is what the firm has to do now, where it is the firm's turn."""

    topic: Topic
    at_once: bool = False
    todo: str | Promise = ""


def owed(todo: str | Promise = "") -> MessageRule:
    return MessageRule(T.OWED, at_once=True, todo=todo)


def red() -> MessageRule:
    return MessageRule(T.SUPERVISION, at_once=True)


ADD = _(
    "Please submit everything that is listed at once; if there is no answer within thirty "
    "days, the item may be closed."
)
AGAIN = _("You may apply again once the reasons have been remedied.")
APPEAL = _("The decision states how and by when you can object.")

# Whatever is not named here is about progress and goes into the digest.
RULES: dict[Kind, MessageRule] = {
    K.ITEM_ACCEPTED: owed(),
    K.ITEM_DEEMED: owed(),
    K.ITEM_CORRECTION: owed(ADD),
    K.ITEM_DECLINED: owed(AGAIN),
    K.ITEM_GRANTED: owed(
        _("The result is delivered to you or can be collected at the window.")
    ),
    K.ITEM_REFUSED: owed(APPEAL),
    K.ITEM_REOPENED: owed(),
    K.ITEM_DELIVERED: owed(),
    K.ITEM_SUSPENDED: owed(),
    K.ITEM_RESUMED: owed(),
    K.ITEM_EXTENDED: owed(),
    K.ITEM_CLOSED: owed(AGAIN),
    K.APPLICATION_ACCEPTED: MessageRule(T.APPLICATIONS, at_once=True),
    K.APPLICATION_RETURNED: MessageRule(
        T.APPLICATIONS, at_once=True, todo=_("Please add what is missing and submit it again.")
    ),
    K.APPLICATION_DECLINED: MessageRule(T.APPLICATIONS, at_once=True, todo=AGAIN),
    K.DOCUMENT_INFECTED: MessageRule(
        T.APPLICATIONS,
        at_once=True,
        todo=_(
            "Please scan and clean the computer it was sent from, then upload the file again."
        ),
    ),
    # The receipt: who has handed something in looks for it at once.
    K.APPLICATION_SUBMITTED: MessageRule(T.APPLICATIONS, at_once=True),
    K.ITEM_RECEIVED: MessageRule(T.APPLICATIONS, at_once=True),
    K.APPLICATION_WAITING: MessageRule(T.APPLICATIONS),
    K.ITEM_SUBMITTED: MessageRule(T.APPLICATIONS),
    K.ITEM_PRE_REVIEW: MessageRule(T.APPLICATIONS),
    K.ITEM_TRANSFERRED: MessageRule(T.APPLICATIONS),
    K.ITEM_WITHDRAWN: MessageRule(T.APPLICATIONS),
    K.ITEM_FORMAL: MessageRule(T.APPLICATIONS),
    # Of a rung the ladder says whether it is urgent.
    K.REMINDER: MessageRule(T.REMINDERS),
    K.ITEM_NUDGED: MessageRule(T.REMINDERS),
    K.CARD_RED: red(),
    K.CARD_APPEALED: red(),
    K.CARD_DECIDED: red(),
    K.ORDER_GIVEN: red(),
    K.ORDER_ANSWERED: red(),
    K.LADDER_STOPPED: red(),
    K.HELP_ASKED: MessageRule(T.ANSWERS, at_once=True),
    K.ITEM_SILENT: red(),
    K.ITEM_PRE_OBJECTED: MessageRule(
        T.ANSWERS, todo=_("Please see the opinion, make the changes and submit it again.")
    ),
    K.ITEMS_READY: MessageRule(T.ANSWERS, todo=_("You can apply for it now.")),
    K.MEMBERSHIP_ASKED: MessageRule(T.PEOPLE),
    K.MEMBERSHIP_DECIDED: MessageRule(T.PEOPLE, at_once=True),
    K.MEMBERSHIP_AGREED: MessageRule(
        T.PEOPLE,
        at_once=True,
        todo=_("You can now apply and submit materials for this enterprise."),
    ),
    K.MEMBERSHIP_REFUSED: MessageRule(
        T.PEOPLE,
        at_once=True,
        todo=_("Ask the comprehensive window if this looks like a mistake."),
    ),
    K.MEMBERSHIP_CLAIMED: MessageRule(T.PEOPLE, at_once=True),
    K.CLAIM_GRANTED: MessageRule(T.PEOPLE, at_once=True),
    K.CLAIM_DISMISSED: MessageRule(T.PEOPLE, at_once=True),
    K.MEMBERSHIP_ENDED: MessageRule(T.PEOPLE, at_once=True),
    K.OWNER_CHANGED: MessageRule(T.PEOPLE, at_once=True),
    K.CODE_PROVED: MessageRule(T.PEOPLE, at_once=True),
    K.AGENT_ASSIGNED: MessageRule(T.PEOPLE),
    K.ERASURE_ASKED: MessageRule(T.PEOPLE, at_once=True),
    K.ERASURE_DECLINED: MessageRule(T.PEOPLE, at_once=True),
    K.PROJECT_PAUSED: MessageRule(T.ANSWERS, at_once=True),
    K.PROJECT_ENDED: MessageRule(T.ANSWERS, at_once=True),
    K.PROJECT_RESUMED: MessageRule(T.ANSWERS, at_once=True),
    K.ACCOUNT_ROLE: MessageRule(T.PEOPLE, at_once=True),
    K.ACCOUNT_FACTOR: MessageRule(T.PEOPLE, at_once=True),
    K.CALENDAR_MISSING: MessageRule(T.SYSTEM),
    K.SWEEP_SILENT: MessageRule(T.SYSTEM, at_once=True),
}
PROGRESS = MessageRule(T.ANSWERS)
# What nobody of the kind is ever told has no place on their page.
NOT_FOR_FIRMS = {T.SUPERVISION, T.SYSTEM}


def rule_of(kind: str) -> MessageRule:
    return RULES.get(Kind(kind), PROGRESS)


def kinds_of(topic: str) -> list[Kind]:
    return [kind for kind in Kind if rule_of(kind).topic == topic]


def is_firm(role: str) -> bool:
    return role == Role.ENTERPRISE


def is_bound(topic: str, role: str) -> bool:
    """Whether mail on this topic is always sent to a person of this role."""
    return topic == T.SUPERVISION or (topic == T.OWED and is_firm(role))


def is_required_by_law(kind: str, role: str) -> bool:
    return is_firm(role) and rule_of(kind).topic == T.OWED


def usual(kind: str, channel: str, *, at_once: bool | None) -> When:
    """When it goes if nobody has chosen otherwise; gateways carry only what cannot wait."""
    if rule_of(kind).at_once if at_once is None else at_once:
        return When.AT_ONCE
    return When.DIGEST if channel == EMAIL else When.OFF


def chosen_under(kind: str, channel: str, *, role: str, at_once: bool | None) -> str:
    """The topic whose preference counts for this message; none where none may.

    What a caller calls urgent is red, whatever its kind: it is mailed like supervision.
    """
    topic = rule_of(kind).topic
    is_mailed_anyway = is_bound(topic, role) or bool(at_once)
    return "" if channel == EMAIL and is_mailed_anyway else topic


def topics_for(user: User) -> list[Topic]:
    """What a person can be told at all."""
    hidden = NOT_FOR_FIRMS if is_firm(user.role) else set()
    if user.role != Role.SYSTEM_ADMIN:
        hidden = hidden | {T.SYSTEM}
    return [topic for topic in Topic if topic not in hidden]


WHY_BY_ROLE: dict[str, Promise] = {
    Role.ENTERPRISE: _("You act for the enterprise concerned."),
    Role.WINDOW: _("You are on the staff of the comprehensive window."),
    Role.AGENT: _("You are the service agent of the project."),
    Role.CHIEF_OFFICER: _("You are the project's chief service officer."),
    Role.OFFICER: _("You or your department handle the item."),
    Role.DEPARTMENT_HEAD: _("You head the department that handles it."),
    Role.CENTRE_HEAD: _("You head the center, which supervises all time limits."),
    Role.LEADER: _("You are the district leader in charge of industrial projects."),
}
WHY_BY_TOPIC: dict[str, Promise] = {
    T.PEOPLE: _(
        "It concerns your account, the persons who act for your enterprise or the service "
        "agent of your project."
    ),
    T.SYSTEM: _("You are responsible for operating the portal."),
}


def why(topic: str, role: str) -> str | Promise:
    """Why a person receives it, in a sentence."""
    found = WHY_BY_TOPIC.get(topic) or WHY_BY_ROLE.get(role)
    return found or _("This matter concerns you.")


def end_of_quiet(local: datetime, begin: time, end: time) -> datetime | None:
    """When the quiet hours end that hold at this moment, in its own zone; else None."""
    now = local.timetz().replace(tzinfo=None)
    over_midnight = begin > end
    is_quiet = (now >= begin or now < end) if over_midnight else begin <= now < end
    if not is_quiet:
        return None
    tomorrow = timedelta(days=1) if over_midnight and now >= begin else timedelta(0)
    return datetime.combine(local.date() + tomorrow, end, local.tzinfo)
