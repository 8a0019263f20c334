"""补正: what an item lacks, told at once, and what the firm says to it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.items.models import ApprovalItem
from approvals.items.models.waiting import OwedForItem
from huadu_portal.clock import civil_day
from huadu_portal.escalation.models import due_index
from projects.models import Document, MaterialKind, person_field

# After so long without an answer the window may close an item (docs/states.md, Limits).
CORRECTION_PATIENCE = timedelta(30)


class CorrectionRequest(OwedForItem):
    """一次性告知: everything an item lacks, told at once."""

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="corrections")
    asked_at = models.DateTimeField(_("asked"))
    asked_by = person_field(_("asked by"))
    # A sentence for each thing that is missing or wrong.
    missing = models.JSONField(_("what is missing"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("request for correction")
        verbose_name_plural = _("requests for correction")
        ordering = ["asked_at", "pk"]
        indexes = [
            due_index("correction_rung"),
            models.Index(
                fields=["asked_at"],
                name="correction_unanswered",
                condition=Q(answered_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.asked_at:%F}"

    @property
    def answer_by(self) -> date:
        """The day by which the firm answers; from then on the window may close the item."""
        return civil_day(self.asked_at + CORRECTION_PATIENCE)

    @property
    def points(self) -> list["Point"]:
        """Every line of the list with what it asks for and what the firm said to it.

        The kinds of material stand first (`request_correction`). Fetch `POINTS` with many.
        """
        materials = sorted(self.materials.all(), key=lambda each: each.pk)
        kinds: list[MaterialKind | None] = [each.kind for each in materials]
        kinds += [None] * (len(self.missing) - len(kinds))
        answers = {answer.number: answer for answer in self.answers.all()}
        return [
            Point(number, sentence, kind, answers.get(number))
            for number, (sentence, kind) in enumerate(
                zip(self.missing, kinds, strict=False), start=1
            )
        ]


# What `points` reads besides the request itself.
POINTS = ["materials__kind", "answers__documents"]


class AskedMaterial(models.Model):
    """A kind of material that a correction asks for; one already here, for a reason."""

    correction = models.ForeignKey(CorrectionRequest, models.CASCADE, related_name="materials")
    kind = models.ForeignKey(
        MaterialKind, models.PROTECT, related_name="+", verbose_name=_("kind of material")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("material requested")
        verbose_name_plural = _("materials requested")
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "kind"], name="asked_material_once_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return str(self.kind)


class PointAnswer(models.Model):
    """What the firm said to one point of a request for correction: files, words, or both."""

    correction = models.ForeignKey(CorrectionRequest, models.CASCADE, related_name="answers")
    # Which line of `missing`, from 1.
    number = models.PositiveSmallIntegerField(_("point"))
    text = models.TextField(_("answer"), blank=True)
    documents = models.ManyToManyField(
        Document, related_name="+", blank=True, verbose_name=_("documents")
    )
    # No words, and no file that the item had not been given before.
    is_unchanged = models.BooleanField(_("nothing new"), default=False)

    class Meta:
        verbose_name = _("answer to a point")
        verbose_name_plural = _("answers to points")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "number"], name="correction_point_answered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"


@dataclass(frozen=True)
class Point:
    """A line of a request for correction."""

    number: int
    sentence: str
    # The kind of material that it asks for; None where it is a sentence.
    kind: MaterialKind | None
    answer: PointAnswer | None
