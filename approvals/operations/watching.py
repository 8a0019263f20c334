"""What is watched until somebody has to be told: certificates, commitments, corrections."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from approvals import ladder
from huadu_portal.workdays.published import calendar

# Claimed and told of in one transaction.
BATCH = 200


def in_office_hours(watch_batch: Callable[[datetime], int], at: datetime) -> int:
    """Batch after batch until nothing is left; how many were told of.

    Late or parallel runs tell once, for each batch claims its rows and notes how far they
    were told; out of office hours nobody is disturbed.
    """
    if not ladder.is_office_hour(at, calendar(), timezone.get_default_timezone()):
        return 0
    told = 0
    while claimed := watch_batch(at):
        told += claimed
    return told
