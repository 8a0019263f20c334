"""What happened to an item, whose court it was in, what it lacked."""

import json
from datetime import UTC
from hashlib import sha256

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    DateTimeRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.models.items import ApprovalItem
from approvals.models.states import EVENT_WORDS, Ground, Holder, Status
from approvals.models.waiting import Waiting, rung_index
from huadu_portal.clock import now
from projects.models import MaterialKind, person


class ItemEvent(models.Model):
    """What happened to an item. Written by approvals.operations, never changed."""

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded"), default=now)
    # Null: the system.
    by = person(_("by"))
    from_status = models.CharField(_("from"), max_length=20, choices=Status)
    to_status = models.CharField(_("to"), max_length=20, choices=Status)
    # Which act it was; several leave the status as it is (extend, transfer, consult).
    act = models.CharField(_("act"), max_length=30, blank=True)
    note = models.TextField(_("note"), blank=True)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name, verbose_name_plural = _("event"), _("events")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="event_number_once"),
        ]
        # For the daily head; rows come in its order, so a block's bounds say enough.
        indexes = [BrinIndex(fields=["recorded_at"], name="event_recorded")]

    def __str__(self):
        return f"{self.number} → {self.get_to_status_display()}"

    @property
    def words(self):
        """What happened, where the new status does not say it; None where it does."""
        return EVENT_WORDS.get(self.act)

    def digest_after(self, previous: str) -> str:
        """What `digest` has to be, given that of the event before ("" for none)."""
        moments = [m.astimezone(UTC).isoformat() for m in (self.at, self.recorded_at)]
        row = [str(self.item_id), self.number, *moments, str(self.by_id or "")]
        row += [self.from_status, self.to_status, self.note]
        # Events from before acts were named keep the digests they have.
        row += [self.act] if self.act else []
        return sha256(json.dumps([previous, *row]).encode()).hexdigest()


class TsTzRange(models.Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class ClockSpan(models.Model):
    """A stretch of time during which an item was in one party's court."""

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="spans")
    holder = models.CharField(_("holder"), max_length=20, choices=Holder)
    ground = models.CharField(_("ground"), max_length=200, blank=True)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("span"), _("spans")
        ordering = ["started_at", "pk"]
        constraints = [
            # An open end is null, which a range reads as "for ever".
            ExclusionConstraint(
                name="span_one_holder_at_a_time",
                expressions=[
                    ("item", RangeOperators.EQUAL),
                    (
                        TsTzRange("started_at", "ended_at", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                condition=~Q(holder=Holder.STOPPED) | ~Q(ground=""),
                name="span_stopped_on_a_ground",
            ),
        ]

    def __str__(self):
        return f"{self.get_holder_display()} {self.started_at:%F}"

    @property
    def ground_shown(self):
        """In words: a legal ground, or the refusal that was taken back."""
        words = dict(Ground.choices) | {Status.REFUSED: Status.REFUSED.label}
        return words.get(self.ground, self.ground)


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
