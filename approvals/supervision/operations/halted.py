"""What a firm owes for a project that is paused or has ended: it is reminded of none of it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from approvals.acts.models import Commitment, CorrectionRequest
from approvals.items.models import ApprovalItem
from approvals.items.operations.dates import opening_of
from approvals.papers.models import Certificate
from projects.models import Project

# Until a sweep looks again; resuming wakes them before.
LOOK_AGAIN = timedelta(30)
OWED_BY_FIRM = [CorrectionRequest, Commitment, Certificate]


def paused_with_project(
    projects: Iterable[tuple[Any, Project]], today: date
) -> dict[UUID, datetime]:
    """By key, until when nobody is to be reminded; each subject with its project."""
    until = opening_of(today + LOOK_AGAIN)
    return {subject.pk: until for subject, project in projects if project.is_halted}


def wake_owed_by_firm(project: Project, *, at: datetime) -> None:
    """The project goes on: the next sweep looks at all that its firm owes."""
    ApprovalItem.objects.sent_back().filter(project=project).update(next_rung_at=at)
    for model in OWED_BY_FIRM:
        model.waiting().filter(item__project=project).update(next_rung_at=at)
