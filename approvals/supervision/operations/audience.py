"""Who hears of a rung: the people behind the parts that a matter has."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from approvals.items.operations.notices import RECEIVING
from approvals.items.rights import HEADS
from approvals.supervision.models import Hearer
from huadu_portal.accounts.models import User
from projects.models import Membership, Project

R = User.Role
# Parts that everybody of a role has, whatever the matter.
EVERYWHERE = {
    Hearer.WINDOW: R.WINDOW,
    Hearer.CENTRE_HEAD: R.CENTRE_HEAD,
    Hearer.LEADER: R.LEADER,
}


@dataclass(frozen=True)
class Standing:
    """In whose hands a matter is. An application has neither a department nor a project."""

    department_id: UUID | None = None
    officer_id: UUID | None = None
    project: Project | None = None


class Audience:
    """Who is told of a batch's rungs, read once for all of it."""

    def __init__(self, standings: Iterable[Standing]):
        standings = list(standings)
        projects = [standing.project for standing in standings if standing.project]
        self._by_pk, self._by_role = self._read_staff(standings, projects)
        self._of_firm = self._read_firms(projects)

    def of(self, standing: Standing, hearers: Iterable[str]) -> list[User]:
        """Everyone who is meant, once, in the order of the hearers."""
        people = {
            user.pk: user for hearer in hearers for user in self._of(standing, Hearer(hearer))
        }
        return list(people.values())

    def _of(self, standing: Standing, hearer: Hearer) -> list[User]:
        project = standing.project
        match hearer:
            case Hearer.OFFICER:
                return self._officers(standing)
            case Hearer.DEPARTMENT_HEAD:
                return self._heads(standing)
            case Hearer.AGENT:
                return self._one(project and project.agent_id)
            case Hearer.CHIEF_OFFICER:
                return self._one(project and project.chief_officer_id)
            case Hearer.FIRM:
                return self._of_firm[project.enterprise_id] if project else []
        return self._by_role[EVERYWHERE[hearer]]

    def _officers(self, standing: Standing) -> list[User]:
        officer = self._by_pk.get(standing.officer_id)
        # One who has left or moved on is not asked; the colleagues are.
        if officer and officer.department_id == standing.department_id:
            return [officer]
        # Nobody there any more: somebody has to hear of it.
        found = self._of_department(standing, RECEIVING) or self._heads(standing)
        return found or self._by_role[R.WINDOW]

    def _heads(self, standing: Standing) -> list[User]:
        """The centre's own head answers for the centre's own services."""
        return self._of_department(standing, HEADS)

    def _of_department(self, standing: Standing, roles) -> list[User]:
        return [
            user
            for role in roles
            for user in self._by_role[role]
            if user.department_id == standing.department_id
        ]

    def _one(self, pk) -> list[User]:
        user = self._by_pk.get(pk)
        return [user] if user else []

    @staticmethod
    def _read_staff(standings, projects):
        departments = {standing.department_id for standing in standings}
        named = {standing.officer_id for standing in standings}
        for project in projects:
            named |= {project.agent_id, project.chief_officer_id}
        ours = Q(role__in=[*RECEIVING, R.DEPARTMENT_HEAD], department__in=departments)
        staff = User.objects.filter(
            Q(pk__in=named) | Q(role__in=EVERYWHERE.values()) | ours, is_active=True
        )
        by_pk, by_role = {}, defaultdict(list)
        for user in staff.order_by("pk"):
            by_pk[user.pk] = user
            by_role[user.role].append(user)
        return by_pk, by_role

    @staticmethod
    def _read_firms(projects) -> dict[UUID, list[User]]:
        found = defaultdict(list)
        firms = {project.enterprise_id for project in projects}
        members = Membership.objects.filter(
            enterprise__in=firms, state=Membership.State.ACTIVE, user__is_active=True
        )
        for member in members.select_related("user").order_by("pk"):
            found[member.enterprise_id].append(member.user)
        return found
