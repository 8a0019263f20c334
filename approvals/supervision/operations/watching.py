"""What the sweep has to know of a kind of thing that waits for somebody, first of an item."""

from collections.abc import Iterable

from django.db.models import QuerySet

from approvals.acts.models import Suspension
from approvals.items.clock import Limit
from approvals.items.events import follow_ups
from approvals.items.limits import limits_of
from approvals.items.models import ApprovalItem, ItemEvent, Status
from approvals.joint.standing import objections, opinion_due, opinions_asked
from approvals.supervision.ladder import Step, Timing
from approvals.supervision.models import Course, Reminder
from approvals.supervision.operations.audience import Standing
from huadu_portal.clock import civil_day
from huadu_portal.rows import these
from projects.operations import iso_day

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

    def with_related(self, rows: QuerySet) -> QuerySet:
        """With what is said of each. Fetched apart: many rows have it in common."""
        return rows.prefetch_related(*self.related)

    def waiting(self) -> QuerySet:
        """What may wait for somebody; course_of says of each whether it does."""
        return self.model.waiting()

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


def standing_of_item(item: ApprovalItem) -> Standing:
    return Standing(item.department_id, item.officer_id, item.project)


def words_of_item(item: ApprovalItem) -> dict[str, str]:
    entry = item.approval_type
    return {
        "item": entry.name,
        "item_en": entry.name_en,
        "project": item.project.name,
        "due": iso_day(item.due_on),
        "statutory": iso_day(item.statutory_due_on),
    }


def mark_of(thing, step: Step) -> tuple:
    """What a reminder of this rung is unique by."""
    return thing.pk, thing.epoch, step.rung.ladder.course, step.rung.code, step.occasion


def recorded(watched: Watched, things: Iterable) -> set[tuple]:
    """The marks of all reminders there are of these things."""
    known = Reminder.objects.filter(
        **{f"{watched.name}__in": these(thing.pk for thing in things)}
    )
    return set(known.values_list(watched.name, "epoch", "course", "rung", "occasion"))


COURSES = {
    Status.SUBMITTED: Course.RECEIPT,
    Status.PRE_REVIEW: Course.PRE_REVIEW,
    Status.ACCEPTED: Course.REVIEW,
    Status.SUSPENDED: Course.SUSPENSION,
    Status.GRANTED: Course.DELIVERY,
}


class WatchedItems(Watched):
    name, model = "item", ApprovalItem
    related = ["approval_type", "project", "joint_case__bundle", "whole", "department"]

    def waiting(self):
        items = self.model.objects
        return items.filter(status__in=COURSES) | items.sent_back()

    def waiting_on(self, course):
        if not course:
            return self.waiting()
        if course == Course.REVISION:
            return self.model.objects.sent_back()
        statuses = [status for status, its in COURSES.items() if its == course]
        return self.model.objects.filter(status__in=statuses)

    def prepare(self, items, published):
        last = _last_events(items, Status.ACCEPTED)
        asked = opinions_asked(items)
        stops = Suspension.objects.filter(
            item__in=[item for item in items if item.status == Status.SUSPENDED], ended_at=None
        )
        stops = {stop.item_id: stop for stop in stops}
        objected = objections(items)
        for item in items:
            item.objection = objected.get(item.pk)
            item.quiet_since = last.get(item.pk, (None, 0))
            item.stop = stops.get(item.pk)
            if item.status == Status.PRE_REVIEW:
                item.asked_at = asked[item.pk]
                item.opinion_due_on = opinion_due(item.joint_case, item.asked_at, published)

    def course_of(self, item):
        if item.is_sent_back:
            return Course.REVISION
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
            case Status.CORRECTING:
                return Timing(item.objection.at)
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
        if item.is_sent_back:
            return words_of_item(item) | {"asked": iso_day(civil_day(item.objection.at))}
        due_on = {
            Status.SUBMITTED: item.notice_due_on,
            Status.PRE_REVIEW: getattr(item, "opinion_due_on", None),
            Status.SUSPENDED: item.stop and item.stop.expected_until,
            Status.GRANTED: item.deliver_by,
        }.get(Status(item.status), item.due_on)
        return words_of_item(item) | {"due": iso_day(due_on)}

    def note_of(self, item):
        """What the firm has to answer, in the department's words."""
        return item.objection.text if item.is_sent_back else ""

    def url_of(self, item):
        return item.get_absolute_url()


def _last_events(items, status: Status) -> dict:
    """When the last event of each in that status was, and its number; pushing is none."""
    here = these(item.pk for item in items if item.status == status)
    events = ItemEvent.objects.filter(item__in=here).exclude(act__in=follow_ups())
    rows = events.order_by("item", "-number").distinct("item")
    return {pk: (at, number) for pk, at, number in rows.values_list("item", "at", "number")}
