"""I4: what became of proposed supervision orders stands in the history of their items."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from approvals.models import ItemEvent, OrderProposal
from huadu_portal.monitoring.reconcile.finding import Finding, of

# Named here anew (docs/states.md).
ISSUED, DECLINED = "order", "decline_proposal"


def decisions() -> Iterator[Finding]:
    """Each has its event, and each order that was issued is the item's own, by who decided."""
    decided = OrderProposal.objects.filter(decided_at__isnull=False)
    event = ItemEvent.objects.filter(
        item=OuterRef("item"), by=OuterRef("decided_by"), at=OuterRef("decided_at")
    )
    has_event = Q(Exists(event.filter(act=ISSUED)), order__isnull=False) | Q(
        Exists(event.filter(act=DECLINED)), order__isnull=True
    )
    for proposal in decided.exclude(has_event).only("pk").iterator():
        yield of("I4", proposal, "It was decided on, and the item's history does not say so.")
    others = Q(order__isnull=False) & (
        ~Q(order__item=F("item")) | ~Q(order__ordered_by=F("decided_by"))
    )
    for proposal in decided.filter(others).only("pk").iterator():
        yield of("I4", proposal, "Its order is another item's, or was issued by somebody else.")
