"""What a new version of a type means for the items that are going on, and what it lets begin."""

import logging
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from approvals.catalogue.models import ApprovalType, TypeVersion
from approvals.catalogue.operations import versions
from approvals.items.models import OPEN, ApprovalItem, Status
from approvals.items.operations.history import lock_project
from approvals.items.operations.planning import is_waiting_for, open_ready
from huadu_portal.clock import civil_day
from projects.models import Project

logger = logging.getLogger(__name__)
# Nothing is done with them any more that a version of the type could change.
DONE_WITH = [Status.DELIVERED, Status.DECLINED, Status.WITHDRAWN]


# ---- A version is published ----------------------------------------------------------------


def keep_as_received(entry: ApprovalType) -> None:
    """Of items received before types had versions, which had nothing to note."""
    going = ApprovalItem.objects.filter(
        approval_type=entry, type_version=None, submitted_at__isnull=False
    )
    going.exclude(status__in=DONE_WITH).update(
        type_version=entry.version, notice_days=entry.notice_days
    )


def effects_of(
    entry: ApprovalType, prerequisites: Collection[str], effective_on: date
) -> list[tuple[str, int]]:
    """What a new version of the type means for the items that are going on."""
    items = ApprovalItem.objects.filter(approval_type=entry, status__in=OPEN)
    received = items.filter(submitted_at__isnull=False)
    accepted = received.filter(accepted_at__isnull=False)
    before = list(ApprovalType.objects.filter(code__in=prerequisites))
    planned = items.filter(status=Status.PLANNED)
    opened = sum(not is_waiting_for(before, project) for project in _projects_of(planned))
    return [
        (_("under review: dates and materials stay"), accepted.count()),
        (
            _("received, not yet accepted: materials stay, the shorter limit holds"),
            received.count() - accepted.count(),
        ),
        (
            _("not yet submitted: the new version holds"),
            items.filter(submitted_at=None).count(),
        ),
        (_("of these ready to apply at once"), opened),
    ]


def _projects_of(items: QuerySet) -> QuerySet[Project]:
    return Project.objects.filter(pk__in=items.values("project"))


# ---- A version comes into force ------------------------------------------------------------


def follow_versions(at: datetime) -> None:
    """Put the versions in force whose day has come, and open the items that need not wait any
    more. One that fails is noted in the log and tried again; it holds up no other."""
    for entry in versions.due_types(civil_day(at)):
        _tried(versions.bring_into_force, entry, at)
    begun = TypeVersion.objects.filter(in_force_at__isnull=False, followed_up_at=None)
    for version in begun.select_related("approval_type"):
        _tried(_follow_up, version, at)


def _tried(work: Callable[[Any, datetime], object], subject: object, at: datetime) -> None:
    try:
        work(subject, at)
    except Exception:  # whatever the database or a row raises: silence is recorded all the same
        logger.exception(
            "a version of a type could not be followed", extra={"on": str(subject)}
        )


def _follow_up(version: TypeVersion, at: datetime) -> None:
    planned = ApprovalItem.objects.filter(
        approval_type=version.approval_type_id, status=Status.PLANNED
    )
    for project in _projects_of(planned):
        with transaction.atomic():
            open_ready(lock_project(project.pk), at=at)
    version.followed_up_at = at
    version.save(update_fields=["followed_up_at"])
