"""What the sweep watches: one class per kind of thing that waits for somebody.

Each says what it waits for, by which days, in whose hands it is, and what is said of it.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from approvals.clock import Limit
from approvals.ladder import Timing
from approvals.limits import limits_of
from approvals.models import (
    OVER,
    ApprovalItem,
    Certificate,
    Commitment,
    Consultation,
    CorrectionRequest,
    Course,
    HelpRequest,
    ItemEvent,
    LookAgain,
    Status,
    SupervisionOrder,
    Suspension,
)
from approvals.operations.audience import Standing
from approvals.rights import PUSHES
from huadu_portal.clock import civil_day
from projects.models import Application, ApplicationStatus
from projects.operations import shown

# After so long without an answer the window may close an item (brief §3.4).
CORRECTION_PATIENCE = timedelta(30)
COURSES = {
    Status.SUBMITTED: Course.RECEIPT,
    Status.PRE_REVIEW: Course.PRE_REVIEW,
    Status.ACCEPTED: Course.REVIEW,
    Status.SUSPENDED: Course.SUSPENSION,
    Status.GRANTED: Course.DELIVERY,
}
# As long as an opinion or help is of use.
UNDECIDED_YET = [
    Status.SUBMITTED,
    Status.CORRECTING,
    Status.PRE_REVIEW,
    Status.ACCEPTED,
    Status.SUSPENDED,
]


class Watched:
    """What the sweep has to know of a kind of thing."""

    # The reminder's column for it.
    name: str
    # What it waits for, if that never changes.
    course: Course | None = None
    model: type
    related: list[str] = []
    # Whether it belongs to an item; its own column says to which.
    is_of_item = True

    def rows(self) -> QuerySet:
        return self.model.objects.select_related(*self.related)

    def waiting(self) -> QuerySet:
        """What may wait for somebody; course_of says of each whether it does."""
        return self.model.objects.filter(answered_at=None)

    def waiting_on(self, course: str) -> QuerySet:
        """Of these, what waits on the course; on any, if it is empty."""
        return self.waiting() if course in {"", self.course} else self.model.objects.none()

    def prepare(self, things: Iterable, published) -> None:
        """Fetch for a whole batch what a single one's timing needs."""

    def course_of(self, thing) -> Course | None:
        """What it waits for now; None when nobody has to be reminded any more."""
        return self.course if self.waits(thing) else None

    def waits(self, thing) -> bool:
        """Here, of an answer that is of use until the item is decided."""
        return thing.answered_at is None and thing.item.status in UNDECIDED_YET

    def timing_of(self, thing) -> Timing:
        raise NotImplementedError

    def standing_of(self, thing) -> Standing:
        """In whose hands it is; here, of something that belongs to an item."""
        return standing_of_item(thing.item)

    def item_of(self, thing) -> ApprovalItem | None:
        """The item for which a card is shown."""
        return thing.item

    def words_of(self, thing) -> dict[str, str]:
        """What the rungs' texts may name; here, of something that belongs to an item."""
        return words_of_item(thing.item)

    def note_of(self, thing) -> str:
        """What the mail quotes beside the rung's text."""
        return ""

    def url_of(self, thing) -> str:
        return thing.item.get_absolute_url()


class WatchedItems(Watched):
    name, model, is_of_item = "item", ApprovalItem, False
    related = ["approval_type", "project", "joint_case__bundle", "whole", "department"]

    def waiting(self):
        return self.model.objects.filter(status__in=COURSES)

    def waiting_on(self, course):
        if not course:
            return self.waiting()
        statuses = [status for status, its in COURSES.items() if its == course]
        return self.model.objects.filter(status__in=statuses)

    def prepare(self, items, published):
        last = _last_events(items, Status.ACCEPTED)
        opinions = _opinions_asked(items)
        stops = Suspension.objects.filter(
            item__in=[item for item in items if item.status == Status.SUSPENDED], ended_at=None
        )
        stops = {stop.item_id: stop for stop in stops}
        for item in items:
            item.quiet_since = last.get(item.pk, (None, 0))
            item.stop = stops.get(item.pk)
            if item.status == Status.PRE_REVIEW:
                item.asked_at = opinions[item.pk]
                item.opinion_due_on = _opinion_due(item, published)

    def course_of(self, item):
        # The department that leads answers for the parts too.
        if item.status == Status.SUBMITTED and item.whole and item.whole.status == item.status:
            return None
        return COURSES.get(Status(item.status))

    def timing_of(self, item):
        match Status(item.status):
            case Status.SUBMITTED:
                received = civil_day(item.submitted_at)
                limit = Limit(item.approval_type.notice_days, "working", received)
                return Timing(item.submitted_at, limit, due_on=item.notice_due_on)
            case Status.PRE_REVIEW:
                return Timing(item.asked_at, due_on=item.opinion_due_on)
            case Status.SUSPENDED:
                return Timing(item.stop.started_at, due_on=item.stop.expected_until)
            case Status.GRANTED:
                return Timing(item.decided_at, due_on=item.deliver_by)
        quiet_since, number = item.quiet_since
        return Timing(
            since=item.accepted_at,
            limit=limits_of(item)[0],
            near_on=item.near_on,
            due_on=item.due_on,
            statutory_due_on=item.statutory_due_on,
            quiet_since=quiet_since,
            version=number,
        )

    def standing_of(self, item):
        return standing_of_item(item)

    def item_of(self, item):
        return item

    def words_of(self, item):
        due_on = {
            Status.SUBMITTED: item.notice_due_on,
            Status.PRE_REVIEW: getattr(item, "opinion_due_on", None),
            Status.SUSPENDED: item.stop and item.stop.expected_until,
            Status.GRANTED: item.deliver_by,
        }.get(Status(item.status), item.due_on)
        return words_of_item(item) | {"due": shown(due_on)}

    def url_of(self, item):
        return item.get_absolute_url()


