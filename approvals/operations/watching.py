"""What the sweep has to know of a kind of thing that waits for somebody."""

from collections.abc import Iterable

from django.db.models import QuerySet

from approvals.ladder import Step, Timing
from approvals.models import ApprovalItem, Course, Reminder, Status
from approvals.operations.audience import Standing
from huadu_portal.rows import these
from projects.operations import shown

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
        "due": shown(item.due_on),
        "statutory": shown(item.statutory_due_on),
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
