"""What a person has to do, in one order by date: the list of the start page and of the API.

Items to accept, decide on and deliver, opinions and replies that are asked for, proposals and
requests that wait: whatever it is, what is due first stands first. A page begins after the last
row of the one before, and costs the same however many rows there are: one statement finds the
keys of all kinds, each by an index of its own, another one reads their items.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from django.db.models import CharField, DateField, F, Q, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from approvals.joint.standing import opinion_due, opinions_asked
from approvals.models import (
    OPEN,
    OVER,
    ApprovalItem,
    ApprovalItemQuerySet,
    Consultation,
    HelpRequest,
    OrderProposal,
    ProposalState,
    Status,
    SupervisionOrder,
)
from huadu_portal.accounts.models import User
from huadu_portal.counts import count_in_words, counted
from huadu_portal.routes import address
from huadu_portal.ui.choices import ColoredText
from huadu_portal.ui.neighbours import DUE, Neighbours
from huadu_portal.workdays.published import calendar
from projects.models import Application, Project

R = User.Role
# Who decides on proposed supervision orders (approvals/supervision/acts.py:PROPOSAL_ACTS).
DECIDING = {R.DEPARTMENT_HEAD, R.CENTRE_HEAD, R.LEADER}

PAGE_SIZE = 25
# Opinions in pre-review have no day of their own in the table; they are read all at once. A
# department never has so many.
OPINIONS_AT_MOST = 500
# Under review without a promised day: behind all that has one.
WITHOUT_DAY = date.max


class TaskKind(ColoredText):
    APPLICATION = "application", "blue", _("answer the application")
    ACCEPT = "accept", "blue", _("accept or notify")
    PRE_REVIEW = "pre_review", "purple", _("opinion in pre-review")
    DECIDE = "decide", "blue", _("decide")
    DELIVER = "deliver", "green", _("deliver")
    CONSULTATION = "consultation", "purple", _("opinion requested")
    ORDER = "order", "deep-red", _("reply to the order")
    PROPOSAL = "proposal", "yellow", _("decide on the proposed order")
    HELP = "help", "yellow", _("answer the request for coordination")


# Where a task of a kind is done; what is done to an item, on the item's page at the desk.
PAGES = {
    TaskKind.APPLICATION: "admin:projects_application_change",
    TaskKind.CONSULTATION: "approvals:consultation",
    TaskKind.ORDER: "admin:approvals_supervisionorder_change",
    TaskKind.PROPOSAL: "admin:approvals_orderproposal_change",
    TaskKind.HELP: "admin:approvals_helprequest_change",
}


@dataclass(frozen=True, order=True)
class TaskPlace:
    """Where a row stands in the order of days; the next page begins behind it."""

    on: date
    key: UUID

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None for whatever names no place: the list then begins at its beginning."""
        day, _sign, key = text.partition("_")
        try:
            return cls(date.fromisoformat(day), UUID(key))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.on}_{self.key}"


@dataclass(frozen=True)
class Task:
    """A row of the list: what has to be done, for what, and by when."""

    kind: TaskKind
    place: TaskPlace
    item: ApprovalItem | None = None
    application: Application | None = None

    @property
    def due_on(self) -> date | None:
        return None if self.place.on == WITHOUT_DAY else self.place.on

    @property
    def url(self) -> str:
        return _url_of(self.kind, self.place)

    @property
    def url_in_list(self) -> str:
        """The same, from which one goes on to what stands beside it."""
        return _page_of((self.place, self.kind))

    @property
    def title(self) -> str:
        return str(self.item.approval_type if self.item else self.application)

    @property
    def project(self) -> str:
        if self.item:
            return self.item.project.name
        return self.application.title if self.application else ""

    @property
    def is_deemed_next(self) -> bool:
        """Whether the item counts as accepted once the day has passed in silence."""
        return (
            self.kind == TaskKind.ACCEPT
            and self.item is not None
            and self.item.approval_type.is_licence_like
        )


@dataclass(frozen=True)
class TaskPage:
    tasks: list[Task]
    # Behind which the next page begins; None: this is the last one.
    next: TaskPlace | None


def _url_of(kind: TaskKind, place: TaskPlace) -> str:
    return address(PAGES.get(kind, "admin:approvals_approvalitem_change"), place.key)


def tasks_of(user: User, after: TaskPlace | None = None) -> TaskPage:
    """A page of what the person has to do."""
    found = _found(user, after)
    opinions = {key for kind, _on, key, _thing in found if kind == TaskKind.PRE_REVIEW}
    due = _opinions_due(opinions)
    dated = [
        (kind, due.get(key, on) if key in opinions else on, key, thing)
        for kind, on, key, thing in found
    ]
    behind = [row for row in dated if after is None or TaskPlace(row[1], row[2]) > after]
    behind.sort(key=lambda row: TaskPlace(row[1], row[2]))
    tasks = _with_things(behind[:PAGE_SIZE])
    return TaskPage(tasks, tasks[-1].place if len(behind) > PAGE_SIZE else None)


