"""What the sweep watches: one class per kind of thing that waits for somebody.

Each says what it waits for, by which days, in whose hands it is, and what is said of it.
"""

from approvals.acts.models import (
    CORRECTION_PATIENCE,
    Commitment,
    Consultation,
    CorrectionRequest,
)
from approvals.items.clock import Limit
from approvals.items.models import OVER, Status
from approvals.papers.models import Certificate
from approvals.supervision.ladder import Timing
from approvals.supervision.models import Course, HelpRequest, LookAgain, SupervisionOrder
from approvals.supervision.operations.audience import Standing
from approvals.supervision.operations.watching import (
    Watched,
    WatchedItems,
    mark_of,
    words_of_item,
)
from huadu_portal.clock import civil_day
from huadu_portal.routes import address
from projects.models import Application, ApplicationStatus
from projects.operations import iso_day


class WatchedApplications(Watched):
    course = Course.APPLICATION
    name, model = "application", Application

    def waiting(self):
        return self.model.objects.filter(status=ApplicationStatus.SUBMITTED)

    def waits(self, application):
        return application.is_waiting

    def timing_of(self, application):
        return Timing(application.submitted_at, due_on=application.due_on)

    def standing_of(self, application):
        return Standing()

    def item_of(self, application):
        return None

    def words_of(self, application):
        return {"number": application.number, "due": iso_day(application.due_on)}

    def url_of(self, application):
        return address("admin:projects_application_change", application.pk)


OF_ITEM = ["item__approval_type", "item__project", "item__department"]


class WatchedConsultations(Watched):
    course = Course.CONSULTATION
    name, model = "consultation", Consultation
    related = [*OF_ITEM, "department"]

    def timing_of(self, consultation):
        return Timing(consultation.asked_at, due_on=consultation.due_on)

    def standing_of(self, consultation):
        # Whoever was asked, not whoever asks.
        return Standing(consultation.department_id, project=consultation.item.project)

    def words_of(self, consultation):
        asker = consultation.item.department
        due = {"due": iso_day(consultation.due_on)}
        names = {"asker": asker.name, "asker_en": asker.name_en}
        return words_of_item(consultation.item) | names | due

    def note_of(self, consultation):
        return consultation.question

    def url_of(self, consultation):
        return consultation.get_absolute_url()


class WatchedCorrections(Watched):
    course = Course.CORRECTION
    name, model, related = "correction", CorrectionRequest, OF_ITEM

    def waits(self, request):
        return request.answered_at is None and request.item.status == Status.CORRECTING

    def timing_of(self, request):
        return Timing(request.asked_at)

    def words_of(self, request):
        until = civil_day(request.asked_at + CORRECTION_PATIENCE)
        return words_of_item(request.item) | {"due": iso_day(until)}


class WatchedCommitments(Watched):
    course = Course.COMMITMENT
    name, model, related = "commitment", Commitment, OF_ITEM

    def waits(self, commitment):
        return commitment.is_open

    def timing_of(self, commitment):
        return Timing(commitment.made_at, due_on=commitment.due_on)

    def words_of(self, commitment):
        said = {"promised": commitment.text, "due": iso_day(commitment.due_on)}
        return words_of_item(commitment.item) | said

    def url_of(self, commitment):
        return commitment.get_absolute_url()


class WatchedCertificates(Watched):
    course = Course.CERTIFICATE
    name, model, related = "certificate", Certificate, OF_ITEM

    def prepare(self, certificates, published):
        keys = [certificate.pk for certificate in certificates]
        in_force = set(
            Certificate.objects.in_force().filter(pk__in=keys).values_list("pk", flat=True)
        )
        for certificate in certificates:
            certificate.is_in_force = certificate.pk in in_force

    def waits(self, certificate):
        return bool(certificate.valid_until) and certificate.is_in_force

    def timing_of(self, certificate):
        days = (certificate.valid_until - certificate.issued_on).days
        return Timing(
            certificate.item.delivered_at or certificate.item.decided_at,
            Limit(days, "calendar", certificate.issued_on),
            due_on=certificate.valid_until,
        )

    def words_of(self, certificate):
        ends = {"number": certificate.number, "due": iso_day(certificate.valid_until)}
        return words_of_item(certificate.item) | ends

    def note_of(self, certificate):
        return certificate.item.approval_type.valid_note


class WatchedOrders(Watched):
    course = Course.ORDER
    name, model, related = "order", SupervisionOrder, OF_ITEM

    def waits(self, order):
        """Whatever has been decided since: an order is answered."""
        return order.answered_at is None and order.item.status not in OVER

    def timing_of(self, order):
        return Timing(order.ordered_at, due_on=order.due_on)

    def words_of(self, order):
        said = {"number": order.number, "due": iso_day(order.due_on)}
        return words_of_item(order.item) | said

    def note_of(self, order):
        return order.demand

    def url_of(self, order):
        return order.get_absolute_url()


class WatchedHelp(Watched):
    course = Course.HELP
    name, model, related = "help_request", HelpRequest, OF_ITEM

    def timing_of(self, request):
        return Timing(request.asked_at, due_on=request.due_on)

    def words_of(self, request):
        return words_of_item(request.item) | {"due": iso_day(request.due_on)}

    def note_of(self, request):
        return request.question

    def url_of(self, request):
        return request.get_absolute_url()


ITEMS = WatchedItems()
WATCHED: list[Watched] = [
    ITEMS,
    WatchedApplications(),
    WatchedConsultations(),
    WatchedCorrections(),
    WatchedCommitments(),
    WatchedCertificates(),
    WatchedOrders(),
    WatchedHelp(),
]
# What the texts of a course's rungs may name; each may also stand with "_en" behind it.
WORDS = {
    Course.APPLICATION: {"number", "due"},
    Course.CONSULTATION: {"item", "project", "due", "asker"},
    Course.COMMITMENT: {"item", "project", "due", "promised"},
    Course.CERTIFICATE: {"item", "project", "due", "number"},
    Course.ORDER: {"item", "project", "due", "number"},
    Course.REVIEW: {"item", "project", "due", "statutory"},
    Course.REVISION: {"item", "project", "asked"},
}
WORDS_OF_ITEM = {"item", "project", "due"}


def look_again(*courses: Course) -> None:
    """Have the next sweep see where all that waits stands, with ladder and calendar as they
    are then; without a course, of all courses."""
    LookAgain.objects.bulk_create(LookAgain(course=course) for course in courses or [""])


def key_of(watched: Watched, thing, step) -> str:
    """What no second message about the same rung may have."""
    *mark, occasion = mark_of(thing, step)
    key = ":".join(map(str, [watched.name, *mark]))
    return f"{key}:{occasion}" if occasion else key
