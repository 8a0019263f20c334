"""I9: which party held an item, and the days that follow from it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise, zip_longest

from approvals.catalogue.models import Start
from approvals.models import HOLDERS, ApprovalItem, ApprovalType, ClockSpan, Holder, Status
from huadu_portal.clock import civil_day
from huadu_portal.monitoring.reconcile.days import Days
from huadu_portal.monitoring.reconcile.finding import Finding, of

# 行政许可法第44条.
DAYS_TO_DELIVER = 10
# By then what time has decided is recorded, however busy the machine is.
SWEEP = timedelta(hours=1)
EXTENSIONS = {"extend", "extend_late"}
BREACH_OF = {"due_on": "promised_breached_on", "statutory_due_on": "statutory_breached_on"}

# Holder, from, until; until None: still.
Stretch = tuple[str, datetime, datetime | None]


def of_item(item: ApprovalItem, days: Days, at: datetime) -> Iterator[Finding]:
    spans = list(item.spans.all())
    yield from _partition(spans)
    yield from _last(item, spans)
    yield from _against_events(item, spans)
    yield from _dates(item, spans, days)
    yield from _breaches(item, spans, days, at)


def _partition(spans: Sequence[ClockSpan]) -> Iterator[Finding]:
    for span in spans:
        if span.ended_at and span.ended_at < span.started_at:
            yield of("I9", span, "The span ends before it begins.")
    for span, following in pairwise(spans):
        if span.ended_at is None or span.ended_at > following.started_at:
            yield of("I9", following, "The span overlaps the one before it.")
        elif span.ended_at < following.started_at:
            yield of("I9", following, "Nobody held the item before this span.")


def _last(item: ApprovalItem, spans: Sequence[ClockSpan]) -> Iterator[Finding]:
    holder = _holder_in(item, item.status)
    open_spans = [span for span in spans if span.ended_at is None]
    if holder and [span.holder for span in open_spans] != [holder]:
        yield of("I9", item, f"It is with the {holder}, and no open span says so.")
    elif open_spans and not holder:
        yield of("I9", open_spans[-1], f"The span is open; the item is {item.status}.")


def _holder_in(item: ApprovalItem, status: str) -> str | None:
    """The responsible party; a milestone that was recorded is nobody's to deliver."""
    entry = item.approval_type
    is_milestone = entry.kind == ApprovalType.Kind.MILESTONE and entry.promised_days is None
    if status == Status.GRANTED and is_milestone:
        return None
    return HOLDERS.get(status)


def _against_events(item: ApprovalItem, spans: Sequence[ClockSpan]) -> Iterator[Finding]:
    """The spans say what the events say."""
    told = _joined((span.holder, span.started_at, span.ended_at) for span in spans)
    expected = _joined(_stretches(item))
    if told == expected:
        return
    place = next(
        (n for n, pair in enumerate(zip(told, expected, strict=False)) if pair[0] != pair[1]),
        min(len(told), len(expected)),
    )
    yield of("I9", item, f"From stretch {place + 1} on its spans do not follow its events.")