# Kind, day, key of what waits, and of the item or application that it is for.
Row = tuple[str, date, UUID, UUID]


def _found(user: User, after: TaskPlace | None) -> list[Row]:
    """The first rows of each kind behind a place, and all opinions in pre-review; in one
    statement."""
    limited = [
        _behind(part, after).order_by("on", "key")[: PAGE_SIZE + 1] for part in _parts(user)
    ]
    limited += [part.order_by("key")[:OPINIONS_AT_MOST] for part in _pre_reviews(user)]
    return _united(limited)


def _united(limited: list[QuerySet]) -> list[Row]:
    if not limited:
        return []
    first, *others = limited
    return list(first.union(*others, all=True) if others else first)


def _behind(part: QuerySet, after: TaskPlace | None) -> QuerySet:
    if after is None:
        return part
    # The day by itself: an index finds where to begin.
    return part.filter(Q(on__gt=after.on) | Q(key__gt=after.key), on__gte=after.on)


def _opinions_due(keys: set[UUID]) -> dict[UUID, date]:
    if not keys:
        return {}
    items = ApprovalItem.objects.filter(pk__in=keys).select_related("joint_case__bundle")
    published, asked = calendar(), opinions_asked(items)
    return {
        item.pk: opinion_due(item.joint_case, asked[item.pk], published)
        for item in items
        if item.joint_case
    }


def _with_things(rows: Sequence[Row]) -> list[Task]:
    of_application = {thing for kind, _on, _key, thing in rows if kind == TaskKind.APPLICATION}
    of_item = {thing for _kind, _on, _key, thing in rows} - of_application
    items = _read(ApprovalItem.objects.select_related(*OF_ITEM), of_item)
    applications = _read(Application.objects.select_related("enterprise"), of_application)
    return [
        Task(TaskKind(kind), TaskPlace(on, key), items.get(thing), applications.get(thing))
        for kind, on, key, thing in rows
    ]


OF_ITEM = ["project", "approval_type", "officer", "department"]


def _read(rows: QuerySet, keys: set[UUID]) -> dict:
    return rows.in_bulk(keys) if keys else {}


# ---- What stands beside a row --------------------------------------------------------------


def neighbours_in_worklist(request: HttpRequest) -> Neighbours | None:
    """What stands before and after the task whose place the address names, in the list of the
    start page; None where it names none. A place stays where it was once its task is done."""
    place = TaskPlace.parse(request.GET.get(DUE, ""))
    if place is None or not request.user.is_authenticated:
        return None
    tasks, before, total = _around(request.user, place)
    behind = [task for task in tasks if task[0] > place]
    ahead = [task for task in tasks if task[0] < place]
    is_here = len(behind) + len(ahead) < len(tasks)
    return Neighbours(
        previous=_page_of(max(ahead, default=None)),
        next=_page_of(min(behind, default=None)),
        position=before + 1 if is_here else None,
        total=count_in_words(total),
        list_url=f"{reverse('admin:index')}#worklist",
    )


def _page_of(task: tuple[TaskPlace, str] | None) -> str:
    if task is None:
        return ""
    place, kind = task
    return f"{_url_of(TaskKind(kind), place)}?{DUE}={place}"


def _around(user: User, place: TaskPlace) -> tuple[list[tuple[TaskPlace, str]], int, int]:
    """The tasks nearest to a place, of each kind; how many there are before it, and in all.

    Two statements, both of which stop: the one reads three rows of each kind, the other counts up
    to AT_MOST of each. Opinions in pre-review are read all, as for the list.
    """
    parts = {str(n): part for n, part in enumerate(_parts(user))}
    near = [_behind(part, place).order_by("on", "key")[:1] for part in parts.values()]
    near += [_before(part, place).order_by("-on", "-key")[:1] for part in parts.values()]
    near += [part.filter(on=place.on, key=place.key) for part in parts.values()]
    near += [part.order_by("key")[:OPINIONS_AT_MOST] for part in _pre_reviews(user)]
    found = _united(near)
    opinions = {key for kind, _on, key, _thing in found if kind == TaskKind.PRE_REVIEW}
    due = _opinions_due(opinions)
    tasks = [(TaskPlace(due.get(key, on), key), kind) for kind, on, key, _thing in found]
    counts = counted(parts | {f"before {n}": _before(part, place) for n, part in parts.items()})
    before = sum(count for name, count in counts.items() if name not in parts)
    before += sum(there < place for there, kind in tasks if kind == TaskKind.PRE_REVIEW)
    return tasks, before, sum(counts[name] for name in parts) + len(opinions)


