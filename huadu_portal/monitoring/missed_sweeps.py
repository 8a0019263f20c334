"""Periodic work that has stopped: noticed by whatever still runs.

The sweeper looks, and a task of each queue; so a beat or worker that has ended and a full queue are
all noticed. Who notices tells the administrators, once per silence.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation

from huadu_portal.accounts.models import User
from huadu_portal.monitoring.models import Silence
from huadu_portal.notifications.models import Kind as Told
from huadu_portal.notifications.models import Sweep
from huadu_portal.notifications.operations import notify

logger = logging.getLogger(__name__)

Kind = Sweep.Kind
# They run every thirty seconds; past this the fallback steps in.
LATE = timedelta(minutes=2)
# These run hourly; they are late once they have missed two.
HOURLY = dict.fromkeys([Kind.STRAYS, Kind.HEADS, Kind.EXPIRED], timedelta(hours=2))


def late_after(kind: Kind) -> timedelta:
    return HOURLY.get(kind, LATE)


def late(at: datetime) -> set[Kind]:
    """Whose last good sweep is too old, lies ahead of us, or never was."""
    last = dict(Sweep.objects.values_list("kind", "finished_at"))
    return {
        kind for kind in Kind if kind not in last or abs(at - last[kind]) > late_after(kind)
    }


@transaction.atomic
def watch(at: datetime) -> None:
    """Note whose silence has begun and whose has ended; tell of those not told of yet."""
    # One that looks at the same moment passes them over, and tells nobody twice.
    lasting = Silence.objects.select_for_update(skip_locked=True)
    last = dict(Sweep.objects.values_list("kind", "finished_at"))
    # Hourly work that has never run is not late yet; the fallback takes the first turn.
    silent = {kind for kind in late(at) if kind in last or kind not in HOURLY}
    for silence in lasting:
        if silence.kind not in silent and _is_over(silence):
            logger.warning("sweep is back", extra={"kind": silence.kind})
            silence.delete()
    Silence.objects.bulk_create(
        [Silence(kind=kind, since=last.get(kind, at), noticed_at=at) for kind in silent],
        ignore_conflicts=True,
    )
    untold = [each for each in lasting.filter(told_at=None) if _is_sure(each, at)]
    if untold:
        _tell(untold, at)


def _is_over(silence: Silence) -> bool:
    """Somebody has done it since, other than the fallback."""
    done = Sweep.objects.filter(kind=silence.kind)
    if silence.stood_in_at:
        done = done.filter(finished_at__gt=silence.stood_in_at)
    return done.exists()


def _is_sure(silence: Silence, at: datetime) -> bool:
    """Still so after a while: the whole portal may have just been started."""
    return at - silence.noticed_at >= late_after(Kind(silence.kind)) / 2


def _tell(silences: list[Silence], at: datetime) -> None:
    kinds = sorted(silence.kind for silence in silences)
    for silence in silences:
        moment = silence.since.isoformat()
        logger.error("sweep is silent", extra={"kind": silence.kind, "since": moment})
    Silence.objects.filter(kind__in=kinds).update(told_at=at)
    notify(
        User.objects.filter(role=User.Role.SYSTEM_ADMIN, is_active=True),
        Told.SWEEP_SILENT,
        params={"sweeps": _names(kinds, "zh-hans"), "sweeps_en": _names(kinds, "en")},
        url="/admin/status/",
        # One that comes and goes is told of once an hour.
        event_key=f"silent:{'+'.join(kinds)}:{at:%Y-%m-%dT%H}",
        at=at,
    )


def _names(kinds: list[str], language: str) -> str:
    with translation.override(language):
        separator = "、" if language == "zh-hans" else ", "
        return separator.join(str(Kind(kind).label) for kind in kinds)


def stand_in(kind: Kind, at: datetime) -> None:
    """The fallback does it; what it leaves is no sign that the regular work is back.

    Said for some time ahead before it begins, and for the moment once it has ended.
    """
    Silence.objects.filter(kind=kind).update(stood_in_at=at)
