from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, F

from approvals.items.operations import recorded_on
from approvals.models import ApprovalItem, HistoryHead, ItemEvent


class Command(BaseCommand):
    help = "Checks the digest chain of every item and the daily heads; names the first fault."

    def add_arguments(self, parser):
        parser.add_argument(
            "--heads", type=Path, help="a file of export_head, to compare our heads with"
        )

    def handle(self, *args, heads=None, **options):
        count = 0
        for event, previous in walk():
            if complaint := complain(event, previous):
                raise CommandError(
                    f"Item {event.item_id}, event {event.number} (row {event.pk}): {complaint}"
                )
            count += 1
        if item := shortened():
            raise CommandError(f"Item {item.pk}: its last events are missing.")
        days = check_heads()
        if heads:
            compare(heads)
        self.stdout.write(f"{count} events, every chain holds; {days} daily heads fit.")


def shortened() -> ApprovalItem | None:
    """An item with fewer events than it has had: a chain whose end was cut off."""
    counted = ApprovalItem.objects.annotate(count=Count("events")).order_by("pk")
    return counted.exclude(count=F("version")).first()


def walk():
    """Each event with the one before it in its item; None for the first."""
    previous = None
    for event in ItemEvent.objects.order_by("item_id", "number").iterator():
        if previous and previous.item_id != event.item_id:
            previous = None
        yield event, previous
        previous = event


def complain(event: ItemEvent, previous: ItemEvent | None) -> str:
    """What is wrong with an event, in a sentence; "" when nothing is."""
    if event.number != (previous.number + 1 if previous else 1):
        return "an event before it is missing."
    if event.digest != event.digest_after(previous.digest if previous else ""):
        return "its content does not fit its digest."
    return ""


def check_heads() -> int:
    """How many daily heads there are; CommandError at the first that does not fit."""
    previous, days = "", 0
    for head in HistoryHead.objects.iterator():
        if head.previous != previous:
            raise CommandError(f"Head of {head.day}: it does not follow the one before it.")
        anew = HistoryHead.over(head.day, previous, recorded_on(head.day))
        if anew.events != head.events:
            raise CommandError(
                f"Head of {head.day}: {head.events} events were recorded, {anew.events} are there."
            )
        if anew.digest != head.digest:
            raise CommandError(f"Head of {head.day}: its events are not those of that day.")
        previous, days = head.digest, days + 1
    return days


def compare(exported: Path) -> None:
    """Our heads with those that were exported before, line by line."""
    lines = exported.read_text(encoding="utf-8").splitlines()
    known = {str(head.day): str(head) for head in HistoryHead.objects.iterator()}
    for line in lines:
        day = line.split(" ")[0]
        if known.get(day) != line:
            raise CommandError(f"Head of {day}: it is not the one that was exported.")
