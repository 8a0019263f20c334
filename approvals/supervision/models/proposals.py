"""督办建议: what a rung of the ladder proposes, and a head or leader decides on."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from approvals.items.models import ApprovalItem
from approvals.items.models.waiting import OwedForItem
from approvals.items.rights import ON_LADDER
from approvals.supervision.models.cards import OfItemQuerySet, SupervisionOrder
from huadu_portal.accounts.models import Department
from huadu_portal.escalation.models import Reminder, due_index
from huadu_portal.routes import address
from huadu_portal.ui.choices import ColoredText
from projects.models import person_field


class ProposalState(ColoredText):
    OPEN = "open", "yellow", _("to be decided on")
    ISSUED = "issued", "deep-red", _("order issued")
    DECLINED = "declined", "neutral", _("no order issued")
    LAPSED = "lapsed", "neutral", _("no longer needed")


# The item still owes what the order would demand: it is on the ladder, and has not been decided
# since. `OrderProposal.state` says the same.
NEEDED = Q(item__status__in=ON_LADDER) & (
    Q(item__decided_at__isnull=True) | Q(item__decided_at__lt=F("proposed_at"))
)


class OrderProposalQuerySet(OfItemQuerySet):
    def in_state(self, state: str) -> Self:
        """`state` in SQL."""
        match ProposalState(state):
            case ProposalState.OPEN:
                return self.filter(NEEDED, decided_at=None)
            case ProposalState.LAPSED:
                return self.filter(~NEEDED, decided_at=None)
            case ProposalState.ISSUED:
                return self.filter(order__isnull=False)
            case ProposalState.DECLINED:
                return self.filter(decided_at__isnull=False, order=None)

    def overdue(self, today: date) -> Self:
        """Those on which somebody was to decide before today."""
        return self.in_state(ProposalState.OPEN).filter(due_on__lt=today)


class OrderProposal(OwedForItem):
    """A supervision order proposed by a rung: a person issues it, with its card, or declines it
    with a reason, within two working days (docs/decisions/0044)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="order_proposals", verbose_name=_("item")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    # The rung that proposes it; no rung proposes two.
    reminder = models.OneToOneField(
        Reminder,
        models.PROTECT,
        related_name="order_proposal",
        verbose_name=_("reminder"),
    )
    demand = models.TextField(_("what is demanded"))
    proposed_at = models.DateTimeField(_("proposed"))
    due_on = models.DateField(_("decision due"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = person_field(_("decision by"))
    order = models.OneToOneField(
        SupervisionOrder,
        models.PROTECT,
        null=True,
        related_name="proposal",
        verbose_name=_("supervision order"),
    )
    reason = models.TextField(_("why no order was issued"), blank=True)

    objects = OrderProposalQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = (
            _("proposed supervision order"),
            _("proposed supervision orders"),
        )
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(decided_at__isnull=True),
                name="order_proposal_one_open_per_item",
            ),
            models.CheckConstraint(
                condition=Q(
                    decided_at__isnull=True,
                    decided_by__isnull=True,
                    order__isnull=True,
                    reason="",
                )
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                & (Q(order__isnull=False, reason="") | Q(order__isnull=True) & ~Q(reason="")),
                name="order_proposal_issued_or_declined_with_reason",
            ),
        ]
        indexes = [
            due_index("order_proposal_rung"),
            models.Index(
                fields=["due_on", "id"],
                name="order_proposal_open",
                condition=Q(decided_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)

    def get_absolute_url(self) -> str:
        return address("admin:approvals_orderproposal_change", self.pk)

    @classmethod
    def waiting(cls) -> models.QuerySet:
        return cls.objects.filter(decided_at=None)

    @property
    def state(self) -> ProposalState:
        if self.decided_at:
            return ProposalState.ISSUED if self.order_id else ProposalState.DECLINED
        decided_at = self.item.decided_at
        is_needed = self.item.status in ON_LADDER and not (
            decided_at and decided_at >= self.proposed_at
        )
        return ProposalState.OPEN if is_needed else ProposalState.LAPSED
