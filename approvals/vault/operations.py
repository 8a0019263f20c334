"""Who was given a file in which a virus has been found since."""

from datetime import datetime

from approvals.items.models import ApprovalItem
from approvals.items.operations.notices import officers_of
from huadu_portal.notifications.models import Kind
from huadu_portal.notifications.operations import Message, notify_all
from projects.models import Document


def warn_officers(document: Document, at: datetime) -> None:
    """Of each item it was handed in for: they may have a copy on their own computers."""
    items = ApprovalItem.objects.filter(documents=document)
    said = {"file": document.filename, "enterprise": document.enterprise.name}
    messages = [
        Message(
            officers_of(item),
            Kind.DOCUMENT_INFECTED,
            params=said,
            url=item.get_absolute_url(),
            event_key=f"document:{document.pk}:infected:{item.pk}",
            subject=item.pk,
        )
        for item in items.select_related("officer").order_by("pk")
    ]
    notify_all(messages, at=at)
