"""An explanation of a delay that a project's chief officer has demanded of a department."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from approvals.items.models import ApprovalItem
from approvals.items.models.waiting import OwedForItem
from approvals.supervision.models.cards import OfItemQuerySet
from huadu_portal.escalation.models import due_index
from huadu_portal.routes import address
from projects.models import person_field


class ExplanationDemand(OwedForItem):
    """Owed by whoever handles the item, until the department explains the delay."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(
        ApprovalItem,
        models.PROTECT,
        related_name="explanation_demands",
        verbose_name=_("item"),
    )
    demand = models.TextField(_("what is demanded"))
    asked_at = models.DateTimeField(_("asked"))
    asked_by = person_field(_("asked by"), null=False)
    due_on = models.DateField(_("answer due"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = person_field(_("answered by"))

    objects = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("demanded explanation")
        verbose_name_plural = _("demanded explanations")
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(answered_at__isnull=True),
                name="explanation_one_open_per_item",
            ),
        ]
        indexes = [
            due_index("explanation_rung"),
            models.Index(
                fields=["due_on", "id"],
                name="explanation_open",
                condition=Q(answered_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.item)

    def get_absolute_url(self) -> str:
        """It is answered on the item's page."""
        return address("admin:approvals_approvalitem_change", self.item_id)
