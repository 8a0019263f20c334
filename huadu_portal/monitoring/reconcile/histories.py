"""I3, I4 and of I10 the results: what the events of an item, and of an application, say of it."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise

from approvals.items.events import EVENTS, EventKind
from approvals.models import TRANSITIONS, ApprovalItem, Certificate, ItemEvent, Status
from huadu_portal.clock import civil_day
from huadu_portal.monitoring.reconcile.days import ONE_DAY, Days
from huadu_portal.monitoring.reconcile.finding import Finding, of
from projects.models import (
    APPLICATION_TRANSITIONS,
    Application,
    ApplicationEvent,
    ApplicationStatus,
)

# Named here anew: 第32条 knows none, the window has promised them (docs/states.md, Limits).
WINDOW_DAYS = 3
History = Sequence[ItemEvent | ApplicationEvent]


def of_item(item: ApprovalItem) -> Iterator[Finding]:
    events = list(item.events.all())
    yield from _numbers(events)
    yield from _links(events, Status.PLANNED)
    yield from _order(events)
    yield from _steps(events)
    yield from _chain(events)
    yield from _end(item, events, Status.PLANNED)
    yield from _result(item)


def _result(item: ApprovalItem) -> Iterator[Finding]:
    """Delivered with number and file, or with a reason that there are none; what was delivered
    before either was asked for is marked, and the desk lists it."""
    if item.status != Status.DELIVERED or item.lacks_result or item.reason:
        return
    certificate = getattr(item, "certificate", None)
    if certificate is None or not (certificate.number and _has_file(item, certificate)):
        yield of("I10", item, "It is delivered without number or file, and without a reason.")


def _has_file(item: ApprovalItem, certificate: Certificate) -> bool:
    """A paper of the centre's own, under the number of the result, is its file too."""
    own = item.papers.filter(paper__number=certificate.number)
    return certificate.document_id is not None or own.exists()


def of_application(application: Application, days: Days) -> Iterator[Finding]:
    events = list(application.events.all())
    yield from _numbers(events)
    yield from _links(events, ApplicationStatus.DRAFT)
    yield from _order(events)
    for event in events:
        if event.to_status not in APPLICATION_TRANSITIONS[event.from_status]:
            yield of("I3", event, _illegal(event))
    yield from _end(application, events, ApplicationStatus.DRAFT)
    yield from _answers(application, events, days)


def _answers(
    application: Application, events: Sequence[ApplicationEvent], days: Days
) -> Iterator[Finding]:
    """The first day on which the window had not answered in time is kept, whatever came after."""
    missed = None
    for submitted, answered in pairwise(events):
        if submitted.to_status == ApplicationStatus.SUBMITTED:
            last = days.end_of(civil_day(submitted.at), WINDOW_DAYS)
            if missed is None and civil_day(answered.at) > last:
                missed = last + ONE_DAY
    if application.answer_missed_on != missed:
        sentence = (
            f"The window's answer was missed on {missed}, not {application.answer_missed_on}."
        )
        yield of("I10", application, sentence)


def _numbers(events: History) -> Iterator[Finding]:
    for number, event in enumerate(events, 1):
        if event.number != number:
            yield of("I4", event, f"Event {number} is missing before event {event.number}.")
            return


def _links(events: History, first: str) -> Iterator[Finding]:
    """Each event begins where the one before has ended."""
    before = first
    for event in events:
        if event.from_status != before:
            sentence = f"Event {event.number} comes from {event.from_status}, not {before}."
            yield of("I3", event, sentence)
        before = event.to_status


def _order(events: History) -> Iterator[Finding]:
    before: datetime | None = None
    for event in events:
        is_backdated = _kind_of(event).backdated
        if before and event.at < before and not is_backdated:
            yield of("I3", event, f"Event {event.number} lies before the one before it.")
        before = event.at


def _kind_of(event: ItemEvent | ApplicationEvent) -> EventKind:
    return EVENTS.get(getattr(event, "act", ""), EventKind())


def _steps(events: Sequence[ItemEvent]) -> Iterator[Finding]:
    for event in events:
        stays = event.from_status == event.to_status and _kind_of(event).stays
        if not stays and event.to_status not in TRANSITIONS[event.from_status]:
            yield of("I3", event, _illegal(event))


def _illegal(event: ItemEvent | ApplicationEvent) -> str:
    return f"Event {event.number}: {event.to_status} may not follow {event.from_status}."


def _chain(events: Sequence[ItemEvent]) -> Iterator[Finding]:
    previous = ""
    for event in events:
        if event.digest != digest_of(event, previous):
            yield of("I4", event, f"The content of event {event.number} has been changed.")
        previous = event.digest


def digest_of(event: ItemEvent, previous: str) -> str:
    """As ItemEvent documents it, computed anew: the writer's code is not asked."""
    row = [
        previous,
        str(event.item_id),
        event.number,
        event.at.astimezone(UTC).isoformat(),
        event.recorded_at.astimezone(UTC).isoformat(),
        str(event.by_id) if event.by_id else "",
        event.from_status,
        event.to_status,
        event.note,
    ]
    named = [event.act] if event.act else []
    return sha256(json.dumps(row + named).encode()).hexdigest()


def _end(subject: ApprovalItem | Application, events: History, first: str) -> Iterator[Finding]:
    last = events[-1].to_status if events else first
    if subject.status != last:
        yield of("I3", subject, f"It is {subject.status}; its last event says {last}.")
    if subject.version != len(events):
        sentence = f"It has had {subject.version} events; {len(events)} are there."
        yield of("I3", subject, sentence)
