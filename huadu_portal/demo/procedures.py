"""What stands beside an item's plain course, each once: a consultation, a stop, an extension in
time and a late one, a joint inspection, a request for coordination, an order in each state."""

from datetime import datetime, time, tzinfo
from typing import Any

from django.core.files.base import ContentFile

from approvals.acts import operations as acts
from approvals.models import ApprovalItem, SupervisionOrder
from approvals.supervision import operations as supervision
from approvals.vault.needs import needs_of_item
from huadu_portal.accounts.models import Department, User
from huadu_portal.clock import civil_day
from huadu_portal.demo.days import DemoDays
from huadu_portal.demo.intake import Intake
from huadu_portal.demo.people import People
from huadu_portal.workdays.published import calendar
from projects.models import Document, DocumentSource, MaterialKind
from projects.operations import add_document

# Working days ago: everything was done yesterday, what came before it the day before.
YESTERDAY, BEFORE = 1, 2
RESULT = "审批结果文件"


class Procedures:
    """Does each act of the story by whoever may, through the operations."""

    def __init__(self, people: People, intake: Intake, days: DemoDays, zone: tzinfo):
        self.people, self.intake, self.days, self.zone = people, intake, days, zone

    def fill(self, story: dict) -> None:
        self.consult(**story["consultation"])
        self.stop(**story["stop"])
        self.extend(**story["extension"])
        self.extend(**story["late_extension"], late=True)
        self.ask_help(**story["coordination"])
        self.inspect(**story["inspection"])
        for state, row in story["orders"].items():
            self.order(state, **row)

    def consult(self, *, department: str, note: str, **named: str) -> None:
        item = item_named(**named)
        asked = Department.objects.get(code=department)
        self.do(acts.consult, item, by=self.officer(item), department=asked, note=note)

    def stop(self, *, ground: str, days: int, note: str, **named: str) -> None:
        item = item_named(**named)
        by = self.officer(item)
        notice = self.put(item, self.intake.kinds[RESULT], by=by, at=self.moment())
        self.do(
            acts.suspend,
            item,
            by=by,
            ground=ground,
            expected_days=days,
            notice_file=notice,
            note=note,
        )

    def extend(self, *, days: int, note: str, late: bool = False, **named: str) -> None:
        item = item_named(**named)
        self.do(acts.extend, item, by=head_of(item), days=days, note=note, late=late)

    def ask_help(self, *, note: str, **named: str) -> None:
        item = item_named(**named)
        self.do(supervision.ask_help, item, by=self.officer(item), note=note)

    def inspect(self, *, place: str, **named: str) -> None:
        """The whole with all its parts that are ready: handed in, accepted, and a visit set."""
        whole = item_named(**named)
        parts, owner = list(acts.can_join(whole)), self.owner(whole)
        for item in [whole, *parts]:
            self.bring_materials(item, by=owner)
        at = self.moment(BEFORE, 15)
        whole = self.do(acts.submit, whole, by=owner, at=at, parts=parts)
        by = self.officer(whole)
        whole = self.do(acts.accept, whole, by=by, at=self.moment(hour=10))
        visit_at = self.moment(-BEFORE, 9)
        self.do(acts.set_visit, whole, by=by, visit_at=visit_at, place=place)

    def order(self, state: str, *, demand: str, answer: str = "", **named: str) -> None:
        """By the leader; what the ladder has ordered already is taken as it is."""
        item = item_named(**named)
        if not item.orders.unanswered().exists():
            by, at = self.people["leader"], self.moment(hour=10)
            self.do(supervision.order, item, by=by, at=at, note=demand)
        order = SupervisionOrder.objects.unanswered().get(item=item)
        by = self.officer(item)
        if state != "given":
            supervision.receive_order(order, by=by, at=self.moment(hour=11))
        if state == "answered":
            supervision.answer_order(order, by=by, at=self.moment(hour=17), text=answer)

    # -- how -------------------------------------------------------------------------------

    def do(
        self,
        act: Any,
        item: ApprovalItem,
        *,
        by: User,
        at: datetime | None = None,
        **asked: Any,
    ) -> ApprovalItem:
        item.refresh_from_db()
        return act(item, by=by, at=at or self.moment(), version=item.version, **asked)

    def moment(self, ago: int = YESTERDAY, hour: int = 16) -> datetime:
        return datetime.combine(self.days.ago(ago), time(hour, 20), self.zone)

    def officer(self, item: ApprovalItem) -> User:
        return item.officer or self.people.officers[item.department_id]

    def owner(self, item: ApprovalItem) -> User:
        return self.intake.owners[item.project.enterprise_id]

    def bring_materials(self, item: ApprovalItem, *, by: User) -> None:
        at = self.moment(BEFORE, 14)
        for need in needs_of_item(item, civil_day(at), calendar()):
            if need.is_lacking:
                self.put(item, need.kind, by=by, at=at, source=DocumentSource.VAULT)

    def put(
        self,
        item: ApprovalItem,
        kind: MaterialKind,
        *,
        by: User,
        at: datetime,
        source: DocumentSource = DocumentSource.DELIVERED,
    ) -> Document:
        name = f"{kind.name.split('（')[0]}（扫描件）.pdf"
        return add_document(
            item.project.enterprise,
            by=by,
            at=at,
            kind=kind,
            upload=ContentFile(self.intake.papers["营业执照"], name=name),
            project=item.project,
            source=source,
        )


def item_named(project: str, code: str) -> ApprovalItem:
    related = ["project__enterprise", "approval_type", "department", "officer"]
    items = ApprovalItem.objects.select_related(*related)
    return items.get(project__name=project, approval_type__code=code)


def head_of(item: ApprovalItem) -> User:
    heads = User.objects.filter(role=User.Role.DEPARTMENT_HEAD, department=item.department_id)
    return heads.order_by("username")[0]
