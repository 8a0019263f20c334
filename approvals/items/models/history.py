"""What happened to an item, who held it, what it lacked."""

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

from approvals.catalogue.models import Ground
from approvals.items.events import BY_FIRM, EVENTS
from approvals.items.models.items import ApprovalItem
from approvals.items.models.states import Holder, Status
from huadu_portal.clock import now
from projects.models import person_field


class ItemEvent(models.Model):
    """What happened to an item. Written by operations.history, never changed."""

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded"), default=now)
    # Null: the system.
    by = person_field(_("by"))
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

    def __str__(self) -> str:
        return f"{self.number} → {self.get_to_status_display()}"

    @property
    def words(self):
        """What happened, where the new status does not say it; None where it does."""
        return EVENTS[self.act].words if self.act in EVENTS else None

    @property
    def is_for_firm(self) -> bool:
        """Done at the window for a firm without an account (docs/decisions/0049)."""
        return self.act in BY_FIRM and self.by is not None and self.by.is_staff

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
    """A stretch of time during which one party was responsible for an item."""

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="spans")
    holder = models.CharField(_("responsible party"), max_length=20, choices=Holder)
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

    def __str__(self) -> str:
        return f"{self.get_holder_display()} {self.started_at:%F}"

    @property
    def ground_shown(self):
        """In words: a legal ground, or the refusal that was taken back."""
        words = dict(Ground.choices) | {Status.REFUSED: Status.REFUSED.label}
        return words.get(self.ground, self.ground)
