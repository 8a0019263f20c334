"""What a page says of a message besides its sentence."""

from django import template

from huadu_portal.accounts.models import User
from huadu_portal.notifications import policy
from huadu_portal.notifications.models import Notification

register = template.Library()


@register.filter
def is_owed_to(message: Notification, user: User) -> bool:
    return policy.is_required_by_law(message.kind, user.role)


@register.filter
def todo_of(message, user):
    """What to do now; nothing where it is not the reader's turn."""
    return policy.rule_of(message.kind).todo if policy.is_firm(user.role) else ""


@register.filter
def by_when(message: Notification) -> str:
    """The day the message is about, where its sentence does not name it."""
    due = message.params.get("due", "")
    return "" if due in message.title else due
