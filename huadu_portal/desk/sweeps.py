"""The periodic work, by kind: what does it, and when it is late.

Celery's beat names the same tasks (settings.CELERY_BEAT_SCHEDULE); the fallback loop of
`manage.py sweeper` calls them itself when beat, worker or broker are away. Both at once do
no harm: every one is idempotent by constraint or claims its rows.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from approvals.tasks import record_heads, record_silences, remind
from huadu_portal.desk.tasks import set_papers, watch_calendar
from huadu_portal.notifications.models import Sweep
from huadu_portal.notifications.tasks import deliver_due, send_digests
from projects.tasks import remove_stray_files

logger = logging.getLogger(__name__)

Kind = Sweep.Kind
TASKS: dict[Kind, Callable[[], None]] = {
    Kind.SILENCE: record_silences,
    Kind.REMIND: remind,
    Kind.CALENDAR: watch_calendar,
    Kind.PAPERS: set_papers,
    # After those that write messages.
    Kind.DIGESTS: send_digests,
    Kind.DELIVER: deliver_due,
    Kind.HEADS: record_heads,
    Kind.STRAYS: remove_stray_files,
}
# They run every thirty seconds; past this the fallback steps in.
LATE = timedelta(minutes=2)
# These run hourly; they are late once they have missed two.
HOURLY = dict.fromkeys([Kind.STRAYS, Kind.HEADS], timedelta(hours=2))


def late_after(kind: Kind) -> timedelta:
    return HOURLY.get(kind, LATE)


def late(at: datetime) -> list[Kind]:
    """Whose last good sweep is too old, or never was; in the order to do them in."""
    last = dict(Sweep.objects.values_list("kind", "finished_at"))
    return [kind for kind in TASKS if kind not in last or at - last[kind] > late_after(kind)]


def do_late(at: datetime) -> dict[Kind, bool]:
    """Do what is late, and say of each kind whether it came to its end.

    One that fails holds up no other.
    """
    return {kind: _do(kind) for kind in late(at)}


def _do(kind: Kind) -> bool:
    try:
        TASKS[kind]()
    except Exception:  # whatever database, mail server, storage or typesetter raise
        logger.exception("sweep failed", extra={"kind": kind.value})
        return False
    logger.warning("late sweep done by the fallback", extra={"kind": kind.value})
    return True
