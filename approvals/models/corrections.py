"""What an item lacks, told at once, and which materials it asks for."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.models.items import ApprovalItem
from approvals.models.waiting import Waiting, rung_index
from projects.models import MaterialKind, person

# After so long without an answer the window may close an item (docs/states.md, Limits).
CORRECTION_PATIENCE = timedelta(30)


class CorrectionRequest(Waiting):
    """一次性告知: everything an item lacks, told at once."""

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="corrections")
    asked_at = models.DateTimeField(_("asked"))
    asked_by = person(_("asked by"))
    # A sentence for each thing that is missing or wrong.
    missing = models.JSONField(_("what is missing"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("request for correction")
        verbose_name_plural = _("requests for correction")
        ordering = ["asked_at", "pk"]
        indexes = [
            rung_index("correction_rung"),
            models.Index(
                fields=["asked_at"],
                name="correction_unanswered",
                condition=Q(answered_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.item_id} {self.asked_at:%F}"


class AskedMaterial(models.Model):
    """A kind of material that a correction asks for; one already here, for a reason."""

    correction = models.ForeignKey(CorrectionRequest, models.CASCADE, related_name="materials")
    kind = models.ForeignKey(
        MaterialKind, models.PROTECT, related_name="+", verbose_name=_("kind of material")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("material asked for")
        verbose_name_plural = _("materials asked for")
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "kind"], name="asked_material_once_per_kind"
            ),
        ]

    def __str__(self):
        return str(self.kind)
