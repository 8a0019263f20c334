"""What a correction asks for: kinds of material, each with a reason where it is here."""

from collections.abc import Collection
from datetime import date

from approvals.acts.models import AskedMaterial, CorrectionRequest
from approvals.items.models import ApprovalItem
from approvals.vault.needs import held_for_item
from projects.operations import MaterialRequest, check_requests


def check_item_requests(
    item: ApprovalItem, requests: Collection[MaterialRequest], *, on: date
) -> None:
    """Raises ValidationError where a kind that is here and valid is asked for without a reason."""
    check_requests(requests, held_for_item(item, {each.kind.pk for each in requests}, on))


def keep_requests(correction: CorrectionRequest, requests: Collection[MaterialRequest]) -> None:
    """So that it can be counted how often, and why, firms were asked twice."""
    AskedMaterial.objects.bulk_create(
        AskedMaterial(correction=correction, kind=each.kind, reason=each.reason)
        for each in requests
    )
