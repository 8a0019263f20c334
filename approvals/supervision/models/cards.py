"""督办单, requests for coordination, and the cards shown to departments."""

from collections.abc import Collection
from datetime import date, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from approvals.items.models import ApprovalItem, ApprovalItemQuerySet, ItemEvent, overdue
from approvals.items.models.waiting import OwedForItem
from huadu_portal.accounts.models import Department, User
from huadu_portal.escalation.models import CardLevel, Reminder, due_index
from huadu_portal.routes import address
from projects.models import person_field


class StalledQuerySet(ApprovalItemQuerySet):
    def stalled(
        self, today: date, quiet_since: datetime, follow_up_acts: Collection[str]
    ) -> Self:
        """Overdue, or under review without an event since then; a follow-up is no event."""
        moved = ItemEvent.objects.filter(item=OuterRef("pk"), at__gte=quiet_since)
        is_quiet = ~Exists(moved.exclude(act__in=follow_up_acts))
        return self.running().filter(overdue(today) | is_quiet)


class StalledItem(ApprovalItem):
    """An item as the list of what stalls shows it."""

    objects: ClassVar = StalledQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name, verbose_name_plural = _("stalled item"), _("stalled items")


class OfItemQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Of the items one may see, to the desk alone: a firm sees none of these."""
        if not user.is_staff:
            return self.none()
        return self.filter(item__in=ApprovalItem.objects.visible_to(user))

    def unanswered(self) -> Self:
        return self.filter(answered_at=None)

    def overdue(self, today: date) -> Self:
        """Those whose answer was due before today."""
        return self.unanswered().filter(due_on__lt=today)


class SupervisionOrder(OwedForItem):
    """督办单: to be answered within three working days, else a red card (docs/states.md)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="orders", verbose_name=_("item")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    demand = models.TextField(_("what is demanded"))
    ordered_at = models.DateTimeField(_("ordered"))
    # Null: given by the ladder, before a person had to issue it (docs/decisions/0044).
    ordered_by = person_field(_("ordered by"))
    due_on = models.DateField(_("reply due"))
    received_at = models.DateTimeField(
        pgettext_lazy("supervision order", "received"), null=True
    )
    received_by = person_field(_("received by"))
    answer = models.TextField(_("reply"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = person_field(_("answered by"))

    objects = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("supervision order"), _("supervision orders")
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(answered_at__isnull=True),
                name="order_one_open_per_item",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="order_answered_with_a_reply",
            ),
        ]
        indexes = [
            due_index("order_rung"),
            models.Index(fields=["department", "-ordered_at"], name="order_of_department"),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.item}"

    def get_absolute_url(self) -> str:
        return address("admin:approvals_supervisionorder_change", self.pk)

    @property
    def issuer(self):
        """By whom it was given, in words."""
        return self.ordered_by or _("by the ladder")


class HelpRequest(OwedForItem):
    """An officer cannot go on alone and asks the centre to bring the parties together."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="help_requests", verbose_name=_("item")
    )
    question = models.TextField(_("what is needed"))
    asked_at = models.DateTimeField(_("asked"))
    asked_by = person_field(_("asked by"), null=False)
    due_on = models.DateField(_("answer due"))
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = person_field(_("answered by"))

    objects = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for coordination")
        verbose_name_plural = _("requests for coordination")
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(answered_at__isnull=True),
                name="help_one_open_per_item",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="help_answered_with_words",
            ),
        ]
        indexes = [
            due_index("help_rung"),
        ]

    def __str__(self) -> str:
        return str(self.item)

    def get_absolute_url(self) -> str:
        return address("admin:approvals_helprequest_change", self.pk)


class Nudge(models.Model):
    """催办: an agent asks after an item, once a working day."""

    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="nudges", verbose_name=_("item")
    )
    on = models.DateField(_("day"))
    at = models.DateTimeField(_("at"))
    by = person_field(_("by"), null=False)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = (
            _("reminder from the agent"),
            _("reminders from agents"),
        )
        constraints = [
            models.UniqueConstraint(fields=["item", "by", "on"], name="nudge_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.on}"


class CardQuerySet(OfItemQuerySet):
    def visible_to(self, user: User) -> Self:
        """A department also sees those it was shown for another one's item."""
        seen = super().visible_to(user)
        if user.is_of_department:
            return seen | self.filter(department=user.department_id)
        return seen

    def standing(self) -> Self:
        """Those that count: not cancelled."""
        return self.filter(cancelled_at=None)

    def disputed(self) -> Self:
        return self.filter(appealed_at__isnull=False, decided_at=None, cancelled_at=None)


class Card(models.Model):
    """预警, 黄牌, 红牌, 督办: shown to a department, for an item."""

    class Cause(models.TextChoices):
        DELAY = "delay", _("time limit")
        SECOND_CORRECTION = "second_correction", _("second correction notice")
        ORDERED = "ordered", _("supervision order given")
        ORDER_UNANSWERED = "order_unanswered", _("supervision order not answered")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="cards", verbose_name=_("department")
    )
    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="cards", verbose_name=_("item")
    )
    level = models.CharField(_("card"), max_length=20, choices=CardLevel)
    cause = models.CharField(_("cause"), max_length=30, choices=Cause)
    # The version of the item whose event it belongs to.
    event_number = models.PositiveIntegerField()
    # The rung that showed it, if one did: no rung shows two.
    reminder = models.OneToOneField(
        Reminder, models.PROTECT, null=True, related_name="card", verbose_name=_("reminder")
    )
    raised_at = models.DateTimeField(_("card issued"))
    raised_by = person_field(_("card issued by"))
    appeal = models.TextField(_("appeal"), blank=True)
    appealed_at = models.DateTimeField(_("appealed"), null=True)
    appealed_by = person_field(_("appealed by"))
    decision = models.TextField(_("decision on the appeal"), blank=True)
    decided_at = models.DateTimeField(_("appeal decided"), null=True)
    decided_by = person_field(_("decided by"))
    # Cancelled cards stay in the history and count for nothing.
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    cancelled_by = person_field(_("cancelled by"))
    cancelled_because = models.TextField(_("why it was cancelled"), blank=True)

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("card"), _("cards")
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "cause", "event_number"],
                condition=Q(reminder__isnull=True),
                name="card_once_per_event",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | ~Q(cancelled_because=""),
                name="card_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(appealed_at__isnull=True) | ~Q(appeal=""),
                name="card_appealed_with_words",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True)
                | Q(appealed_at__isnull=False) & ~Q(decision=""),
                name="card_decided_on_appeal",
            ),
        ]
        indexes = [
            models.Index(fields=["department", "-raised_at"], name="card_of_department"),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} · {self.item}"

    def get_absolute_url(self) -> str:
        return address("admin:approvals_card_change", self.pk)

    @property
    def cause_shown(self):
        """What it was shown for: by the name of the rung, if one showed it."""
        return self.reminder.get_rung_display() if self.reminder else self.get_cause_display()

    @property
    def issuer(self):
        """Who showed it, in words."""
        return self.raised_by or _("by the ladder")
