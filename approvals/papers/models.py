"""Which official papers belong to what (append-only, as they are), and the certificates."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from approvals.catalogue.validity import RENEWAL, SOON
from approvals.items.models import MET, ApprovalItem
from approvals.items.models.waiting import OwedForItem
from huadu_portal.accounts.models import Department, User
from huadu_portal.escalation.models import due_index
from huadu_portal.papers.models import Paper
from huadu_portal.ui.choices import ColoredInteger
from projects.models import Document, Project


class ItemPaper(models.Model):
    """A paper issued by an act on an item."""

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="papers")
    paper = models.OneToOneField(
        Paper, models.PROTECT, related_name="of_item", verbose_name=_("official paper")
    )
    # ItemEvent.number of the event it tells of.
    event_number = models.PositiveIntegerField(_("event"))

    class Meta:
        verbose_name, verbose_name_plural = _("paper of an item"), _("papers of items")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.paper)


class ProjectPaper(models.Model):
    """A paper about a project as a whole: joint handling, agency, all that is missing."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="papers")
    paper = models.OneToOneField(
        Paper, models.PROTECT, related_name="of_project", verbose_name=_("official paper")
    )
    # Of which case, if it is about joint handling.
    joint_case = models.ForeignKey(
        "JointCase",
        models.PROTECT,
        null=True,
        related_name="papers",
        verbose_name=_("joint case"),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("paper of a project"), _("papers of projects")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.paper)


class ExpiryStage(ColoredInteger):
    """How near the end of a certificate is."""

    NONE = 0, "green", _("not sent")
    SOON = 1, "yellow", _("ends within 90 days")
    RENEWAL = 2, "yellow", _("ends within 30 days")
    EXPIRED = 3, "red", _("expired")


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the items one may see."""
        return self.filter(item__in=ApprovalItem.objects.visible_to(user))

    def in_force(self) -> Self:
        """Not used up: the milestone up to which it had to hold has not been met."""
        used = ApprovalItem.objects.filter(
            project=OuterRef("item__project"),
            approval_type__code=OuterRef("item__approval_type__valid_used_by"),
            status__in=MET,
        )
        return self.filter(~Exists(used))

    def expired(self, today: date) -> Self:
        return self.filter(valid_until__lt=today)

    def expiring(self, today: date, within: timedelta) -> Self:
        return self.filter(valid_until__gte=today, valid_until__lte=today + within)


class Certificate(OwedForItem):
    """The result document of an item, as delivered."""

    item = models.OneToOneField(
        ApprovalItem, models.PROTECT, related_name="certificate", verbose_name=_("item")
    )
    number = models.CharField(_("certificate number"), max_length=100)
    # Null on certificates older than this column: then the item's department.
    issuer = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issuer"),
    )
    issued_on = models.DateField(_("issued"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )

    # Of one that a sweep looks at (supervision/operations/subjects.py).
    is_in_force: bool

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("certificate"), _("certificates")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("issued_on")),
                name="certificate_valid_after_issue",
                violation_error_message=_("It cannot expire before it is issued."),
            ),
        ]
        indexes = [
            models.Index(fields=["valid_until", "id"], name="certificate_valid_until"),
            due_index("certificate_rung"),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def waiting(cls):
        """Whatever ends on a day."""
        return cls.objects.filter(valid_until__isnull=False)

    def stage_on(self, today: date) -> ExpiryStage:
        if self.valid_until is None or self.valid_until > today + SOON:
            return ExpiryStage.NONE
        if self.valid_until < today:
            return ExpiryStage.EXPIRED
        within = self.valid_until <= today + RENEWAL
        return ExpiryStage.RENEWAL if within else ExpiryStage.SOON