def _last_events(items, status: Status) -> dict:
    """When the last event of each in that status was, and its number; pushing is none."""
    here = [item for item in items if item.status == status]
    events = ItemEvent.objects.filter(item__in=here).exclude(act__in=PUSHES)
    rows = events.order_by("item", "-number").distinct("item")
    return {pk: (at, number) for pk, at, number in rows.values_list("item", "at", "number")}


def _opinions_asked(items) -> dict:
    """Since when each opinion in pre-review is awaited: for the first time, or anew."""
    here = [item for item in items if item.status == Status.PRE_REVIEW]
    events = ItemEvent.objects.filter(item__in=here, to_status=Status.PRE_REVIEW)
    events = events.exclude(from_status=Status.PRE_REVIEW)
    rows = events.order_by("item", "-number").distinct("item")
    asked = dict(rows.values_list("item", "at"))
    return {item.pk: asked.get(item.pk, item.joint_case.opened_at) for item in here}


def _opinion_due(item: ApprovalItem, published) -> date:
    """The case's day; of an opinion that is asked anew, as many days from then on."""
    case = item.joint_case
    if item.asked_at <= case.opened_at:
        return case.opinions_due_on
    return published.add(civil_day(item.asked_at), case.bundle.opinion_days)


class WatchedApplications(Watched):
    course = Course.APPLICATION
    name, model, is_of_item = "application", Application, False

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
        return {"number": application.number, "due": shown(application.due_on)}

    def url_of(self, application):
        return f"/admin/projects/application/{application.pk}/change/"


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
        due = {"due": shown(consultation.due_on)}
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
        return words_of_item(request.item) | {"due": shown(until)}


class WatchedCommitments(Watched):
    course = Course.COMMITMENT
    name, model, related = "commitment", Commitment, OF_ITEM

    def waiting(self):
        return self.model.objects.open()

    def waits(self, commitment):
        return commitment.is_open

    def timing_of(self, commitment):
        return Timing(commitment.made_at, due_on=commitment.due_on)

    def words_of(self, commitment):
        said = {"promised": commitment.text, "due": shown(commitment.due_on)}
        return words_of_item(commitment.item) | said

    def url_of(self, commitment):
        return commitment.get_absolute_url()


class WatchedCertificates(Watched):
    course = Course.CERTIFICATE
    name, model, related = "certificate", Certificate, OF_ITEM

    def waiting(self):
        return self.model.objects.filter(valid_until__isnull=False)

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
        ends = {"number": certificate.number, "due": shown(certificate.valid_until)}
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
        said = {"number": order.number, "due": shown(order.due_on)}
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
        return words_of_item(request.item) | {"due": shown(request.due_on)}

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
}
WORDS_OF_ITEM = {"item", "project", "due"}


def standing_of_item(item: ApprovalItem) -> Standing:
    return Standing(item.department_id, item.officer_id, item.project)


def words_of_item(item: ApprovalItem) -> dict[str, str]:
    entry = item.approval_type
    return {
        "item": entry.name,
        "item_en": entry.name_en,
        "project": item.project.name,
        "due": shown(item.due_on),
        "statutory": shown(item.statutory_due_on),
    }


def wake_others(item: ApprovalItem, at: datetime) -> None:
    """Have whatever else is owed for an item looked at again: it is under way again."""
    for watched in WATCHED:
        if watched.is_of_item:
            watched.waiting().filter(item=item).update(next_rung_at=at)


def look_again(*courses: Course) -> None:
    """Have the next sweep see where all that waits stands, with ladder and calendar as they
    are then; without a course, of all courses."""
    LookAgain.objects.bulk_create(LookAgain(course=course) for course in courses or [""])


def key_of(watched: Watched, thing, step) -> str:
    """What no second message about the same rung may have."""
    key = f"{watched.name}:{thing.pk}:{thing.epoch}:{step.rung.ladder.course}:{step.rung.code}"
    return f"{key}:{step.occasion}" if step.occasion else key
