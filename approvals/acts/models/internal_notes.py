"""内部备注: what staff note among themselves."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.items.models import ApprovalItem
from huadu_portal.accounts.models import User
from projects.models import Application, person_field


class InternalNoteQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """For staff alone: those of items and applications that they may see."""
        if not user.is_staff:
            return self.none()
        items = Q(item__in=ApprovalItem.objects.visible_to(user))
        return self.filter(items | Q(application__in=Application.objects.visible_to(user)))


class InternalNote(models.Model):
    """What staff note among themselves on an item or an application; no firm ever reads it.

    No event: it is no act, stands in no history, and moves no version. Append-only, by trigger.
    """

    item = models.ForeignKey(
        ApprovalItem,
        models.PROTECT,
        null=True,
        related_name="internal_notes",
        verbose_name=_("item"),
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        related_name="internal_notes",
        verbose_name=_("application"),
    )
    at = models.DateTimeField(_("at"))
    by = person_field(_("by"), null=False)
    text = models.TextField(_("text"))

    objects = InternalNoteQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("internal note"), _("internal notes")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=True, application__isnull=False)
                | Q(item__isnull=False, application__isnull=True),
                name="internal_note_on_one_thing",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="internal_note_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.at:%F}"
