"""Who is told of a step: the people behind the parts that a matter has."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from huadu_portal.accounts.models import User
from huadu_portal.accounts.roles import HEADS, RECEIVING
from huadu_portal.escalation.models import RecipientRole
from huadu_portal.escalation.subjects import Responsibility, SubjectType

R = User.Role
# Parts that everybody of a role has, whatever the matter.
EVERYWHERE = {
    RecipientRole.WINDOW: R.WINDOW,
    RecipientRole.CENTRE_HEAD: R.CENTRE_HEAD,
    RecipientRole.LEADER: R.LEADER,
    RecipientRole.SECURITY_ADMIN: R.SECURITY_ADMIN,
}


class Audience:
    """The people of a batch of matters, read once for all of it."""

    def __init__(self, subject_type: SubjectType, responsibilities: Iterable[Responsibility]):
        self._subject_type = subject_type
        self._responsibilities = list(responsibilities)
        self._by_pk, self._by_role = _read_staff(self._responsibilities)

    @cached_property
    def _of_firm(self) -> Mapping[UUID, Sequence[User]]:
        """Not asked for unless a step tells the firm."""
        firms = {each.enterprise_id for each in self._responsibilities if each.enterprise_id}
        return self._subject_type.members_of(firms) if firms else {}

    def of(self, responsibility: Responsibility, roles: Iterable[str]) -> list[User]:
        """Everyone who is meant, once, in the order of the roles."""
        people = {
            user.pk: user
            for role in roles
            for user in self._of(responsibility, RecipientRole(role))
        }
        return list(people.values())

    def _of(self, responsibility: Responsibility, role: RecipientRole) -> Sequence[User]:
        match role:
            case RecipientRole.OFFICER:
                return self._officers(responsibility)
            case RecipientRole.DEPARTMENT_HEAD:
                return self._heads(responsibility)
            case RecipientRole.AGENT:
                return self._one(responsibility.agent_id)
            case RecipientRole.CHIEF_OFFICER:
                return self._one(responsibility.chief_officer_id)
            case RecipientRole.FIRM:
                firm = responsibility.enterprise_id
                return list(self._of_firm.get(firm, [])) if firm else []
        return self._by_role[EVERYWHERE[role]]

    def _officers(self, responsibility: Responsibility) -> list[User]:
        officer = next(iter(self._one(responsibility.officer_id)), None)
        # One who has left or moved on is not asked; the colleagues are.
        if officer and officer.department_id == responsibility.department_id:
            return [officer]
        # Nobody there any more: somebody has to be told.
        found = self._of_department(responsibility, RECEIVING) or self._heads(responsibility)
        return found or self._by_role[R.WINDOW]

    def _heads(self, responsibility: Responsibility) -> list[User]:
        """The centre's own head answers for the centre's own services."""
        return self._of_department(responsibility, HEADS)

    def _of_department(
        self, responsibility: Responsibility, roles: Collection[str]
    ) -> list[User]:
        return [
            user
            for role in roles
            for user in self._by_role[role]
            if user.department_id == responsibility.department_id
        ]

    def _one(self, pk: UUID | None) -> list[User]:
        user = self._by_pk.get(pk) if pk else None
        return [user] if user else []


def _read_staff(
    responsibilities: Iterable[Responsibility],
) -> tuple[dict[UUID, User], dict[str, list[User]]]:
    """Active people who may have a part: by their key, and by their role."""
    departments, named = set(), set()
    for each in responsibilities:
        departments.add(each.department_id)
        named |= {each.officer_id, each.agent_id, each.chief_officer_id}
    ours = Q(role__in={*RECEIVING, *HEADS}, department__in=departments - {None})
    staff = User.objects.filter(
        Q(pk__in=named - {None}) | Q(role__in=EVERYWHERE.values()) | ours, is_active=True
    )
    by_pk, by_role = {}, defaultdict(list)
    for user in staff.order_by("pk"):
        by_pk[user.pk] = user
        by_role[user.role].append(user)
    return by_pk, by_role
