"""Courses written down as the operations would have: items, events, spans, reminders.

In bulk, because a demonstration of a thousand items would take minutes act by act. What an
act leaves behind is the same, and tests hold it to that: every event in its digest chain,
spans without gap or overlap, dates from approvals.items.clock, statuses from TRANSITIONS.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.utils import timezone

from approvals.items.events import CLOSE, OPEN, OPEN_JOINT, PRE_REVIEW, REGISTER_LAND, SUM_UP
from approvals.items.operations.breaches import record_breaches
from approvals.items.operations.dates import DELIVERY_DAYS, start_clock, stop_clock
from approvals.items.rights import ON_LADDER
from approvals.models import (
    ApprovalItem,
    ApprovalType,
    Certificate,
    ClockSpan,
    CorrectionRequest,
    ItemEvent,
    JointCase,
    PreOpinion,
    Status,
)
from approvals.supervision.operations.courses import REVIEW
from approvals.supervision.operations.item_subject import ITEMS, review_timing
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.demo.courses import DemoAct
from huadu_portal.demo.materials import Materials
from huadu_portal.escalation.models import Reminder
from huadu_portal.escalation.operations.policies import Policies
from huadu_portal.escalation.schedule import due_steps
from huadu_portal.papers.numbers import item_numbers
from huadu_portal.workdays.arithmetic import Calendar
from projects.models import Document, PhaseChange, Project

S = Status
ACTS = {
    S.PLANNED: CLOSE,
    S.READY: OPEN,
    S.SUBMITTED: "submit",
    S.CORRECTING: "request_correction",
    S.PRE_REVIEW: PRE_REVIEW,
    S.PRE_APPROVED: "pre_approve",
    S.ACCEPTED: "accept",
    S.GRANTED: "grant",
    S.REFUSED: "refuse",
    S.DELIVERED: "deliver",
    S.DECLINED: "decline",
    S.WITHDRAWN: "withdraw",
    S.NOT_APPLICABLE: "mark_not_applicable",
}


@dataclass(frozen=True)
class Cast:
    """Who does what: the officers by department, window and head of the center, the firm's person."""

    officers: Mapping[UUID, User]
    window: User
    head: User
    firm: User

    def of(self, act: DemoAct, entry: ApprovalType) -> User | None:
        match act.who:
            case "officer":
                return self.officers.get(entry.department_id, self.window)
            case "window":
                return self.window
            case "head":
                return self.head
            case "firm":
                return self.firm
        return None


