"""What firms have promised in writing, how it stands with it, and how far it was pushed."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from approvals.models.items import ApprovalItem
from approvals.models.states import OVER
from approvals.models.waiting import Waiting, rung_index
from huadu_portal.clock import civil_day
from projects.models import Document, MaterialKind, person

# Not kept yet, and still owed: an item that came to nothing asks for nothing.
OWED = Q(fulfilled_at=None) & ~Q(item__status__in=OVER)


class CommitmentState(models.TextChoices):
    """How it stands with a promise on a day."""

    OPEN = "open", _("open")
    MISSED = "missed", _("missed")
    KEPT = "kept", _("kept")
    KEPT_LATE = "kept_late", _("kept late")
    LAPSED = "lapsed", _("no longer owed")


class CommitmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the items one may see."""
        return self.filter(item__in=ApprovalItem.objects.visible_to(user))

    def open(self):
        return self.filter(OWED)

    def missed(self, today: date):
        return self.filter(OWED, due_on__lt=today)


class Commitment(Waiting):
    """书面承诺: what the firm has promised to bring, in writing and by a day.

    容缺受理 takes an item in while a secondary material lacks; 告知承诺 takes the firm's
    word instead of a proof; a joint case turns its commitments into follow-up tasks.
    """

    class Source(models.TextChoices):
        TOLERANT = "tolerant", _("tolerant acceptance")
        NOTIFICATION = "notification", _("commitment instead of proof")
        JOINT = "joint", _("joint case")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="commitments", verbose_name=_("item")
    )
    source = models.CharField(_("source"), max_length=20, choices=Source)
    material = models.ForeignKey(
        MaterialKind, models.PROTECT, null=True, related_name="+", verbose_name=_("material")
    )
    text = models.CharField(_("what is promised"), max_length=500)
    due_on = models.DateField(_("promised for"))
    made_at = models.DateTimeField(_("promised"))
    made_by = person(_("promised by"))
    fulfilled_at = models.DateTimeField(_("kept"), null=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("document")
    )

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("commitment"), _("commitments")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fulfilled_at__isnull=True, document__isnull=True)
                | Q(fulfilled_at__isnull=False, document__isnull=False),
                name="commitment_kept_with_a_document",
            ),
        ]
        indexes = [
            rung_index("commitment_rung"),
            models.Index(
                fields=["due_on"],
                name="commitment_open",
                condition=Q(fulfilled_at__isnull=True),
            ),
        ]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return reverse("approvals:commitment", args=[self.item_id, self.pk])

    @classmethod
    def waiting(cls):
        return cls.objects.open()

    @property
    def is_open(self):
        return self.fulfilled_at is None and self.item.status not in OVER

    def is_missed(self, today: date) -> bool:
        return self.is_open and self.due_on < today

    def state_on(self, today: date) -> CommitmentState:
        if self.fulfilled_at:
            is_late = civil_day(self.fulfilled_at) > self.due_on
            return CommitmentState.KEPT_LATE if is_late else CommitmentState.KEPT
        if not self.is_open:
            return CommitmentState.LAPSED
        return CommitmentState.MISSED if self.is_missed(today) else CommitmentState.OPEN
