"""What waits in this app, for the reminders (`huadu_portal/escalation/`)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import User
from huadu_portal.escalation.schedule import Timing
from huadu_portal.escalation.subjects import Course, Responsibility, SubjectType
from huadu_portal.routes import address
from projects.models import Application, Membership, Project, ProjectHalt
from projects.operations.applications import iso_day

T = TypeVar("T", bound=Model)


class ProjectSubject(SubjectType[T], Generic[T]):
    """Something that waits in a project: whose agent, chief officer and firm can be told."""

    def project_of(self, subject: T) -> Project:
        raise NotImplementedError

    def responsibility_of(self, subject: T) -> Responsibility:
        return self.responsibility_in(self.project_of(subject))

    @staticmethod
    def responsibility_in(
        project: Project, *, department_id: UUID | None = None, officer_id: UUID | None = None
    ) -> Responsibility:
        return Responsibility(
            department_id,
            officer_id,
            project.agent_id,
            project.chief_officer_id,
            project.enterprise_id,
            project.grade,
        )

    def members_of(self, enterprises: Collection[UUID]) -> Mapping[UUID, Sequence[User]]:
        found: dict[UUID, list[User]] = defaultdict(list)
        members = Membership.objects.filter(
            enterprise__in=enterprises, state=Membership.State.ACTIVE, user__is_active=True
        )
        for member in members.select_related("user").order_by("pk"):
            found[member.enterprise_id].append(member.user)
        return found


APPLICATION = Course("application", _("triage of an application"), words={"number", "due"})


class ApplicationSubject(SubjectType[Application]):
    """Waits for the window's answer."""

    kind, model = "application", Application
    courses = [APPLICATION]
    search_fields = ["number"]

    def waiting(self) -> QuerySet[Application]:
        return Application.objects.waiting()

    def course_of(self, application: Application) -> Course | None:
        return APPLICATION if application.is_waiting else None

    def timing_of(self, application: Application) -> Timing:
        assert application.submitted_at, "only what was submitted is waiting"
        return Timing(application.submitted_at, due_on=application.due_on)

    def epoch_of(self, application: Application) -> int:
        return application.epoch

    def responsibility_of(self, application: Application) -> Responsibility:
        """Nobody's in particular: the window and the centre's heads are told."""
        return Responsibility()

    def words_of(self, application: Application) -> dict[str, str]:
        assert application.number is not None
        return {"number": application.number, "due": iso_day(application.due_on)}

    def url_of(self, application: Application) -> str:
        return address("admin:projects_application_change", application.pk)


PAUSE = Course(
    "pause", _("review of a paused project"), words={"project", "due"}, is_staff_only=True
)


class PauseSubject(ProjectSubject[ProjectHalt]):
    """A pause waits for the centre to review it."""

    kind, model = "pause", ProjectHalt
    courses = [PAUSE]
    related = ["project"]
    search_fields = ["project__name", "project__number"]

    def waiting(self) -> QuerySet[ProjectHalt]:
        return ProjectHalt.waiting()

    def course_of(self, halt: ProjectHalt) -> Course | None:
        is_pause = halt.kind == ProjectHalt.Kind.PAUSE
        return PAUSE if is_pause and halt.ended_at is None else None

    def timing_of(self, halt: ProjectHalt) -> Timing:
        return Timing(halt.started_at, due_on=halt.review_on)

    def epoch_of(self, halt: ProjectHalt) -> int:
        return halt.reviews

    def project_of(self, halt: ProjectHalt) -> Project:
        return halt.project

    def words_of(self, halt: ProjectHalt) -> dict[str, str]:
        return {"project": halt.project.name, "due": iso_day(halt.review_on)}

    def note_of(self, halt: ProjectHalt) -> str:
        return halt.reason

    def url_of(self, halt: ProjectHalt) -> str:
        return address("admin:projects_project_change", halt.project_id)


CLAIM = Course("claim", _("decision on a claim to an enterprise"), words={"enterprise", "due"})


class ClaimSubject(SubjectType[Membership]):
    """A claim to a firm waits for the window to decide whose the firm is."""

    kind, model = "claim", Membership
    courses = [CLAIM]
    related = ["enterprise"]
    search_fields = ["enterprise__name", "enterprise__credit_code"]

    def waiting(self) -> QuerySet[Membership]:
        return Membership.waiting()

    def course_of(self, membership: Membership) -> Course | None:
        return CLAIM if membership.is_claim else None

    def timing_of(self, membership: Membership) -> Timing:
        assert membership.claimed_at, "only a claim is waiting"
        return Timing(membership.claimed_at, due_on=membership.claim_due_on)

    def epoch_of(self, membership: Membership) -> int:
        return membership.claims

    def responsibility_of(self, membership: Membership) -> Responsibility:
        """Nobody's in particular: the window and the centre's heads are told."""
        return Responsibility()

    def words_of(self, membership: Membership) -> dict[str, str]:
        return {
            "enterprise": membership.enterprise.name,
            "due": iso_day(membership.claim_due_on),
        }

    def note_of(self, membership: Membership) -> str:
        return membership.claim_reason

    def url_of(self, membership: Membership) -> str:
        return address("admin:projects_membership_change", membership.pk)
