"""What an event is in the state's data exchange: case states 1 to 15 (docs/states.md).

1 received · 2 taken back · 3 accepted at the window · 4 no approval needed · 5 not accepted
· 6/7 correction begins, ends · 8 accepted by the department · 9/10 special procedure begins,
ends · 11 granted · 12 granted, follow-up open · 13 not granted · 14 withdrawn · 15 revoked.
Nothing here revokes (15): that is the department's own procedure. Which act is which state stands with the act.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from approvals.items.events import EVENTS, WITHDRAW_EARLY
from approvals.items.models import ApprovalItem, ItemEvent, Status

# As the exchange calls them; the portal's own words for its statuses are others.
NAMES = {
    1: pgettext_lazy("case state", "received"),
    2: pgettext_lazy("case state", "taken back before acceptance"),
    3: pgettext_lazy("case state", "accepted at the window"),
    4: pgettext_lazy("case state", "no approval needed"),
    5: pgettext_lazy("case state", "not accepted"),
    6: pgettext_lazy("case state", "correction begins"),
    7: pgettext_lazy("case state", "correction ends"),
    8: pgettext_lazy("case state", "accepted by the department"),
    9: pgettext_lazy("case state", "special procedure begins"),
    10: pgettext_lazy("case state", "special procedure ends"),
    11: pgettext_lazy("case state", "granted"),
    12: pgettext_lazy("case state", "granted, follow-up open"),
    13: pgettext_lazy("case state", "not granted"),
    14: pgettext_lazy("case state", "withdrawn after acceptance"),
    15: pgettext_lazy("case state", "revoked"),
}
COLUMNS = [
    capfirst(_("project number")),
    capfirst(_("project")),
    capfirst(_("enterprise")),
    capfirst(_("item number")),
    _("Code"),
    _("Approval"),
    _("Department"),
    _("Status"),
]
BATCH = 500
# Once it has been accepted, a taking back is a withdrawal.
BEFORE_ACCEPTANCE = {Status.SUBMITTED, Status.CORRECTING}
AFTER_ACCEPTANCE = {Status.ACCEPTED, Status.SUSPENDED}


def codes_of(event: ItemEvent) -> list[int]:
    """The states an event brings about, in order; none for what is not reported."""
    # Out of a pre-review nothing is taken back: nothing has been received.
    if event.to_status == Status.WITHDRAWN and event.act != WITHDRAW_EARLY:
        return _withdrawal(event.from_status)
    return list(EVENTS[event.act].national) if event.act in EVENTS else []


def _withdrawal(before: str) -> list[int]:
    if before in BEFORE_ACCEPTANCE:
        return [2]
    return [14] if before in AFTER_ACCEPTANCE else []


def national_table(items: QuerySet) -> Iterator[list]:
    """Headings, then a row per item: what it is, and when it came into each state."""
    yield [*COLUMNS, *(f"{code} {name}" for code, name in NAMES.items())]
    items = items.select_related("project__enterprise", "approval_type", "department")
    # The events, and not whatever else the list has asked for.
    items = items.prefetch_related(None).prefetch_related("events")
    for item in items.iterator(chunk_size=BATCH):
        moments = moments_of(item)
        yield [*_named(item), *("; ".join(moments[code]) for code in NAMES)]


def moments_of(item: ApprovalItem) -> dict[int, list[str]]:
    """By code, in the order of the history; a correction may come twice."""
    found = defaultdict(list)
    for event in item.events.all():
        for code in codes_of(event):
            found[code].append(_moment(event.at))
    return found


def _moment(at: datetime) -> str:
    # The district's time, whatever zone the reader has chosen.
    return f"{timezone.localtime(at, timezone.get_default_timezone()):%Y-%m-%d %H:%M:%S}"


def _named(item: ApprovalItem) -> list:
    project, entry = item.project, item.approval_type
    return [
        project.number,
        project.name,
        project.enterprise.name,
        item.number,
        entry.code,
        entry,
        item.department,
        item.get_status_display(),
    ]
