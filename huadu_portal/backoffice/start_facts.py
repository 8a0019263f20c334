"""What the start checklist asks the database, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q

from agents.models import ServiceAgent
from approvals.models import ApprovalType
from huadu_portal.accounts.models import Department, User, without_password
from huadu_portal.clock import civil_day
from huadu_portal.escalation.models import EscalationPolicy
from huadu_portal.monitoring.missed_sweeps import HOURLY, late
from huadu_portal.notifications.models import UNSENT, Delivery, Sweep
from huadu_portal.workdays.models import PublishedYear


@dataclass(frozen=True)
class Group:
    """Active staff of one role in one department: who can sign in, and who lacks what for it."""

    role: str
    department: UUID | None
    # Have set a password.
    count: int
    # Lack a second factor, with a password or not.
    without_factor: int
    # Have set no password yet.
    waiting: int = 0


@dataclass(frozen=True)
class Facts:
    """What the database says of the start."""

    today: date
    staff: list[Group]
    # Authorities, utilities and the centre that decide on something, by their short names.
    departments: dict[UUID, str]
    agents: int
    agents_without_phone: int
    agents_without_record: int
    years: set[int]
    types: int
    courses: set[str]
    has_sent: bool
    # Mails that came up for sending while there was no server.
    unsent: int
    late_sweeps: list[str]

    def count(self, *roles: str) -> int:
        return sum(group.count for group in self.staff if group.role in roles)

    def waiting(self, *roles: str) -> int:
        return sum(group.waiting for group in self.staff if group.role in roles)

    def departments_without(self, *roles: str) -> list[str]:
        there = {
            group.department for group in self.staff if group.role in roles and group.count
        }
        return [name for pk, name in self.departments.items() if pk not in there]


def read_facts(at: datetime) -> Facts:
    deciding = ApprovalType.objects.values("department")
    # Where an intermediary has nobody, the window is notified of its items and acts on them.
    departments = Department.objects.filter(pk__in=deciding).exclude(
        kind=Department.Kind.INTERMEDIARY
    )
    agents = (
        ServiceAgent.objects.serving()
        .exclude(without_password("user__"))
        .aggregate(all=Count("pk"), without_phone=Count("pk", filter=Q(phone="")))
    )
    agents_without_record = User.objects.filter(
        role=User.Role.AGENT, is_active=True, service_agent=None
    )
    sent = [Delivery.State.SENT, Delivery.State.DELIVERED]
    return Facts(
        today=civil_day(at),
        staff=_staff(),
        departments={department.pk: department.in_short for department in departments},
        agents=agents["all"],
        agents_without_phone=agents["without_phone"],
        agents_without_record=agents_without_record.count(),
        years=set(PublishedYear.objects.values_list("year", flat=True)),
        types=ApprovalType.objects.count(),
        courses=set(EscalationPolicy.objects.values_list("course", flat=True)),
        has_sent=Delivery.objects.filter(state__in=sent).exists(),
        unsent=Delivery.objects.filter(UNSENT).count(),
        late_sweeps=_late_sweeps(at),
    )


def _staff() -> list[Group]:
    factor = Authenticator.objects.filter(user=OuterRef("pk"))
    staff = User.objects.filter(is_active=True).exclude(role=User.Role.ENTERPRISE).order_by()
    rows = (
        staff.annotate(has_factor=Exists(factor))
        .values("role", "department")
        .annotate(
            count=Count("pk", filter=~without_password()),
            without_factor=Count("pk", filter=Q(has_factor=False)),
            waiting=Count("pk", filter=without_password()),
        )
    )
    return [Group(**row) for row in rows]


def _late_sweeps(at: datetime) -> list[str]:
    """Hourly work that has never run is not late yet."""
    known = set(Sweep.objects.values_list("kind", flat=True))
    return [str(kind.label) for kind in late(at) if kind in known or kind not in HOURLY]
