"""The rungs that were reached."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.models.items import ApprovalItem
from projects.models import (
    Application,
)


class Rung(models.TextChoices):
    """The steps of the ladder, lowest first."""

    ASSIGNED = "assigned", _("assigned")
    HALF = "half", _("half of the limit used")
    NEAR = "near", _("due soon")
    EVE = "eve", _("due tomorrow")
    OVERDUE = "overdue", _("overdue")
    STATUTORY = "statutory", _("past the statutory limit")
    SUPERVISION = "supervision", _("supervision order")


class Reminder(models.Model):
    """A rung that was reached. A row first: once per subject, epoch and rung."""

    item = models.ForeignKey(
        ApprovalItem,
        models.PROTECT,
        null=True,
        related_name="reminders",
        verbose_name=_("approval item"),
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        related_name="reminders",
        verbose_name=_("application"),
    )
    epoch = models.PositiveIntegerField()
    rung = models.CharField(_("rung"), max_length=20, choices=Rung)
    # When the rung was reached, and when a sweep wrote it down.
    reached_at = models.DateTimeField(_("reached"))
    recorded_at = models.DateTimeField(_("recorded"))
    # A higher rung was already due when this one was found: told nobody.
    is_superseded = models.BooleanField(_("superseded"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("reminder"), _("reminders")
        ordering = ["-reached_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "epoch", "rung"], name="reminder_once_per_item_rung"
            ),
            models.UniqueConstraint(
                fields=["application", "epoch", "rung"],
                name="reminder_once_per_application_rung",
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=True, application__isnull=False)
                | Q(item__isnull=False, application__isnull=True),
                name="reminder_has_one_subject",
            ),
        ]

    def __str__(self):
        return f"{self.get_rung_display()} · {self.item or self.application}"
