"""The periodic work, by kind: what does it, and when it is late.

Celery's beat names the same tasks (settings.CELERY_BEAT_SCHEDULE); the fallback loop of
`manage.py sweeper` calls them itself when beat, worker or broker are away. Both at once do
no harm: every one is idempotent by constraint or claims its rows.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from approvals.tasks import record_heads, record_silences
from huadu_portal.clock import now
from huadu_portal.escalation.tasks import remind
from huadu_portal.monitoring.missed_sweeps import late, stand_in
from huadu_portal.monitoring.tasks import remove_expired, set_papers, watch_calendar
from huadu_portal.notifications.models import Sweep
from huadu_portal.notifications.tasks import deliver_due, send_digests
from projects.tasks import remove_stray_files, render_previews, scan_files

logger = logging.getLogger(__name__)

Kind = Sweep.Kind
TASKS: dict[Kind, Callable[[], bool | None]] = {
    Kind.SILENCE: record_silences,
    Kind.REMIND: remind,
    Kind.CALENDAR: watch_calendar,
    Kind.PAPERS: set_papers,
    # After those that write messages.
    Kind.DIGESTS: send_digests,
    Kind.DELIVER: deliver_due,
    Kind.HEADS: record_heads,
    Kind.SCANS: scan_files,
    Kind.STRAYS: remove_stray_files,
    Kind.EXPIRED: remove_expired,
    # Last, for one may take its time; one turn in each look.
    Kind.PREVIEWS: render_previews,
}
# As long as a task may take: so far ahead its fallback says that it does the work.
LONGEST = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)

# In one look; what is left then waits for the next, so that the other kinds have theirs.
TURNS = 8


def do_late(at: datetime) -> dict[Kind, bool]:
    """Do what is late, and say of each kind whether it came to its end.

    One that fails holds up no other.
    """
    behind = late(at)
    return {kind: _do(kind) for kind in TASKS if kind in behind}


def _in_turns(task: Callable[[], bool | None]) -> None:
    """A task that has more to do than fits its turn says False."""
    for _ in range(TURNS):
        if task() is not False:
            return


def _do(kind: Kind) -> bool:
    stand_in(kind, now() + LONGEST)
    try:
        _in_turns(TASKS[kind])
    except Exception:  # whatever database, mail server, storage or typesetter raise
        logger.exception("sweep failed", extra={"kind": kind.value})
        return False
    stand_in(kind, now())
    logger.warning("late sweep done by the fallback", extra={"kind": kind.value})
    return True
