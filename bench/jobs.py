"""What is measured: each job gives the seconds of ours and those of the limit, by rounds."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from time import perf_counter

from django.db import connection, transaction
from django.db.models import F

from approvals.acts import operations as acts
from approvals.items.operations import recalculation
from approvals.joint import operations as joint
from approvals.joint.operations.cases import LAND_KIND
from approvals.models import ApprovalItem, JointBundle, JointCase, Status
from bench import raw
from bench.twins import Twin, snapshot
from bench.volume import MONDAY, ZONE, Cast
from huadu_portal.database_waits import any_length
from huadu_portal.escalation import operations as escalation
from huadu_portal.escalation.operations.sweep import BATCH
from huadu_portal.workdays.published import calendar
from projects.models import MaterialKind

Times = tuple[list[float], list[float]]

NEAR = datetime(2025, 3, 12, 10, 0, tzinfo=ZONE)
# A type without prerequisites, of the cast's department.
CODE = "HD-GC-01"
# The way of an item to where each act may be done.
WAYS = {
    "submit": [],
    "withdraw": ["submit"],
    "accept": ["submit"],
    "decline": ["submit"],
    "request_correction": ["submit"],
    "resubmit": ["submit", "request_correction"],
    "grant": ["submit", "accept"],
    "refuse": ["submit", "accept"],
    "suspend": ["submit", "accept"],
    "resume": ["submit", "accept", "suspend"],
    "extend": ["submit", "accept"],
    "deliver": ["submit", "accept", "grant"],
}
BY_FIRM = {"submit", "resubmit", "withdraw"}
ASKED = {
    "decline": {"note": "材料不齐"},
    "refuse": {"note": "不符合规划条件"},
    "request_correction": {"missing": ["总平面图"]},
    "resubmit": {"note": "已补齐"},
    "suspend": {"ground": "hearing", "expected_days": 10},
    "extend": {"days": 5, "note": "情况复杂"},
    "deliver": {"certificate_number": "花规许〔2025〕1号"},
}

# Which argument is a file.
FILES = {"suspend": "notice_file", "deliver": "document"}


def timed(job: Callable, *args) -> float:
    begun = perf_counter()
    job(*args)
    return perf_counter() - begun


def creating(cast: Cast, rounds: int, count: int) -> Times:
    """Taking an application on: the project, so many items, histories, clocks, notices."""
    ours, theirs = [], []
    for _ in range(rounds):
        application = cast.application(MONDAY)
        nothing = snapshot(None)
        twin = Twin(nothing, nothing)
        ours.append(timed(cast.take_on, application, MONDAY, cast.plan(count)))
        limit = twin.writing(snapshot(application.project))
        theirs.append(timed(limit.write))
    return ours, theirs


def act(cast: Cast, rounds: int, name: str) -> Times:
    ours, theirs = [], []
    for _ in range(rounds):
        item, other = (_brought_to(cast, name) for _ in range(2))
        before = snapshot(item.project)
        twin = Twin(before, snapshot(other.project))
        ours.append(timed(_asked(cast, name, item)))
        limit = twin.writing(snapshot(item.project))
        limit.locks = [
            ("projects_project", other.project_id),
            ("approvals_approvalitem", other.pk),
        ]
        theirs.append(timed(limit.write))
    return ours, theirs


def _brought_to(cast: Cast, name: str) -> ApprovalItem:
    item = cast.project(MONDAY).items.get(approval_type__code=CODE)
    for step in WAYS[name]:
        item = _do(cast, step, item)
    return item


def _do(cast: Cast, name: str, item: ApprovalItem) -> ApprovalItem:
    return _asked(cast, name, item)()


def _asked(cast: Cast, name: str, item: ApprovalItem) -> Callable[[], ApprovalItem]:
    """The act with all that it asks for."""
    asked = dict(ASKED.get(name, {}))
    if name in {"submit", "resubmit"}:
        asked["documents"] = cast.materials_of(item)
    if file := FILES.get(name):
        asked[file] = next(iter(cast.vault.values()))
    by = cast.owner if name in BY_FIRM else cast.head if name == "extend" else cast.officer
    operation = getattr(acts, name)
    return partial(operation, item, by=by, at=MONDAY, version=item.version, **asked)


def registering(cast: Cast, rounds: int) -> Times:
    """register_land of a case whose five opinions are favourable."""
    land = MaterialKind.objects.get(name=LAND_KIND)
    ours, theirs = [], []
    # Whoever is told of a case is there from the first round on: this one makes them.
    _passed(cast)
    for _ in range(rounds):
        case, other = (_passed(cast) for _ in range(2))
        before = snapshot(case.project)
        twin = Twin(before, snapshot(other.project))
        asked = {"by": cast.window, "at": MONDAY, "version": case.version}
        paper = cast.vault[land.pk]
        ours.append(timed(partial(joint.register_land, case, land_paper=paper, **asked)))
        limit = twin.writing(snapshot(case.project))
        limit.locks = [("projects_project", other.project_id)]
        items = other.items.order_by("pk").values_list("pk", flat=True)
        limit.locks += [("approvals_approvalitem", pk) for pk in items]
        theirs.append(timed(limit.write))
    return ours, theirs


def _passed(cast: Cast) -> JointCase:
    project = cast.project(MONDAY)
    # Forms are made out for one item: another project's would be no good.
    cast.stock(project)
    bundle = JointBundle.objects.get(code="industrial-five")
    project.items.filter(approval_type__in=bundle.before_land.all()).update(
        status=Status.DELIVERED
    )
    case = joint.open_case(project, bundle=bundle, by=cast.owner, at=MONDAY, risk_accepted=True)
    for item in case.items.order_by("pk"):
        by = cast.officer_of(item.department)
        joint.pre_approve(item, by=by, at=MONDAY, version=item.version)
    case.refresh_from_db()
    return case


def sweep(cast: Cast, rounds: int, count: int) -> Times:
    """So many items that have come to the rung “near”; the limit claims and writes the same."""
    ours, theirs = [], []
    for _ in range(rounds):
        _make_due(cast, count)
        ours.append(timed(escalation.remind, NEAR))
        swept = raw.Swept()
        _forget()
        _make_due(cast, count)
        theirs.append(timed(swept.sweep, NEAR, BATCH))
        _forget()
    return ours, theirs


def idle(rounds: int) -> Times:
    """A sweep that finds nothing due, however many items there are."""
    nothing = raw.Swept()
    pairs = [
        (timed(escalation.remind, NEAR), timed(nothing.sweep, NEAR, BATCH))
        for _ in range(rounds)
    ]
    ours, theirs = zip(*pairs, strict=True)
    return list(ours), list(theirs)


def _make_due(cast: Cast, count: int) -> None:
    due = ApprovalItem.objects.filter(status="accepted", department=cast.planning)
    picked = due.order_by("pk").values("pk")[:count]
    ApprovalItem.objects.filter(pk__in=picked).update(
        next_rung_at=NEAR,
        officer=cast.officer,
        near_on=NEAR.date(),
        due_on=date(2025, 3, 14),
        statutory_due_on=date(2025, 3, 31),
    )


def _forget() -> None:
    """So that the next round writes the same rows again."""
    ApprovalItem.objects.filter(next_rung_at__isnull=False).update(next_rung_at=None)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM approvals_card")
        cursor.execute("DELETE FROM approvals_reminder")
        cursor.execute("DELETE FROM notifications_delivery")
        cursor.execute("DELETE FROM notifications_notification")


def recomputing(rounds: int, count: int) -> Times:
    """The due dates of so many items anew, all of which move; both read, both write."""
    _leave_open(count)
    ours, theirs = [], []
    for _ in range(rounds):
        _put_off()
        ours.append(timed(transaction.atomic(recalculation.recompute_all), calendar(), MONDAY))
        dates = raw.stored_dates(recalculation.STORED)
        _put_off()
        theirs.append(timed(raw.recompute, dates, recalculation.STORED, recalculation.BATCH))
    return ours, theirs


@transaction.atomic
def _leave_open(count: int) -> None:
    """So many items with a running limit; the others have been taken back."""
    # Of the full volume, longer than any statement of the portal may take.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    running = ApprovalItem.objects.filter(status="accepted").order_by("pk")
    rest = running.exclude(pk__in=running.values("pk")[:count])
    with any_length():
        rest.update(status="withdrawn", next_rung_at=None)


def _put_off() -> None:
    """As if a day had been a holiday: every due date is a day late."""
    day = timedelta(days=1)
    ApprovalItem.objects.filter(status="accepted").update(
        due_on=F("due_on") + day, statutory_due_on=F("statutory_due_on") + day
    )


def all_jobs(cast: Cast, rounds: int, swept: int) -> Iterator[tuple[str, Times]]:
    yield "take on with 25 items", creating(cast, rounds, 25)
    yield f"take on with {len(cast.types)} items", creating(cast, rounds, len(cast.types))
    for name in WAYS:
        # As the server does of itself within a minute: the volume has no planned item, and a
        # plan made for none reads all that the jobs before have left.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE approvals_approvalitem")
        yield name.replace("_", " "), act(cast, rounds, name)
    yield "register the land of five items", registering(cast, rounds)
    yield f"sweep, {swept} items due", sweep(cast, 3, swept)
    yield "sweep, nothing due", idle(rounds)


def last_jobs() -> Iterator[tuple[str, Times]]:
    """Those that leave nothing as it was."""
    yield "recompute 10,000 open items", recomputing(3, 10_000)
