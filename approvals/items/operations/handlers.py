"""What a person handles, named before the account is switched off; and what is about a firm."""

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import ngettext

from approvals.items.models import ApprovalItem
from huadu_portal.accounts.models import User
from projects.models import Enterprise


def handled(user: User) -> Iterator[str]:
    """Open items of which the person is the officer; the department can transfer them."""
    count = ApprovalItem.objects.open().filter(officer=user).count()
    if count:
        sentence = ngettext(
            "%(person)s handles %(count)s open approval item: the department has to transfer "
            "it to a colleague.",
            "%(person)s handles %(count)s open approval items: the department has to transfer "
            "them to a colleague.",
            count,
        )
        yield sentence % {"person": user, "count": count}


def keys_of_items(firm: Enterprise) -> Iterator[UUID]:
    """Those of a firm's items, for messages about them."""
    return (
        ApprovalItem.objects.filter(project__enterprise=firm)
        .values_list("pk", flat=True)
        .iterator()
    )
