from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, F

from approvals.models import ApprovalItem, ItemEvent


class Command(BaseCommand):
    help = "Checks the digest chain of every item; names the first broken row."

    def handle(self, *args, **options):
        count = 0
        for event, previous in walk():
            if complaint := complain(event, previous):
                raise CommandError(
                    f"Item {event.item_id}, event {event.number} (row {event.pk}): {complaint}"
                )
            count += 1
        if item := shortened():
            raise CommandError(f"Item {item.pk}: its last events are missing.")
        self.stdout.write(f"{count} events, every chain holds.")


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