@dataclass
class Ledger:
    """Rows of all projects, gathered to be written at once."""

    calendar: Calendar
    materials: Materials
    policies: Policies = field(default_factory=Policies)
    items: list[ApprovalItem] = field(default_factory=list)
    events: list[ItemEvent] = field(default_factory=list)
    spans: list[ClockSpan] = field(default_factory=list)
    corrections: list[CorrectionRequest] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    reminders: list[Reminder] = field(default_factory=list)
    phases: list[PhaseChange] = field(default_factory=list)
    cases: list[JointCase] = field(default_factory=list)
    opinions: list[PreOpinion] = field(default_factory=list)
    attached: list[tuple[ApprovalItem, list[Document]]] = field(default_factory=list)

    def enter(
        self,
        project: Project,
        entry: ApprovalType,
        course: list[DemoAct],
        cast: Cast,
        case: JointCase | None = None,
    ) -> None:
        """One item with all that its course has left behind, perhaps in a joint case."""
        item = ApprovalItem(
            project=project, approval_type=entry, department_id=entry.department_id
        )
        if case and entry.begins_joint_case:
            case.service = item
        elif any(act.status == S.PRE_REVIEW for act in course):
            item.joint_case = case
        self.items.append(item)
        digest = ""
        for act in course:
            digest = self._act(item, act, cast.of(act, entry), digest)
        if item.submitted_at:
            self.attached.append((item, self.materials.for_item(item, cast.firm)))

    def _act(self, item: ApprovalItem, act: DemoAct, by: User | None, digest: str) -> str:
        event = ItemEvent(
            item=item,
            number=item.version + 1,
            at=act.at,
            recorded_at=act.at,
            by=by,
            from_status=item.status,
            to_status=act.status,
            act=_name_of(item, act),
            note=act.note,
        )
        event.digest = event.digest_after(digest)
        self.events.append(event)
        self._hand_over(item, act)
        record_breaches(item, act.at)
        self._change(item, act, by)
        item.status = act.status
        item.next_rung_at = act.at if act.status in ON_LADDER else None
        item.version += 1
        return event.digest

    def _hand_over(self, item: ApprovalItem, act: DemoAct) -> None:
        before, after = item.holder, item.holder_in(act.status)
        if before == after:
            return
        if before:
            self.spans[-1].ended_at = act.at
        if after:
            self.spans.append(ClockSpan(item=item, holder=after, started_at=act.at))

    def _change(self, item: ApprovalItem, act: DemoAct, by: User | None) -> None:
        match act.status:
            case S.SUBMITTED:
                self._receive(item, act)
            case S.CORRECTING:
                self.corrections.append(
                    CorrectionRequest(
                        item=item,
                        asked_at=act.at,
                        asked_by=by,
                        missing=list(act.missing),
                        next_rung_at=act.at,
                    )
                )
            case S.PRE_APPROVED:
                self._pass(item, act, by)
            case S.ACCEPTED:
                self._accept(item, act, by)
            case S.GRANTED | S.REFUSED:
                self._decide(item, act)
            case S.DELIVERED:
                assert by is not None, "time delivers nothing"
                self._deliver(item, act, by)
            case S.WITHDRAWN:
                stop_clock(item, act.at)
        if act.status in {S.NOT_APPLICABLE, S.DECLINED, S.REFUSED, S.WITHDRAWN}:
            item.reason = act.note

    def _receive(self, item: ApprovalItem, act: DemoAct) -> None:
        if item.status == S.CORRECTING:
            item.epoch += 1
            self.corrections[-1].answered_at = act.at
            self.corrections[-1].answer = act.note
        item.submitted_at = act.at
        item.notice_due_on = self.calendar.add(
            civil_day(act.at), item.approval_type.notice_days
        )

    def _pass(self, item: ApprovalItem, act: DemoAct, by: User | None) -> None:
        assert by is not None, "opinions are a person's"
        item.officer = by if by.is_of_department else None
        opinion = PreOpinion(case=item.joint_case, item=item, passed=True, at=act.at, by=by)
        self.opinions.append(opinion)

    def _accept(self, item: ApprovalItem, act: DemoAct, by: User | None) -> None:
        if by and by.is_of_department:
            item.officer = by
        if item.status != S.SUBMITTED:
            item.submitted_at = act.at
        days = item.joint_case.days if item.joint_case else None
        start_clock(item, act.at, self.calendar, joint_days=days)

    def _decide(self, item: ApprovalItem, act: DemoAct) -> None:
        item.decided_at = act.at
        if item.accepted_at:
            self._remind(item, until=act.at)
            item.deliver_by = (
                self.calendar.add(civil_day(act.at), DELIVERY_DAYS)
                if act.status == S.GRANTED
                else None
            )
        stop_clock(item, act.at)
        if item.approval_type.reaches_phase and act.status == S.GRANTED:
            self._reach(item, act)

    def _remind(self, item: ApprovalItem, *, until: datetime) -> None:
        """The steps its clock passed before it was decided."""
        steps = self.policies.steps_for(REVIEW, ITEMS.responsibility_of(item))
        zone = timezone.get_default_timezone()
        self.reminders += [
            Reminder(
                subject_kind=ITEMS.kind,
                subject_key=str(item.pk),
                course=REVIEW.code,
                epoch=item.epoch,
                rung=due.step.code,
                rung_name=due.step.name,
                rung_name_en=due.step.name_en,
                reached_at=due.at,
                recorded_at=due.at,
            )
            for due in due_steps(steps, review_timing(item), self.calendar, zone)
            if due.at < until
        ]

    def _reach(self, item: ApprovalItem, act: DemoAct) -> None:
        self.phases.append(
            PhaseChange(
                project=item.project,
                at=act.at,
                by=self.events[-1].by,
                to_phase=item.approval_type.reaches_phase,
                on=civil_day(act.at),
            )
        )

    def _deliver(self, item: ApprovalItem, act: DemoAct, by: User) -> None:
        item.delivered_at = act.at
        assert item.decided_at is not None
        day = civil_day(item.decided_at)
        code = item.approval_type.code.removeprefix("HD-")
        number = f"花演〔{day.year}〕{code}第{len(self.certificates) + 1:04}号"
        document = self.materials.result(item, act.at, by)
        self.certificates.append(
            Certificate(item=item, number=number, issued_on=day, document=document)
        )

    # -- all at once -----------------------------------------------------------------------

    def write(self) -> None:
        """Every row; the projects are saved by whoever holds them."""
        self._number()
        JointCase.objects.bulk_create(self.cases)
        ApprovalItem.objects.bulk_create(self.items, batch_size=500)
        ItemEvent.objects.bulk_create(self.events, batch_size=1000)
        ClockSpan.objects.bulk_create(self.spans, batch_size=1000)
        PreOpinion.objects.bulk_create(self.opinions)
        CorrectionRequest.objects.bulk_create(self.corrections)
        Document.objects.bulk_create(self.materials.made, batch_size=1000)
        Certificate.objects.bulk_create(self.certificates)
        Reminder.objects.bulk_create(self.reminders)
        PhaseChange.objects.bulk_create(self.phases)
        through = ApprovalItem.documents.through
        through.objects.bulk_create(
            through(approvalitem=item, document=document)
            for item, documents in self.attached
            for document in documents
        )

    def _number(self) -> None:
        """办件编号 in the order in which the items were first handed in."""
        handed_in: dict[object, datetime] = {}
        for event in self.events:
            if event.to_status == S.SUBMITTED or event.act in {OPEN_JOINT, REGISTER_LAND}:
                handed_in.setdefault(event.item_id, event.at)
        numbered = [item for item in self.items if item.pk in handed_in]
        numbered.sort(key=lambda item: handed_in[item.pk])
        for day, items in groupby(numbered, lambda item: civil_day(handed_in[item.pk])):
            _number_day(day, list(items))


