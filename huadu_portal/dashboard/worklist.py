"""What a person has to do, in one order by date: the list of the start page and of the API.

Items to accept, decide on and deliver, opinions, replies and explanations that are asked for,
proposals, requests and claims that wait: whatever it is, what is due first stands first. A page begins after the last
row of the one before, and costs the same however many rows there are: one statement finds the
keys of all kinds, each by an index of its own, another one reads their items.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from django.db.models import CharField, DateField, F, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from approvals.items.rights import DEPARTMENT_OWES
from approvals.joint.standing import opinion_due, opinions_asked
from approvals.models import (
    OPEN,
    OVER,
    ApprovalItem,
    ApprovalItemQuerySet,
    Consultation,
    ExplanationDemand,
    HelpRequest,
    OrderProposal,
    ProposalState,
    Status,
    SupervisionOrder,
)
from huadu_portal.accounts.models import ErasureRequest, User
from huadu_portal.routes import address
from huadu_portal.ui.choices import ColoredText
from huadu_portal.ui.neighbours import DUE
from huadu_portal.workdays.published import calendar
from projects.models import Application, Membership, Project

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
    EXPLANATION = "explanation", "yellow", _("explain the delay")
    CLAIM = "claim", "yellow", _("decide on the claim")
    ERASURE = "erasure", "yellow", _("answer the erasure request")


# Where a task of a kind is done; what is done to an item, on the item's page at the desk.
PAGES = {
    TaskKind.APPLICATION: "admin:projects_application_change",
    TaskKind.CONSULTATION: "approvals:consultation",
    TaskKind.ORDER: "admin:approvals_supervisionorder_change",
    TaskKind.PROPOSAL: "admin:approvals_orderproposal_change",
    TaskKind.HELP: "admin:approvals_helprequest_change",
    TaskKind.CLAIM: "admin:projects_membership_change",
    TaskKind.ERASURE: "admin:accounts_erasurerequest_change",
}
# What rows of a kind are about, and how it is read; all others are about items.
THINGS: dict[str, QuerySet] = {
    TaskKind.APPLICATION: Application.objects.select_related("enterprise"),
    TaskKind.CLAIM: Membership.objects.select_related("enterprise", "user"),
    TaskKind.ERASURE: ErasureRequest.objects.select_related("user"),
}
OF_ITEM = "item"
ITEMS = ApprovalItem.objects.select_related("project", "approval_type", "officer", "department")


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
    claim: Membership | None = None
    erasure: ErasureRequest | None = None

    @property
    def due_on(self) -> date | None:
        return None if self.place.on == WITHOUT_DAY else self.place.on

    @property
    def url(self) -> str:
        return url_of_task(self.kind, self.place.key, self.item.pk if self.item else None)

    @property
    def url_in_list(self) -> str:
        """The same, from which one goes on to what stands beside it."""
        return f"{self.url}?{DUE}={self.place}"

    @property
    def title(self) -> str:
        if self.claim:
            return self.claim.enterprise.name
        if self.erasure:
            return str(self.erasure.user)
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


def url_of_task(kind: str, key: UUID, item: UUID | None) -> str:
    """An explanation is given on its item's page, as all that is done to an item."""
    page = PAGES.get(TaskKind(kind), "admin:approvals_approvalitem_change")
    return address(page, item if kind == TaskKind.EXPLANATION and item else key)


def tasks_of(user: User, after: TaskPlace | None = None) -> TaskPage:
    """A page of what the person has to do."""
    found = _found(user, after)
    opinions = {key for kind, _on, key, _thing in found if kind == TaskKind.PRE_REVIEW}
    due = opinions_due(opinions)
    dated = [
        (kind, due.get(key, on) if key in opinions else on, key, thing)
        for kind, on, key, thing in found
    ]
    behind = [row for row in dated if after is None or TaskPlace(row[1], row[2]) > after]
    behind.sort(key=lambda row: TaskPlace(row[1], row[2]))
    tasks = _with_things(behind[:PAGE_SIZE])
    return TaskPage(tasks, tasks[-1].place if len(behind) > PAGE_SIZE else None)


# Kind, day, key of what waits, and of the item or other thing that it is about.
Row = tuple[str, date, UUID, UUID]


def _found(user: User, after: TaskPlace | None) -> list[Row]:
    """The first rows of each kind behind a place, and all opinions in pre-review; in one
    statement."""
    limited = [
        behind(part, after).order_by("on", "key")[: PAGE_SIZE + 1] for part in parts_of(user)
    ]
    limited += [part.order_by("key")[:OPINIONS_AT_MOST] for part in pre_reviews_of(user)]
    return united(limited)


def united(limited: list[QuerySet]) -> list[Row]:
    if not limited:
        return []
    first, *others = limited
    return list(first.union(*others, all=True) if others else first)


def behind(part: QuerySet, after: TaskPlace | None) -> QuerySet:
    if after is None:
        return part
    # The day by itself: an index finds where to begin.
    return part.filter(Q(on__gt=after.on) | Q(key__gt=after.key), on__gte=after.on)


def opinions_due(keys: set[UUID]) -> dict[UUID, date]:
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
    """A statement for each kind of thing that the rows are about."""
    keys: dict[str, set[UUID]] = defaultdict(set)
    for kind, _on, _key, thing in rows:
        keys[kind if kind in THINGS else OF_ITEM].add(thing)
    found = {about: THINGS.get(about, ITEMS).in_bulk(things) for about, things in keys.items()}
    return [
        Task(
            TaskKind(kind),
            TaskPlace(on, key),
            **{about: found[about][thing]},
        )
        for kind, on, key, thing in rows
        for about in [kind if kind in THINGS else OF_ITEM]
    ]


# ---- What is whose ------------------------------------------------------------------------


def _part(kind: TaskKind, rows: QuerySet, on: Any, thing: str = "pk") -> QuerySet:
    """Of rows by their day: the same four columns of each kind."""
    return rows.annotate(
        kind=Value(kind.value, CharField()), on=on, key=F("pk"), thing=F(thing)
    ).values_list("kind", "on", "key", "thing")


def parts_of(user: User) -> Iterator[QuerySet]:
    for items in _items(user):
        yield from _of_items(items)
        if user.role not in {R.AGENT, R.CHIEF_OFFICER}:
            demands = ExplanationDemand.objects.unanswered().filter(
                item__in=items.filter(status__in=DEPARTMENT_OWES)
            )
            yield _part(TaskKind.EXPLANATION, demands, F("due_on"), "item")
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
    if user.has_perm("projects.agree_membership"):
        claims = Membership.objects.visible_to(user).claiming()
        yield _part(
            TaskKind.CLAIM, claims.filter(claim_due_on__isnull=False), F("claim_due_on")
        )
    if user.has_perm("accounts.change_user"):
        # Nobody answers their own.
        asked = ErasureRequest.objects.open().exclude(user=user)
        yield _part(TaskKind.ERASURE, asked, F("due_on"))


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


def pre_reviews_of(user: User) -> Iterator[QuerySet]:
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
