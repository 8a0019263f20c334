"""征求意见: what other departments are asked."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from approvals.items.models import ApprovalItem
from approvals.items.models.waiting import OwedForItem
from huadu_portal.accounts.models import Department, User
from huadu_portal.escalation.models import due_index
from huadu_portal.routes import address
from projects.models import person_field


class ConsultationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of items one may see, and those one's own department was asked."""
        seen = Q(item__in=ApprovalItem.objects.visible_to(user))
        if user.is_of_department:
            seen |= Q(department=user.department_id)
        return self.filter(seen)

    def unanswered(self) -> Self:
        return self.filter(answered_at=None)

    def lapsed(self, today: date) -> Self:
        """Past their day without an opinion, and not yet recorded as silent."""
        return self.unanswered().filter(silent_at=None, due_on__lt=today)


class Consultation(OwedForItem):
    """征求意见: another department is asked for its opinion; its own limit runs.

    A child row, not a span: the department that asks stays responsible for the item.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="consultations", verbose_name=_("item")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department consulted")
    )
    question = models.TextField(_("question"))
    asked_at = models.DateTimeField(_("asked"))
    asked_by = person_field(_("asked by"))
    due_on = models.DateField(_("opinion due"))
    opinion = models.TextField(_("opinion"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = person_field(_("answered by"))
    # Silence past the day is recorded; the item goes on without the opinion.
    silent_at = models.DateTimeField(_("no answer recorded"), null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("consultation"), _("consultations")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "department"],
                condition=Q(answered_at__isnull=True, silent_at__isnull=True),
                name="consultation_open_once_per_department",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(opinion=""),
                name="consultation_answered_with_opinion",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="consultation_open",
                condition=Q(answered_at__isnull=True, silent_at__isnull=True),
            ),
            due_index("consultation_rung"),
        ]

    def __str__(self) -> str:
        return f"{self.department} · {self.item}"

    def get_absolute_url(self) -> str:
        return address("approvals:consultation", self.pk)

    @property
    def is_open(self) -> bool:
        return self.answered_at is None
