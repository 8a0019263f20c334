"""Items as something that waits, for the reminders (`huadu_portal/escalation/`), and the cards that
what waits in approvals can bring a department."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from approvals.acts.models import (
    Suspension,
)
from approvals.items.clock import Limit
from approvals.items.events import follow_ups
from approvals.items.limits import limits_of
from approvals.items.models import ApprovalItem, ItemEvent, Status
from approvals.items.operations.dates import opening_of
from approvals.joint.models import PreOpinion
from approvals.joint.standing import objections, opinion_due, opinions_asked
from approvals.supervision.models import Card, LadderStop
from approvals.supervision.operations.cards import CardedStep, show_cards
from approvals.supervision.operations.courses import (
    COURSES,
    REVISION,
)
from approvals.supervision.operations.halted import paused_with_project
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.escalation.schedule import Timing
from huadu_portal.escalation.subjects import Course, Responsibility, ToldStep
from huadu_portal.rows import key_array
from huadu_portal.workdays.arithmetic import Calendar
from projects.models import Project
from projects.operations import iso_day
from projects.operations.subjects import ProjectSubject

T = TypeVar("T", bound=Model)


class CardedSubject(ProjectSubject[T], Generic[T]):
    """Something for which a department can be shown a card."""

    card_cause = Card.Cause.DELAY

    def item_of(self, subject: T) -> ApprovalItem:
        raise NotImplementedError

    def project_of(self, subject: T) -> Project:
        return self.item_of(subject).project

    def responsibility_of(self, subject: T) -> Responsibility:
        item, department_id = self.item_of(subject), self.department_of(subject)
        return self.responsibility_in(
            item.project, department_id=department_id, officer_id=item.officer_id
        )

    def department_of(self, subject: T) -> UUID:
        """Which department is responsible; it would be shown the card."""
        return self.item_of(subject).department_id

    def words_of(self, subject: T) -> dict[str, str]:
        item = self.item_of(subject)
        entry = item.approval_type
        return {
            "item": entry.name,
            "item_en": entry.name_en,
            "project": item.project.name,
            "due": iso_day(item.due_on),
            "statutory": iso_day(item.statutory_due_on),
        }

    def url_of(self, subject: T) -> str:
        return self.item_of(subject).get_absolute_url()

    def message_subject_of(self, subject: T) -> UUID:
        return self.item_of(subject).pk

    def on_told(self, told: Sequence[ToldStep[T]], *, at: datetime) -> None:
        """The cards of the steps that have one, and the orders of those that give one."""
        carded = [
            CardedStep(self.item_of(each.subject), self.department_of(each.subject), each)
            for each in told
            if each.due.step.card
        ]
        show_cards(carded, self.card_cause, at=at)


class ItemSubject(CardedSubject[ApprovalItem]):
    """Waits for a department, or after an objection in pre-review for the firm."""

    kind, model = "item", ApprovalItem
    courses = [*COURSES.values(), REVISION]
    related = ["approval_type", "project", "joint_case__bundle", "whole", "department"]
    search_fields = ["project__name", "number"]

    def waiting(self) -> QuerySet[ApprovalItem]:
        return (
            ApprovalItem.objects.filter(status__in=COURSES) | ApprovalItem.objects.sent_back()
        )

    def waiting_on(self, course: str) -> QuerySet[ApprovalItem]:
        if course == REVISION.code:
            return ApprovalItem.objects.sent_back()
        statuses = [status for status, its in COURSES.items() if its.code == course]
        return ApprovalItem.objects.filter(status__in=statuses)

    def prepare(self, items: Sequence[ApprovalItem], calendar: Calendar) -> None:
        batch = _Batch.of(items, calendar)
        for item in items:
            if self.course_of(item):
                item.timing = batch.timing_of(item)

    def course_of(self, item: ApprovalItem) -> Course | None:
        if item.is_sent_back:
            return REVISION
        # The department that leads answers for the parts too.
        if item.status == Status.SUBMITTED and item.whole and item.whole.status == item.status:
            return None
        return COURSES.get(Status(item.status))

    def timing_of(self, item: ApprovalItem) -> Timing:
        return item.timing

    def epoch_of(self, item: ApprovalItem) -> int:
        return item.epoch

    def paused(self, items: Sequence[ApprovalItem], today: date) -> Mapping[UUID, datetime]:
        """Until when their ladders have been stopped by a head.

        Of items alone: what else is owed for one, an order above all, no head can stop.
        Nor what the firm owes in pre-review: the stop was for the department. That waits with
        its project.
        """
        owed = [item.pk for item in items if _is_owed_by_department(self.course_of(item))]
        ladder_stops = LadderStop.objects.filter(
            item__in=key_array(owed), lifted_at=None, until__gt=today
        )
        stopped = {stop.item_id: opening_of(stop.until) for stop in ladder_stops}
        by_firm = [(item, item.project) for item in items if item.is_sent_back]
        return stopped | paused_with_project(by_firm, today)

    def item_of(self, item: ApprovalItem) -> ApprovalItem:
        return item

    def words_of(self, item: ApprovalItem) -> dict[str, str]:
        words = super().words_of(item)
        if item.is_sent_back:
            return words | {"asked": iso_day(civil_day(item.timing.since))}
        return words | {"due": iso_day(item.timing.due_on)}

    def note_of(self, item: ApprovalItem) -> str:
        """What the firm has to answer, in the department's words."""
        return objections([item])[item.pk].text if item.is_sent_back else ""

    def visible_to(self, user: User) -> QuerySet[ApprovalItem]:
        return ApprovalItem.objects.visible_to(user)


