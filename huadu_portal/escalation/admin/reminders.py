"""The steps that were reached, for looking up."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.text import smart_split
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from huadu_portal.escalation.models import Reminder, fetch_subjects, subject_in
from huadu_portal.escalation.subjects import SubjectType, subject_types
from huadu_portal.ui.admin import LookUpAdmin


@admin.register(Reminder)
class ReminderAdmin(LookUpAdmin):
    """Every step that was reached, newest first."""

    list_display = [
        "rung_shown",
        "course",
        "subject_shown",
        "reached_at",
        "recorded_at",
        "told",
    ]
    list_filter = ["course", "is_superseded"]
    # By what their subjects are found; see get_search_results.
    search_fields = ["subject"]
    fields = readonly_fields = [
        "subject_shown",
        "course",
        "rung_shown",
        "reached_at",
        "recorded_at",
        "told",
    ]

    def fetch_for_rows(self, reminders):
        fetch_subjects(reminders)

    def get_queryset(self, request):
        """Of what one may see; the office's own affairs are for those who see all."""
        rows = super().get_queryset(request)
        if request.user.reads_everything:
            return rows
        return rows.filter(
            _any_of(
                subject_in(subject_type.kind, subject_type.visible_to(request.user))
                for subject_type in subject_types()
            )
        )

    def get_search_results(self, request, queryset, search_term):
        if not search_term:
            return queryset, False
        found = _any_of(
            subject_in(subject_type.kind, _found(subject_type, search_term))
            for subject_type in subject_types()
            if subject_type.search_fields
        )
        return queryset.filter(found), False

    @display(description=_("rung"), ordering="rung")
    def rung_shown(self, reminder):
        return reminder.get_rung_display()

    @display(description=_("about"))
    def subject_shown(self, reminder):
        return str(reminder.subject)

    @display(description=_("recipients"))
    def told(self, reminder):
        if reminder.is_superseded:
            return _("not sent: a higher rung was already due")
        return _("all recipients of the rung")


def _any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def _found(subject_type: SubjectType, search_term: str) -> QuerySet:
    """Every word in one of the fields, as the desk's other lists search."""
    rows = subject_type.model.objects.all()
    for word in smart_split(search_term):
        conditions = (Q(**{f"{name}__icontains": word}) for name in subject_type.search_fields)
        rows = rows.filter(_any_of(conditions))
    return rows
