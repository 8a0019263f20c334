"""Whether the machinery works, in figures a person on duty can judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from celery.exceptions import CeleryError
from django.conf import settings
from django.db.models import F, Max
from django.utils.functional import Promise
from django.utils.functional import Promise as LazyText
from django.utils.text import capfirst
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError

from approvals.models import OPEN, ApprovalItem, HistoryHead, ItemEvent
from huadu_portal.accounts.models import User
from huadu_portal.celery import app
from huadu_portal.clamd import Scanner
from huadu_portal.clock import civil_day, difference
from huadu_portal.counts import count_in_words, counted
from huadu_portal.monitoring.metrics import reminders_due
from huadu_portal.monitoring.missed_sweeps import LATE, late_after
from huadu_portal.monitoring.models import Backup, Silence
from huadu_portal.notifications.channels import open_channels
from huadu_portal.notifications.models import UNSENT, Delivery, Sweep
from huadu_portal.papers.models import Paper
from huadu_portal.workdays.models import PublishedYear
from huadu_portal.workdays.operations import missing_year
from projects.models import Document

MAIL_LATE = timedelta(minutes=10)
# A daily one, and time to make it.
BACKUP_LATE = timedelta(hours=30)
CLOCK_OFF = timedelta(seconds=2)
# Seconds; a page must not wait for a broker that is away.
PATIENCE = 1


@dataclass(frozen=True)
class StatusFigure:
    """Something known about the running portal; `is_well` None is neither good nor bad."""

    label: str | Promise
    value: str | Promise
    is_well: bool | None = None


def groups(at: datetime) -> list[tuple[str, list[StatusFigure]]]:
    """All that is known at once; whoever answers the broker is `background`."""
    counts = _counts(at)
    return [
        (capfirst(_("sweeps")), _sweeps(at)),
        (capfirst(_("mail")), _mails(at, counts)),
        (_("Storage"), _files(counts)),
        (_("Working-day calendar"), _calendar(at, counts)),
        (_("Records"), [_chain(), _head(at), _papers(at), _backup(at)]),
        (_("Clock"), [_clock()]),
    ]


def red_points(at: datetime) -> list[StatusFigure]:
    """What is not as it should be, whichever group it stands in."""
    return [each for _title, facts in groups(at) for each in facts if each.is_well is False]


def _counts(at: datetime) -> dict[str, int]:
    """What is counted for the page, by name, in one statement."""
    active = User.objects.filter(is_active=True)
    return counted(
        {
            "waiting": Delivery.objects.waiting(),
            "due": Delivery.objects.due(at),
            "quiet": Delivery.objects.in_quiet_hours(at),
            "dead": Delivery.objects.filter(state=Delivery.State.DEAD),
            "unsent": Delivery.objects.filter(UNSENT),
            "refused": active.filter(bounced_email=F("email")).exclude(email=""),
            "infected": Document.objects.infected(),
            "unjudged": Document.objects.unjudged(),
            "provisional": ApprovalItem.objects.filter(is_provisional=True, status__in=OPEN),
        }
    )


def _sweeps(at: datetime) -> list[StatusFigure]:
    last = dict(Sweep.objects.values_list("kind", "finished_at"))
    silent = {silence.kind: silence for silence in Silence.objects.all()}
    waiting = reminders_due(at)
    return [
        *(
            _silent(silent[kind], at)
            if kind in silent
            else _age(kind.label, last.get(kind), at, late_after(kind))
            for kind in Sweep.Kind
        ),
        StatusFigure(_("reminders due and not sent"), str(waiting), waiting == 0),
    ]


def _silent(silence: Silence, at: datetime) -> StatusFigure:
    """Red also while the fallback does the work: the regular process still does not."""
    time = {"time": timesince(silence.since, at)}
    said = _("interrupted for %(time)s; the fallback does the work")
    shown = said if silence.stood_in_at else _("interrupted for %(time)s")
    return StatusFigure(silence.get_kind_display(), shown % time, False)


def _age(
    label: LazyText, moment: datetime | None, at: datetime, limit: timedelta
) -> StatusFigure:
    if moment is None:
        # What runs hourly need not have run since the portal was started.
        return StatusFigure(label, _("never yet"), None if limit > LATE else False)
    ago = _("%(time)s ago") % {"time": timesince(moment, at)}
    return StatusFigure(label, ago, at - moment <= limit)


def _mails(at: datetime, counts: Mapping[str, int]) -> list[StatusFigure]:
    waiting = Delivery.objects.due(at).order_by("next_attempt_at").first()
    dead, unsent, refused = counts["dead"], counts["unsent"], counts["refused"]
    label = gettext_lazy("oldest mail due")
    oldest = (
        _age(label, waiting.next_attempt_at, at, MAIL_LATE)
        if waiting
        else StatusFigure(label, _("no mail waits"), True)
    )
    goes = _("yes") if settings.MAIL_GOES_OUT else _("no, they stay in the outbox")
    return [
        oldest,
        StatusFigure(_("mails waiting"), count_in_words(counts["waiting"])),
        StatusFigure(_("of these, due now"), count_in_words(counts["due"])),
        StatusFigure(_("of these, held back for quiet hours"), count_in_words(counts["quiet"])),
        StatusFigure(_("mails given up"), count_in_words(dead), dead == 0),
        StatusFigure(_("mail delivery"), goes),
        StatusFigure(
            _("mails not sent (no mail server)"),
            count_in_words(unsent),
            None if unsent else True,
        ),
        StatusFigure(
            _("channels set up"), ", ".join(str(each.label) for each in open_channels())
        ),
        StatusFigure(_("addresses that reject mail"), count_in_words(refused), refused == 0),
    ]


def background() -> list[StatusFigure]:
    """Whether broker and workers answer: takes as long as it waits for them, a second."""
    reached = _redis_answers()
    answer = _("answers") if reached else _("no response; the fallback does the work")
    facts = [StatusFigure("Redis", answer, reached)]
    workers = len(_workers()) if reached else 0
    return [*facts, StatusFigure(_("workers online"), str(workers), workers > 0)]


def _files(counts: Mapping[str, int]) -> list[StatusFigure]:
    infected = counts["infected"]
    return [
        *_scanner(counts["unjudged"]),
        StatusFigure(
            _("files with a virus, kept back"), count_in_words(infected), infected == 0
        ),
    ]


def _scanner(unjudged: int) -> list[StatusFigure]:
    label = _("virus scanner")
    if settings.CLAMD_URL is None:
        return [
            StatusFigure(label, _("none set up; the checks of content alone release files"))
        ]
    there = Scanner(settings.CLAMD_URL).answers(patience=PATIENCE)
    answer = _("answers") if there else _("no response; new files are waiting")
    return [
        StatusFigure(label, answer, there),
        StatusFigure(_("files not checked for viruses yet"), count_in_words(unjudged)),
    ]


def _redis_answers() -> bool:
    wait = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
    try:
        with redis.Redis.from_url(settings.CELERY_BROKER_URL, **wait) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _workers() -> list:
    try:
        return app.control.ping(timeout=PATIENCE)
    except (CeleryError, OperationalError, redis.RedisError, OSError):
        return []


def _calendar(at: datetime, counts: Mapping[str, int]) -> list[StatusFigure]:
    missing = missing_year(civil_day(at))
    last = PublishedYear.objects.aggregate(last=Max("year"))["last"]
    known = StatusFigure(_("last year that is loaded"), str(last or _("none")), missing is None)
    provisional = count_in_words(counts["provisional"])
    facts = [known, StatusFigure(_("due dates on an unpublished calendar"), provisional)]
    if missing:
        late = _("not loaded yet; the administrators are reminded every week")
        facts.insert(1, StatusFigure(_("the year %(year)s") % {"year": missing}, late, False))
    return facts


def _papers(at: datetime) -> StatusFigure:
    """Papers are set by a sweep: one that waits for long cannot be set."""
    label = gettext_lazy("oldest paper without its PDF")
    oldest = Paper.objects.filter(sha256="").order_by("issued_at").first()
    if oldest is None:
        return StatusFigure(label, _("no paper is waiting for its PDF"), True)
    return _age(label, oldest.issued_at, at, LATE)


def _chain() -> StatusFigure:
    """The last event of the busiest item, recomputed; verify_history does all of them."""
    last = ItemEvent.objects.order_by("-pk").first()
    if last is None:
        return StatusFigure(_("history chain"), _("no events yet"))
    before = ItemEvent.objects.filter(item=last.item_id, number=last.number - 1).first()
    holds = last.digest == last.digest_after(before.digest if before else "")
    shown = (
        _("the latest event is consistent") if holds else _("the latest event is inconsistent")
    )
    return StatusFigure(_("history chain"), shown, holds)


def _head(at: datetime) -> StatusFigure:
    """The day before yesterday's at least: the sweep after midnight writes yesterday's."""
    label = gettext_lazy("daily head of the history")
    last = HistoryHead.objects.last()
    if last is None:
        return StatusFigure(label, _("none yet"))
    shown = f"{last.day} · {last.digest[:16]}"
    return StatusFigure(label, shown, civil_day(at) - last.day <= timedelta(days=2))


def _backup(at: datetime) -> StatusFigure:
    """Other ways to back up leave no trace here: without one it is neither good nor bad."""
    label = gettext_lazy("last backup by manage.py backup")
    last = Backup.objects.order_by("-made_at").first()
    if last is None:
        return StatusFigure(label, _("none yet"))
    return _age(label, last.made_at, at, BACKUP_LATE)


def _clock() -> StatusFigure:
    # Read here: asking the workers has taken its time since the page was asked for.
    apart = difference()
    shown = _("%(seconds).1f seconds") % {"seconds": apart.total_seconds()}
    return StatusFigure(_("difference to the database's clock"), shown, apart <= CLOCK_OFF)
