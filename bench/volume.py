"""How much data a run has, written in bulk: projects with their items, some due."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from io import StringIO
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Model
from uuid_utils.compat import uuid7

from agents.models import ServiceAgent
from agents.triage.operations import take_on
from approvals.acts import operations
from approvals.items.operations.dates import start_clock
from approvals.models import ApprovalItem, ApprovalType
from approvals.packaged import load_catalogue
from huadu_portal import database_waits
from huadu_portal.accounts.models import Department, User
from huadu_portal.workdays.published import calendar
from projects import operations as projects
from projects.credit_code import check_character
from projects.models import Application, Document, Enterprise, MaterialKind, Project

ZONE = ZoneInfo(settings.TIME_ZONE)
MONDAY = datetime(2025, 3, 3, 9, 30, tzinfo=ZONE)
# With 38 items each: enough for a thousandth page; three million items.
PROJECTS = {"small": 1_400, "full": 80_000}
BATCH = 500
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
        load_catalogue(at=MONDAY)
        centre = Department.objects.get(code="centre")
        self.planning = Department.objects.get(code="planning")
        role = User.Role
        self.owner = self._person("owner", role.ENTERPRISE)
        self.window = self._person("window", role.WINDOW, centre)
        self.officer = self._person("officer", role.OFFICER, self.planning)
        self.head = self._person("head", role.DEPARTMENT_HEAD, self.planning)
        self.leader = self._person("leader", role.LEADER)
        self.administrator = self._person("administrator", role.SYSTEM_ADMIN)
        agent = self._person("agent", role.AGENT, centre)
        self.agent = ServiceAgent.objects.create(user=agent, phone="020")
        self.firm = self._firm()
        self.vault = self._vault()
        self.types = list(ApprovalType.objects.filter(is_default=True))

    def _person(self, name, role, department=None):
        return User.objects.create(
            username=name, email=f"{name}@example.com", role=role, department=department
        )

    def officer_of(self, department: Department) -> User:
        found = User.objects.filter(role=User.Role.OFFICER, department=department).first()
        name = f"officer-{department.code}"
        return found or self._person(name, User.Role.OFFICER, department)

    def _firm(self) -> Enterprise:
        code = "91440114MADEM9000"
        return projects.register_enterprise(
            by=self.owner,
            at=datetime(2025, 1, 2, tzinfo=ZONE),
            name="基准测试有限公司",
            credit_code=code + check_character(code),
        )

    def _vault(self) -> dict[UUID, Document]:
        """The firm holds one document of every kind."""
        return self.stock(None)

    def stock(self, project: Project | None) -> dict[UUID, Document]:
        """One document of every kind, for this project only or for any."""
        documents = [
            Document(
                enterprise=self.firm,
                project=project,
                kind=kind,
                filename="材料.pdf",
                content_type="application/pdf",
                file="material.pdf",
                size=1,
                sha256="0" * 64,
                uploaded_by=self.owner,
                uploaded_at=MONDAY,
            )
            for kind in MaterialKind.objects.all()
        ]
        Document.objects.bulk_create(documents)
        return {document.kind_id: document for document in documents}

    def materials_of(self, item: ApprovalItem) -> list[Document]:
        kinds = item.approval_type.requirements.values_list("kind", flat=True)
        return [self.vault[kind] for kind in kinds]

    def application(self, at: datetime) -> Application:
        draft = projects.start_application(self.firm, by=self.owner, at=at)
        return projects.submit_application(draft, by=self.owner, at=at, fields=DESCRIPTION)

    def plan(self, count: int) -> list[ApprovalType]:
        """So many types, each with all that it needs before it."""
        ordered = sorted(self.types, key=lambda entry: entry.position)
        return ordered[:count]

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
            licence_checked=True,
        )

    def project(self, at: datetime) -> Project:
        return self.take_on(self.application(at), at)

    def submitted(self, item: ApprovalItem, at: datetime) -> ApprovalItem:
        documents = self.materials_of(item)
        return operations.submit(
            item, by=self.owner, at=at, version=item.version, documents=documents
        )

    def accepted(self, item: ApprovalItem, at: datetime) -> ApprovalItem:
        return operations.accept(item, by=self.officer, at=at, version=item.version)


def fill(cast: Cast, count: int, at: datetime) -> None:
    """Projects with items of every type, under review: COPY, some thousand rows at a time."""
    patterns = [_as_copied(_under_review(entry, at)) for entry in cast.types]
    for first in range(0, count, BATCH):
        projects = [
            Project(
                number=f"HDX-{first + n}",
                enterprise=cast.firm,
                agent=cast.agent.user,
                created_at=at,
                **DESCRIPTION,
            )
            for n in range(min(BATCH, count - first))
        ]
        Project.objects.bulk_create(projects)
        _copy(
            ApprovalItem,
            (
                pattern | _own(project, at, first + n)
                for n, project in enumerate(projects)
                for pattern in patterns
            ),
        )
    with connection.cursor() as cursor:
        # As autovacuum leaves it: without, each entry of an index is looked up in its table.
        cursor.execute("VACUUM ANALYZE")


def _under_review(entry: ApprovalType, at: datetime) -> ApprovalItem:
    item = ApprovalItem(
        approval_type=entry,
        department_id=entry.department_id,
        status="accepted",
        version=3,
        submitted_at=at,
    )
    start_clock(item, at, calendar())
    item.next_rung_at = None
    return item


def _own(project: Project, at: datetime, n: int) -> dict[str, str]:
    """What differs from item to item of a type: due some day of two months."""
    due_on = at.date() + timedelta(days=10 + n % 60)
    return {
        "id": str(uuid7()),
        "project_id": str(project.pk),
        "near_on": str(due_on - timedelta(days=2)),
        "due_on": str(due_on),
        "statutory_due_on": str(due_on + timedelta(days=20)),
    }


def _as_copied(row: Model) -> dict[str, str]:
    """Its columns as COPY's text format has them."""
    return {
        field.column: _text(field.get_db_prep_save(getattr(row, field.attname), connection))
        for field in row._meta.concrete_fields
    }


def _text(value) -> str:
    return r"\N" if value is None else str(value)


def _copy(model: type[Model], rows: Iterable[dict[str, str]]) -> None:
    columns = [field.column for field in model._meta.concrete_fields]
    lines = "\n".join("\t".join(row[column] for column in columns) for row in rows)
    with database_waits.uninstalled(), connection.cursor() as cursor:
        cursor.copy_from(StringIO(lines), model._meta.db_table, columns=columns)
