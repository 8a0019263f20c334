"""What holds the reminders of an item still."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.items.models import ApprovalItem
from projects.models import person_field


class LadderStop(models.Model):
    """A head has stopped the ladder of an item, with a reason and until a day."""

    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="ladder_stops", verbose_name=_("item")
    )
    reason = models.TextField(_("reason"))
    until = models.DateField(_("until"))
    stopped_at = models.DateTimeField(_("stopped"))
    stopped_by = person_field(_("stopped by"), null=False)
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_by = person_field(_("lifted by"))

    class Meta:
        verbose_name, verbose_name_plural = _("pause of reminders"), _("pauses of reminders")
        ordering = ["-stopped_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="ladder_stop_has_reason"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(lifted_at__isnull=True),
                name="ladder_stop_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} … {self.until}"

    def holds_on(self, today):
        """The day it ends on is a day of reminders again."""
        return self.lifted_at is None and today < self.until
