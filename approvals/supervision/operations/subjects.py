"""What is owed for items, and waits, for the reminders (`huadu_portal/escalation/`); and all kinds
of what waits in approvals."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from approvals.acts.models import (
    Commitment,
    Consultation,
    CorrectionRequest,
)
from approvals.items.clock import Limit
from approvals.items.models import ENDED, OVER, ApprovalItem, Status
from approvals.items.models.waiting import OwedForItem
from approvals.items.operations.dates import opening_of
from approvals.items.rights import DEPARTMENT_OWES
from approvals.papers.models import Certificate
from approvals.supervision.models import (
    Card,
    ExplanationDemand,
    HelpRequest,
    OrderProposal,
    ProposalState,
    SupervisionOrder,
)
from approvals.supervision.operations.courses import (
    CERTIFICATE,
    COMMITMENT,
    CONSULTATION,
    CORRECTION,
    EXPLANATION,
    HELP,
    ORDER,
    PROPOSAL,
)
from approvals.supervision.operations.halted import paused_with_project
from approvals.supervision.operations.item_subject import ITEMS, CardedSubject
from huadu_portal.accounts.models import User
from huadu_portal.escalation.schedule import Timing
from huadu_portal.escalation.subjects import Course, Responsibility, SubjectType
from huadu_portal.workdays.arithmetic import Calendar
from projects.operations import iso_day

Owed = TypeVar("Owed", bound=OwedForItem)


class OwedSubject(CardedSubject[Owed], Generic[Owed]):
    """Something that is owed for an item until it is answered; of one course."""

    related = ["item__approval_type", "item__project", "item__department"]

    def waiting(self) -> QuerySet[Owed]:
        return self.model.waiting()

    def course_of(self, subject: Owed) -> Course | None:
        return self.courses[0] if self.waits(subject) else None

    def waits(self, subject: Owed) -> bool:
        raise NotImplementedError

    def item_of(self, subject: Owed) -> ApprovalItem:
        return subject.item


def _is_undecided(item: ApprovalItem) -> bool:
    """As long as an opinion or help is of use."""
    return item.status in {
        Status.SUBMITTED,
        Status.CORRECTING,
        Status.PRE_REVIEW,
        Status.ACCEPTED,
        Status.SUSPENDED,
    }


class ConsultationSubject(OwedSubject[Consultation]):
    kind, model, courses = "consultation", Consultation, [CONSULTATION]
    related = [*OwedSubject.related, "department"]

    def waits(self, consultation: Consultation) -> bool:
        return consultation.answered_at is None and _is_undecided(consultation.item)

    def timing_of(self, consultation: Consultation) -> Timing:
        return Timing(consultation.asked_at, due_on=consultation.due_on)

    def responsibility_of(self, consultation: Consultation) -> Responsibility:
        project, department_id = consultation.item.project, self.department_of(consultation)
        return self.responsibility_in(project, department_id=department_id)

    def department_of(self, consultation: Consultation) -> UUID:
        """Whoever was asked, not whoever asks."""
        return consultation.department_id

    def words_of(self, consultation: Consultation) -> dict[str, str]:
        asker = consultation.item.department
        due = {"due": iso_day(consultation.due_on)}
        names = {"asker": asker.name, "asker_en": asker.name_en}
        return super().words_of(consultation) | names | due

    def note_of(self, consultation: Consultation) -> str:
        return consultation.question

    def url_of(self, consultation: Consultation) -> str:
        return consultation.get_absolute_url()

    def visible_to(self, user: User) -> QuerySet[Consultation]:
        return Consultation.objects.filter(department=user.department_id)


class OwedByFirm(OwedSubject[Owed], Generic[Owed]):
    """Something that the firm owes: nobody is reminded while its project stands still."""

    def paused(self, subjects: Sequence[Owed], today: date) -> Mapping[UUID, datetime]:
        return paused_with_project([(each, each.item.project) for each in subjects], today)


class CorrectionSubject(OwedByFirm[CorrectionRequest]):
    kind, model, courses = "correction", CorrectionRequest, [CORRECTION]

    def waits(self, request: CorrectionRequest) -> bool:
        return request.answered_at is None and request.item.status == Status.CORRECTING

    def timing_of(self, request: CorrectionRequest) -> Timing:
        return Timing(request.asked_at)

    def words_of(self, request: CorrectionRequest) -> dict[str, str]:
        return super().words_of(request) | {"due": iso_day(request.answer_by)}


class CommitmentSubject(OwedByFirm[Commitment]):
    kind, model, courses = "commitment", Commitment, [COMMITMENT]

    def waits(self, commitment: Commitment) -> bool:
        return commitment.is_open

    def timing_of(self, commitment: Commitment) -> Timing:
        return Timing(commitment.made_at, due_on=commitment.due_on)

    def words_of(self, commitment: Commitment) -> dict[str, str]:
        return super().words_of(commitment) | commitment.words

    def url_of(self, commitment: Commitment) -> str:
        return commitment.get_absolute_url()


class CertificateSubject(OwedByFirm[Certificate]):
    kind, model, courses = "certificate", Certificate, [CERTIFICATE]

    def prepare(self, certificates: Sequence[Certificate], calendar: Calendar) -> None:
        keys = [certificate.pk for certificate in certificates]
        in_force = set(
            Certificate.objects.in_force().filter(pk__in=keys).values_list("pk", flat=True)
        )
        for certificate in certificates:
            certificate.is_in_force = certificate.pk in in_force

    def waits(self, certificate: Certificate) -> bool:
        return bool(certificate.valid_until) and certificate.is_in_force

    def timing_of(self, certificate: Certificate) -> Timing:
        issued_at = certificate.item.delivered_at or certificate.item.decided_at
        assert issued_at is not None
        assert certificate.valid_until is not None
        days = (certificate.valid_until - certificate.issued_on).days
        return Timing(
            issued_at,
            Limit(days, "calendar", certificate.issued_on),
            due_on=certificate.valid_until,
        )

    def words_of(self, certificate: Certificate) -> dict[str, str]:
        ends = {"number": certificate.number, "due": iso_day(certificate.valid_until)}
        return super().words_of(certificate) | ends

    def note_of(self, certificate: Certificate) -> str:
        return certificate.item.approval_type.valid_note


class OrderSubject(OwedSubject[SupervisionOrder]):
    kind, model, courses = "order", SupervisionOrder, [ORDER]
    card_cause = Card.Cause.ORDER_UNANSWERED

    def waits(self, order: SupervisionOrder) -> bool:
        """Whatever has been decided since: an order is answered."""
        return order.answered_at is None and order.item.status not in OVER

    def timing_of(self, order: SupervisionOrder) -> Timing:
        return Timing(order.ordered_at, due_on=order.due_on)

    def words_of(self, order: SupervisionOrder) -> dict[str, str]:
        said = {"number": order.number, "due": iso_day(order.due_on)}
        return super().words_of(order) | said

    def note_of(self, order: SupervisionOrder) -> str:
        return order.demand

    def url_of(self, order: SupervisionOrder) -> str:
        return order.get_absolute_url()

    def visible_to(self, user: User) -> QuerySet[SupervisionOrder]:
        items = ApprovalItem.objects.visible_to(user)
        return SupervisionOrder.objects.filter(item__in=items)


class ProposalSubject(OwedSubject[OrderProposal]):
    kind, model, courses = "order_proposal", OrderProposal, [PROPOSAL]
    related = [*OwedSubject.related, "department"]

    def waits(self, proposal: OrderProposal) -> bool:
        return proposal.state == ProposalState.OPEN

    def timing_of(self, proposal: OrderProposal) -> Timing:
        return Timing(proposal.proposed_at, due_on=proposal.due_on)

    def department_of(self, proposal: OrderProposal) -> UUID:
        return proposal.department_id

    def words_of(self, proposal: OrderProposal) -> dict[str, str]:
        return super().words_of(proposal) | {"due": iso_day(proposal.due_on)}

    def note_of(self, proposal: OrderProposal) -> str:
        return proposal.demand

    def url_of(self, proposal: OrderProposal) -> str:
        return proposal.get_absolute_url()


class HelpSubject(OwedSubject[HelpRequest]):
    kind, model, courses = "help_request", HelpRequest, [HELP]

    def waits(self, request: HelpRequest) -> bool:
        return request.answered_at is None and _is_undecided(request.item)

    def timing_of(self, request: HelpRequest) -> Timing:
        return Timing(request.asked_at, due_on=request.due_on)

    def words_of(self, request: HelpRequest) -> dict[str, str]:
        return super().words_of(request) | {"due": iso_day(request.due_on)}

    def note_of(self, request: HelpRequest) -> str:
        return request.question

    def url_of(self, request: HelpRequest) -> str:
        return request.get_absolute_url()


class ExplanationSubject(OwedSubject[ExplanationDemand]):
    kind, model, courses = "explanation", ExplanationDemand, [EXPLANATION]

    def waits(self, demand: ExplanationDemand) -> bool:
        return demand.answered_at is None and demand.item.status not in ENDED

    def paused(
        self, subjects: Sequence[ExplanationDemand], today: date
    ) -> Mapping[UUID, datetime]:
        """While the firm has the item, nobody of the department can explain."""
        until = opening_of(today + timedelta(1))
        return {
            demand.pk: until for demand in subjects if demand.item.status not in DEPARTMENT_OWES
        }

    def timing_of(self, demand: ExplanationDemand) -> Timing:
        return Timing(demand.asked_at, due_on=demand.due_on)

    def words_of(self, demand: ExplanationDemand) -> dict[str, str]:
        return super().words_of(demand) | {"due": iso_day(demand.due_on)}

    def note_of(self, demand: ExplanationDemand) -> str:
        return demand.demand

    def url_of(self, demand: ExplanationDemand) -> str:
        return demand.get_absolute_url()


SUBJECT_TYPES: list[SubjectType] = [
    ITEMS,
    ConsultationSubject(),
    CorrectionSubject(),
    CommitmentSubject(),
    CertificateSubject(),
    OrderSubject(),
    ProposalSubject(),
    HelpSubject(),
    ExplanationSubject(),
]