def _stretches(item: ApprovalItem) -> Iterator[Stretch]:
    """Which party held it from event to event.

    Between an end and a new beginning it was the centre's, or stopped after a refusal;
    before it was first anybody's, and after its end, nobody's.
    """
    moves = [event for event in item.events.all() if event.from_status != event.to_status]
    has_begun = False
    for event, following in zip_longest(moves, moves[1:]):
        holder = _holder_in(item, event.to_status)
        has_begun = has_begun or holder is not None
        if holder is None and has_begun and following:
            is_refused = event.to_status == Status.REFUSED
            holder = Holder.STOPPED if is_refused else Holder.CENTRE
        if holder:
            yield holder, event.at, following.at if following else None


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Without empty ones, and neighbours of one holder as one."""
    found: list[Stretch] = []
    for holder, start, end in stretches:
        if start == end:
            continue
        if found and found[-1][0] == holder and found[-1][2] == start:
            found[-1] = (holder, found[-1][1], end)
        else:
            found.append((holder, start, end))
    return found


def _dates(item: ApprovalItem, spans: Sequence[ClockSpan], days: Days) -> Iterator[Finding]:
    """Dates that still bind somebody; those of an item that is over stand as they were."""
    for name, expected in _expected(item, spans, days).items():
        stored = getattr(item, name)
        if stored != expected:
            yield of("I9", item, f"{name} is {stored}; counted anew it is {expected}.")


def _expected(
    item: ApprovalItem, spans: Sequence[ClockSpan], days: Days
) -> dict[str, date | None]:
    def end_of(start: datetime | None, length: int) -> date | None:
        return days.end_of(civil_day(start), length) if start else None

    match item.status:
        case Status.SUBMITTED:
            return {"notice_due_on": end_of(item.submitted_at, item.days_for_notice)}
        case Status.ACCEPTED | Status.SUSPENDED:
            return _limits(item, spans, days)
        case Status.GRANTED if _holder_in(item, item.status):
            return {"deliver_by": end_of(item.decided_at, DAYS_TO_DELIVER)}
    return {}


def _breaches(
    item: ApprovalItem, spans: Sequence[ClockSpan], days: Days, at: datetime
) -> Iterator[Finding]:
    """A limit that passed while the clock ran is kept as missed, and no other one.

    Of an item that is over by the calendar of its time alone: where today's gives it other
    dates, nothing can be said any more. What has passed within a sweep may still be missing.
    """
    if item.accepted_at is None:
        return
    limits = _limits(item, spans, days)
    if any(limits[name] != getattr(item, name) for name in ("due_on", "statutory_due_on")):
        return
    now, before = (_missed(item, spans, days, moment) for moment in (at, at - SWEEP))
    for name in now:
        stored = getattr(item, name)
        if stored not in {now[name], before[name]}:
            yield of("I9", item, f"{name} is {stored}; counted anew it is {now[name]}.")


def _missed(
    item: ApprovalItem, spans: Sequence[ClockSpan], days: Days, at: datetime
) -> dict[str, date | None]:
    """The day after each limit, as it stood the first time that the clock ran past it."""
    extended = [event.at for event in item.events.all() if event.act in EXTENSIONS]
    ran = [span.started_at for span in spans if span.holder == Holder.STOPPED] + extended
    if item.decided_at or spans[-1].holder != Holder.STOPPED:
        ran.append(item.decided_at or spans[-1].ended_at or at)
    missed: dict[str, date | None] = dict.fromkeys(BREACH_OF.values())
    for moment in sorted(ran):
        is_extended = any(given < moment for given in extended)
        known = [span for span in spans if span.ended_at and span.ended_at <= moment]
        ends = _limits(item, known, days, item.extension_days if is_extended else 0)
        for limit, name in BREACH_OF.items():
            end = ends[limit]
            if end and end < civil_day(moment) and missed[name] is None:
                missed[name] = end + timedelta(1)
    return missed


def _limits(
    item: ApprovalItem,
    spans: Sequence[ClockSpan],
    days: Days,
    extension: int | None = None,
) -> dict[str, date | None]:
    entry = item.approval_type
    longer = item.extension_days if extension is None else extension
    stops = [
        (civil_day(span.started_at), civil_day(span.ended_at))
        for span in spans
        if span.holder == Holder.STOPPED and span.ended_at
    ]

    def end(
        limit: int | None, unit: str, start: str, of_limit: Callable[[int], int] = int
    ) -> date | None:
        moment = item.submitted_at if start == Start.RECEIPT else item.accepted_at
        if limit is None or moment is None:
            return None
        length = of_limit(limit + longer)
        return days.end_with_stops(civil_day(moment), length, unit, stops)

    promised = (item.promised_days, item.promised_unit, entry.promised_from)
    statutory = (item.statutory_days, item.statutory_unit, entry.statutory_from)
    return {
        "near_on": end(*promised, _yellow_from),
        "due_on": end(*promised),
        "statutory_due_on": end(*statutory),
    }


def _yellow_from(limit: int) -> int:
    """Above five days at seven tenths, rounded up, or two days left (docs/states.md)."""
    if limit <= 5:
        return limit
    return min((7 * limit + 9) // 10, limit - 2)