def _before(part: QuerySet, place: TaskPlace) -> QuerySet:
    return part.filter(Q(on__lt=place.on) | Q(key__lt=place.key), on__lte=place.on)


# ---- What is whose ------------------------------------------------------------------------


def _part(kind: TaskKind, rows: QuerySet, on: Any, thing: str = "pk") -> QuerySet:
    """Of rows by their day: the same four columns of each kind."""
    return rows.annotate(
        kind=Value(kind.value, CharField()), on=on, key=F("pk"), thing=F(thing)
    ).values_list("kind", "on", "key", "thing")


def _parts(user: User) -> Iterator[QuerySet]:
    for items in _items(user):
        yield from _of_items(items)
    if user.role == R.WINDOW:
        # Whatever is submitted, the window may accept for the department.
        others = ApprovalItem.objects.exclude(department=user.department_id)
        yield _received(others)
    if user.is_of_department or user.role == R.CENTRE_HEAD:
        yield from _asked_of_department(user)
    if user.role in DECIDING:
        proposals = OrderProposal.objects.visible_to(user).in_state(ProposalState.OPEN)
        yield _part(TaskKind.PROPOSAL, proposals, F("due_on"), "item")
    requests = requests_for(user)
    if requests is not None:
        waiting = requests.filter(item__status__in=OPEN)
        yield _part(TaskKind.HELP, waiting, F("due_on"), "item")
    if user.has_perm("projects.triage_application"):
        applications = Application.objects.visible_to(user).waiting()
        dated = applications.filter(due_on__isnull=False)
        yield _part(TaskKind.APPLICATION, dated, F("due_on"))


def _items(user: User) -> Iterator[ApprovalItemQuerySet]:
    """An officer's own and those of the department that nobody has; a head's whole department,
    the centre's own; an agent's and a chief officer's, of the projects they accompany.

    Apart where one condition or the other would keep PostgreSQL from an index.
    """
    items = ApprovalItem.objects.visible_to(user)
    match user.role:
        case R.OFFICER:
            yield items.filter(officer=user)
            yield items.filter(officer=None)
        case R.DEPARTMENT_HEAD:
            yield items
        case R.WINDOW | R.CENTRE_HEAD:
            yield items.filter(department=user.department_id)
        case R.AGENT:
            yield items.filter(project__in=Project.objects.filter(agent=user))
        case R.CHIEF_OFFICER:
            yield items.filter(project__in=Project.objects.filter(chief_officer=user))


def _of_items(items: ApprovalItemQuerySet) -> Iterator[QuerySet]:
    yield _received(items)
    running = items.running()
    yield _part(TaskKind.DECIDE, running.filter(due_on__isnull=False), F("due_on"))
    yield _part(TaskKind.DECIDE, running.filter(due_on=None), Value(WITHOUT_DAY, DateField()))
    granted = items.filter(status=Status.GRANTED, deliver_by__isnull=False)
    yield _part(TaskKind.DELIVER, granted, F("deliver_by"))


def _received(items: QuerySet) -> QuerySet:
    """Parts of a joint inspection are answered with their whole."""
    received = items.filter(status=Status.SUBMITTED, notice_due_on__isnull=False)
    return _part(
        TaskKind.ACCEPT, received.exclude(whole__status=Status.SUBMITTED), F("notice_due_on")
    )


def _pre_reviews(user: User) -> Iterator[QuerySet]:
    for items in _items(user):
        asked = items.filter(status=Status.PRE_REVIEW)
        yield _part(TaskKind.PRE_REVIEW, asked, Value(WITHOUT_DAY, DateField()))


def _asked_of_department(user: User) -> Iterator[QuerySet]:
    """Opinions and replies: the department's, whoever of it answers."""
    department = {"department": user.department_id}
    asked = Consultation.objects.unanswered().filter(silent_at=None, **department)
    undecided = asked.filter(item__status__in=OPEN)
    yield _part(TaskKind.CONSULTATION, undecided, F("due_on"), "item")
    orders = SupervisionOrder.objects.unanswered().filter(**department)
    owed = orders.exclude(item__status__in=OVER)
    yield _part(TaskKind.ORDER, owed, F("due_on"), "item")


def requests_for(user: User) -> QuerySet | None:
    """Open requests for coordination that the person may answer (`may_answer_help`)."""
    asked = HelpRequest.objects.visible_to(user).unanswered()
    match user.role:
        case R.WINDOW | R.CENTRE_HEAD:
            return asked
        case R.AGENT:
            return asked.filter(item__project__agent=user)
        case R.CHIEF_OFFICER:
            return asked.filter(item__project__chief_officer=user)
    return None
