"""What tests ask of reminders."""

from huadu_portal.escalation.models import Reminder
from huadu_portal.escalation.subjects import subject_types


def reminders_of(subject, **fields):
    """All that were recorded of something that waits."""
    (kind,) = (each.kind for each in subject_types() if isinstance(subject, each.model))
    return Reminder.objects.about(kind, [subject.pk]).filter(**fields)