def _number_day(day: date, items: list[ApprovalItem]) -> None:
    codes = [item.approval_type.code.removeprefix("HD-") for item in items]
    for item, number in zip(items, item_numbers(day, codes), strict=True):
        item.number = number


def _name_of(item: ApprovalItem, act: DemoAct) -> str:
    """The act as the operation would have named it."""
    if act.status == S.SUBMITTED and item.status == S.CORRECTING:
        return "resubmit"
    if act.status == S.GRANTED and item.status == S.READY:
        return "record"
    if act.status == S.GRANTED and item.approval_type.begins_joint_case:
        return SUM_UP
    if act.status == S.ACCEPTED and item.status != S.SUBMITTED:
        return REGISTER_LAND if item.status == S.PRE_APPROVED else OPEN_JOINT
    return ACTS[act.status]


def advance(project: Project, changes: Iterable[PhaseChange]) -> None:
    """Lead a project through its changes of phase, in order of time."""
    for change in sorted(changes, key=lambda change: change.at):
        change.from_phase, project.phase = project.phase, change.to_phase
        match change.to_phase:
            case Project.Phase.STARTED:
                project.started_on = change.on
            case Project.Phase.COMPLETED:
                project.completed_on = change.on
            case Project.Phase.PRODUCING:
                project.produced_on = change.on
