"""书面承诺: what firms are to bring later, in writing and by a day."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from approvals.catalogue.models import ApprovalType
from approvals.items.models import OVER, ApprovalItem
from approvals.items.models.waiting import OwedForItem
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.escalation.models import due_index
from huadu_portal.ui.choices import ColoredText
from projects.material_names import in_english
from projects.models import Document, MaterialKind, person_field

# Not kept yet, and still owed: an item that came to nothing asks for nothing.
OPEN_COMMITMENT = Q(fulfilled_at=None) & ~Q(item__status__in=OVER)


class CommitmentState(ColoredText):
    """How it stands with a commitment on a day."""

    OPEN = "open", "blue", _("open")
    MISSED = "missed", "red", _("missed")
    KEPT = "kept", "green", _("kept")
    KEPT_LATE = "kept_late", "yellow", _("kept late")
    LAPSED = "lapsed", "neutral", _("no longer applicable")


class CommitmentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the items one may see."""
        return self.filter(item__in=ApprovalItem.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(OPEN_COMMITMENT)

    def missed(self, today: date) -> Self:
        return self.filter(OPEN_COMMITMENT, due_on__lt=today)


class Commitment(OwedForItem):
    """书面承诺: what the firm is to bring, in writing and by a day.

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
    # What by law comes before the item's certificate, and is met by its own grant.
    approval_type = models.ForeignKey(
        ApprovalType,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("approval that is to follow"),
    )
    text = models.CharField(_("content of the commitment"), max_length=500)
    due_on = models.DateField(_("promised for"))
    made_at = models.DateTimeField(_("promised"))
    made_by = person_field(_("committed by"))
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
                | Q(fulfilled_at__isnull=False, document__isnull=False)
                | Q(approval_type__isnull=False, document__isnull=True),
                name="commitment_kept_with_a_document",
            ),
        ]
        indexes = [
            due_index("commitment_rung"),
            models.Index(
                fields=["due_on"],
                name="commitment_open",
                condition=Q(fulfilled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """What is to be brought or granted, in the language of the reader."""
        return self.in_english if get_language() == "en" else self.text

    def get_absolute_url(self) -> str:
        return reverse("approvals:commitment", args=[self.item_id, self.pk])

    @classmethod
    def waiting(cls):
        return cls.objects.open()

    @property
    def in_english(self) -> str:
        return self.approval_type.name_en if self.approval_type else in_english(self.text)

    @property
    def words(self) -> dict[str, str]:
        """What a message says of it: what is to be brought, and by when."""
        due = self.due_on.isoformat()
        return {"promised": self.text, "promised_en": self.in_english, "due": due}

    @property
    def is_open(self) -> bool:
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
