"""The rungs that were reached, for looking up."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from approvals.items.models import ApprovalItem
from approvals.supervision.models import Reminder
from huadu_portal.ui.admin import (
    LookUpAdmin,
)

# What the name of a reminder's subject is made of.
SHOWN = [
    "item__project",
    "item__approval_type",
    "application",
    "consultation__department",
    "consultation__item__project",
    "consultation__item__approval_type",
    "correction",
    "commitment",
    "certificate",
    "order__item__project",
    "order__item__approval_type",
    "help_request__item__project",
    "help_request__item__approval_type",
]


@admin.register(Reminder)
class ReminderAdmin(LookUpAdmin):
    """Every rung that was reached, newest first."""

    list_display = [
        "rung_shown",
        "course",
        "subject_shown",
        "reached_at",
        "recorded_at",
        "told",
    ]
    list_filter = ["course", "is_superseded"]
    search_fields = ["item__project__name", "item__number", "application__number"]
    list_select_related = SHOWN
    fields = readonly_fields = [
        "subject_shown",
        "course",
        "rung_shown",
        "reached_at",
        "recorded_at",
        "told",
    ]

    def get_queryset(self, request):
        """Of what one may see; the office's own affairs are for those who see all."""
        rows = super().get_queryset(request)
        if request.user.sees_everything:
            return rows
        items = ApprovalItem.objects.visible_to(request.user)
        return rows.filter(
            Q(item__in=items)
            | Q(consultation__department=request.user.department_id)
            | Q(order__item__in=items)
        )

    @display(description=_("rung"), ordering="rung")
    def rung_shown(self, reminder):
        return reminder.get_rung_display()

    @display(description=_("about"))
    def subject_shown(self, reminder):
        return str(reminder.subject)

    @display(description=_("who was told"))
    def told(self, reminder):
        if reminder.is_superseded:
            return _("nobody: a higher rung was due already")
        return _("all whom the rung concerns")
