from django.core.management.base import BaseCommand

from approvals import operations
from approvals.operations.catalogue_differences import differences
from huadu_portal.clock import now


class Command(BaseCommand):
    help = "Adds what the packaged catalogue has gained, as migrate does; lists where ours differs."

    def handle(self, *args, **options):
        gained = operations.load_catalogue(at=now())
        for line in gained.added:
            self.stdout.write(f"added: {line}")
        for line in [*gained.left_out, *differences()]:
            self.stdout.write(f"differs: {line}")
