"""五证联办 in the demo: a case in pre-review, and one on its clock since the land was won."""

from datetime import datetime, time, tzinfo

from django.core.files.base import ContentFile

from approvals.joint import operations
from approvals.models import JointBundle, JointCase, Status
from approvals.vault.needs import needs_of_item
from huadu_portal.clock import civil_day
from huadu_portal.demo.days import DemoDays
from huadu_portal.demo.intake import Intake
from huadu_portal.demo.people import People
from huadu_portal.workdays.published import calendar
from projects.models import Document, MaterialKind, Project
from projects.operations import add_document

# Codes of the live projects' approvals, as they stand in pre-review.
PASSED, SENT_BACK = ["HD-LX-06", "HD-LX-07"], "HD-GC-02"
OBJECTION = "总平面图未标注用地红线坐标，请补充后再次提交预审。"
LAND = "国有建设用地使用权出让合同"


class JointCases:
    """Opens, reviews and registers, each on its working day."""

    def __init__(self, people: People, intake: Intake, days: DemoDays, zone: tzinfo):
        self.people, self.intake, self.days, self.zone = people, intake, days, zone

    def fill(self, in_pre_review: Project, on_the_clock: Project) -> None:
        self.review(self.opened(in_pre_review, ago=4), PASSED, ago=2)
        case = self.opened(on_the_clock, ago=9)
        self.bring_materials(case, ago=8)
        codes = case.items.values_list("approval_type__code", flat=True)
        self.review(case, sorted(codes), ago=6)
        self.register(case, ago=2)

    def opened(self, project: Project, *, ago: int) -> JointCase:
        return operations.open_case(
            project,
            bundle=JointBundle.objects.get(code="industrial-five"),
            by=self.intake.owners[project.enterprise_id],
            at=self.moment(ago, 10),
            risk_accepted=True,
        )

    def bring_materials(self, case: JointCase, *, ago: int) -> None:
        """Everything the case's items ask for, each kind once."""
        at = self.moment(ago, 11)
        for item in case.items.select_related("project", "approval_type"):
            for need in needs_of_item(item, civil_day(at), calendar()):
                if need.is_lacking:
                    self.put(case.project, need.kind, at=at)

    def put(self, project: Project, kind: MaterialKind, *, at: datetime) -> Document:
        paper = self.intake.papers["营业执照"]
        return add_document(
            project.enterprise,
            by=self.intake.owners[project.enterprise_id],
            at=at,
            kind=kind,
            upload=ContentFile(paper, name=f"{kind.name.split('（')[0]}（扫描件）.pdf"),
            project=project,
        )

    def review(self, case: JointCase, passed: list[str], *, ago: int) -> None:
        """These are favourable; in a case that is still under review one is sent back."""
        at = self.moment(ago, 15)
        for item in case.items.select_related("approval_type").order_by("pk"):
            code = item.approval_type.code
            by = self.people.officers[item.department_id]
            if code in passed:
                operations.pre_approve(item, by=by, at=at, version=item.version)
            elif code == SENT_BACK and item.status == Status.PRE_REVIEW:
                operations.pre_object(item, by=by, at=at, version=item.version, note=OBJECTION)

    def register(self, case: JointCase, *, ago: int) -> None:
        at = self.moment(ago, 9)
        paper = self.put(case.project, self.intake.kinds[LAND], at=at)
        case.refresh_from_db()
        operations.register_land(
            case, by=self.people["window"], at=at, version=case.version, land_paper=paper
        )

    def moment(self, ago: int, hour: int) -> datetime:
        return datetime.combine(self.days.ago(ago), time(hour, 20), self.zone)
