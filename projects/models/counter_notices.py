"""Notices for firms of which nobody has an account: mailed to a contact, or handed over."""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.accounts.models import User
from huadu_portal.notifications.models import Delivery, title_of
from huadu_portal.notifications.models.kinds import kinds
from huadu_portal.ui.choices import ColoredText
from projects.models.applications import Application
from projects.models.columns import person_field
from projects.models.enterprises import Enterprise
from projects.models.projects import Project

# A mail in one of these has not reached anybody, and will not by itself.
NOT_MAILED = [Delivery.State.UNSENT, Delivery.State.DEAD, Delivery.State.STOPPED]
TO_HAND_OVER = Q(handed_over=None) & (Q(mailed_to="") | Q(delivery__state__in=NOT_MAILED))


class CounterNoticeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """All for the centre, a firm's own once it has people here."""
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def about(self, things: Iterable[UUID]) -> Self:
        """Of these applications and items, found by their own `visible_to`."""
        things = list(things)
        return self.filter(Q(subject_id__in=things) | Q(application__in=things))

    def to_hand_over(self) -> Self:
        """Neither mailed nor handed over yet."""
        return self.filter(TO_HAND_OVER)


class CounterNotice(models.Model):
    """A message to a firm of which nobody has an account, so that no inbox can hold it."""

    class Standing(ColoredText):
        MAILED = "mailed", "blue", _("mailed to the contact")
        TO_HAND_OVER = "to_hand_over", "yellow", _("to be handed over")
        HANDED_OVER = "handed_over", "green", _("handed over")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        related_name="counter_notices",
        verbose_name=_("enterprise"),
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        related_name="counter_notices",
        verbose_name=_("application"),
    )
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        related_name="counter_notices",
        verbose_name=_("project"),
    )
    # The item it is about, and the number of the event that it tells of.
    subject_id = models.UUIDField(null=True, db_index=True, editable=False)
    event_number = models.PositiveIntegerField(default=0, editable=False)
    kind = models.CharField(_("message"), max_length=40, choices=kinds, editable=False)
    params = models.JSONField(default=dict, editable=False)
    note = models.TextField(_("note"), blank=True, editable=False)
    event_key = models.CharField(max_length=200, editable=False)
    created_at = models.DateTimeField(_("written"), editable=False)
    # The contact's address and the mail to it; without an address it is handed over.
    mailed_to = models.EmailField(_("mailed to"), blank=True, editable=False)
    delivery = models.OneToOneField(
        Delivery, models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects = CounterNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice to be handed over")
        verbose_name_plural = _("notices to be handed over")
        permissions = [("hand_over_counternotice", "Can hand over a notice")]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "event_key"], name="counter_notice_once_per_event"
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def title(self) -> str | Promise:
        return title_of(self.kind, self.params)

    @property
    def print_address(self) -> str:
        return reverse("projects:notice", args=[self.pk])

    @property
    def is_handed_over(self) -> bool:
        return hasattr(self, "handed_over")

    @property
    def standing(self) -> "CounterNotice.Standing":
        if self.is_handed_over:
            return self.Standing.HANDED_OVER
        failed = self.delivery is not None and self.delivery.state in NOT_MAILED
        is_mailed = self.mailed_to and not failed
        return self.Standing.MAILED if is_mailed else self.Standing.TO_HAND_OVER


class HandOver(models.Model):
    """交付记录: that a notice was handed over, to whom and how. Append-only."""

    class Way(models.TextChoices):
        COUNTER = "counter", _("printed and handed over at the window")
        POST = "post", _("sent by post")

    notice = models.OneToOneField(
        CounterNotice, models.PROTECT, related_name="handed_over", verbose_name=_("notice")
    )
    at = models.DateTimeField(_("at"))
    by = person_field(_("by"), null=False)
    way = models.CharField(_("how"), max_length=10, choices=Way)
    note = models.CharField(_("to whom, or number of the mail item"), max_length=200)

    class Meta:
        verbose_name, verbose_name_plural = _("hand-over"), _("hand-overs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.at:%Y-%m-%d}"