@dataclass(frozen=True)
class _Batch:
    """What the days of items rest on, fetched for all of them."""

    calendar: Calendar
    last_events: Mapping[UUID, tuple[datetime, int]]
    opinions_asked: Mapping[UUID, datetime]
    objections: Mapping[UUID, PreOpinion]
    suspensions: Mapping[UUID, Suspension]

    @classmethod
    def of(cls, items: Sequence[ApprovalItem], calendar: Calendar) -> "_Batch":
        suspended = [item for item in items if item.status == Status.SUSPENDED]
        suspensions = Suspension.objects.filter(item__in=suspended, ended_at=None)
        return cls(
            calendar,
            _last_events(items, Status.ACCEPTED),
            opinions_asked(items),
            objections(items),
            {suspension.item_id: suspension for suspension in suspensions},
        )

    def timing_of(self, item: ApprovalItem) -> Timing:
        """Of one that is waited for."""
        match Status(item.status):
            case Status.SUBMITTED:
                return _receipt_timing(item)
            case Status.PRE_REVIEW:
                return self._opinion_timing(item)
            case Status.CORRECTING:
                return Timing(self.objections[item.pk].at)
            case Status.SUSPENDED:
                suspension = self.suspensions[item.pk]
                return Timing(suspension.started_at, due_on=suspension.expected_until)
            case Status.GRANTED:
                assert item.decided_at is not None
                return Timing(item.decided_at, due_on=item.deliver_by)
        return review_timing(item, *self.last_events.get(item.pk, ()))

    def _opinion_timing(self, item: ApprovalItem) -> Timing:
        assert item.joint_case is not None
        asked_at = self.opinions_asked[item.pk]
        return Timing(asked_at, due_on=opinion_due(item.joint_case, asked_at, self.calendar))


def _receipt_timing(item: ApprovalItem) -> Timing:
    assert item.submitted_at is not None
    received = civil_day(item.submitted_at)
    limit = Limit(item.days_for_notice, "working", received)
    return Timing(item.submitted_at, limit, due_on=item.notice_due_on)


def review_timing(
    item: ApprovalItem, quiet_since: datetime | None = None, version: int = 0
) -> Timing:
    """Of an item whose limits run; `version` is the number of the event of `quiet_since`."""
    assert item.accepted_at is not None
    return Timing(
        since=item.accepted_at,
        limit=limits_of(item)[0],
        near_on=item.near_on,
        due_on=item.due_on,
        statutory_due_on=item.statutory_due_on,
        quiet_since=quiet_since,
        version=version,
    )


def _is_owed_by_department(course: Course | None) -> bool:
    return course is not None and course.is_of_department


def _last_events(
    items: Sequence[ApprovalItem], status: Status
) -> dict[UUID, tuple[datetime, int]]:
    """When the last event of each in that status was, and its number; a follow-up is none."""
    here = key_array(item.pk for item in items if item.status == status)
    events = ItemEvent.objects.filter(item__in=here).exclude(act__in=follow_ups())
    rows = events.order_by("item", "-number").distinct("item")
    return {pk: (at, number) for pk, at, number in rows.values_list("item", "at", "number")}


ITEMS = ItemSubject()
