"""How much data a run has, written in bulk: projects with their items, some due."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from agents.models import ServiceAgent
from agents.operations import take_on
from approvals import catalogue, operations
from approvals.models import ApprovalItem, ApprovalType
from huadu_portal.accounts.models import Department, User
from projects import operations as projects
from projects.credit_code import check_character
from projects.models import Application, Enterprise, Project

ZONE = ZoneInfo(settings.TIME_ZONE)
MONDAY = datetime(2025, 3, 3, 9, 30, tzinfo=ZONE)
PROJECTS = {"small": 200, "full": 20_000}
DESCRIPTION = {
    "name": "基准测试项目",
    "industry": "food",
    "town": "440114107",
    "fixed_assets_wan": 50_000,
    "annual_output_wan": 90_000,
}


class Cast:
    """The people of a run."""

    def __init__(self):
        catalogue.load()
        centre = Department.objects.get(code="centre")
        self.planning = Department.objects.get(code="planning")
        role = User.Role
        self.owner = self._person("owner", role.ENTERPRISE)
        self.window = self._person("window", role.WINDOW, centre)
        self.officer = self._person("officer", role.OFFICER, self.planning)
        self.head = self._person("head", role.DEPARTMENT_HEAD, self.planning)
        agent = self._person("agent", role.AGENT, centre)
        self.agent = ServiceAgent.objects.create(user=agent, phone="020")
        self.firm = self._firm()
        self.types = list(ApprovalType.objects.filter(is_default=True))

    def _person(self, name, role, department=None):
        return User.objects.create(
            username=name, email=f"{name}@example.com", role=role, department=department
        )

    def _firm(self) -> Enterprise:
        code = "91440114MADEM9000"
        return projects.register_enterprise(
            by=self.owner,
            at=datetime(2025, 1, 2, tzinfo=ZONE),
            name="基准测试有限公司",
            credit_code=code + check_character(code),
        )

    def application(self, at: datetime) -> Application:
        draft = projects.start_application(self.firm, by=self.owner, at=at)
        return projects.submit_application(draft, by=self.owner, at=at, fields=DESCRIPTION)

    def types_of(self, department: Department) -> list[ApprovalType]:
        return [entry for entry in self.types if entry.department_id == department.pk]

    def take_on(
        self, application: Application, at: datetime, types: list[ApprovalType] | None = None
    ) -> Project:
        return take_on(
            application,
            by=self.window,
            at=at,
            version=application.version,
            agent=self.agent,
            types=types or self.types,
        )

    def submitted_item(self, at: datetime) -> ApprovalItem:
        """A design review that waits for its officer."""
        project = self.take_on(self.application(at), at)
        return self.submitted(project.items.get(approval_type__code="HD-GC-01"), at)

    def submitted(self, item: ApprovalItem, at: datetime) -> ApprovalItem:
        return operations.submit(item, by=self.owner, at=at, version=item.version)

    def accepted(self, item: ApprovalItem, at: datetime) -> ApprovalItem:
        return operations.accept(item, by=self.officer, at=at, version=item.version)


def fill(cast: Cast, count: int, at: datetime) -> None:
    """Projects with items of every type, under review, in as few statements as it takes."""
    batch = 500
    for first in range(0, count, batch):
        made = [
            Project(
                number=f"HDX-{first + n}",
                enterprise=cast.firm,
                agent=cast.agent.user,
                created_at=at,
                **DESCRIPTION,
            )
            for n in range(min(batch, count - first))
        ]
        Project.objects.bulk_create(made)
        ApprovalItem.objects.bulk_create(
            [
                _under_review(project, entry, at, n)
                for n, project in enumerate(made)
                for entry in cast.types
            ],
            batch_size=5_000,
        )


def _under_review(project, entry, at, n) -> ApprovalItem:
    due_on = (at + timedelta(days=10 + n % 60)).date()
    return ApprovalItem(
        project=project,
        approval_type=entry,
        department_id=entry.department_id,
        status="accepted",
        accepted_at=at,
        near_on=due_on - timedelta(days=2),
        due_on=due_on,
        statutory_due_on=due_on + timedelta(days=20),
    )
