"""What is shown of an item on the portal and at the desk alike."""

from datetime import date
from typing import Any

from approvals.items.models import ApprovalItem
from approvals.items.readiness import readiness_of_item

# What comes with the item itself.
OVERVIEW_RELATED = ["extension", "certificate__document"]


def overview_of(item: ApprovalItem, today: date) -> dict[str, Any]:
    """What has come of it, by its name in the templates; `OVERVIEW_RELATED` fetched."""
    parts = item.parts.select_related("approval_type", "department")
    return {
        "today": today,
        "certificate": getattr(item, "certificate", None),
        "readiness": readiness_of_item(item, today),
        # The newest first.
        "papers": item.papers.select_related("paper").order_by("-pk"),
        "suspensions": item.suspensions.select_related("notice_file"),
        "extension": getattr(item, "extension", None),
        "commitments": item.commitments.select_related("approval_type"),
        "consultations": item.consultations.select_related("department"),
        "spans": list(item.spans.all()),
        # What is inspected together with it, in the order of the catalogue.
        "parts": parts.order_by("approval_type__position", "pk"),
        "visits": (item.whole or item).visits.all(),
    }
