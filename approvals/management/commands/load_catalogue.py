from django.core.management.base import BaseCommand

from approvals.packaged import differences, load_catalogue
from huadu_portal.clock import now


class Command(BaseCommand):
    help = "Adds what the packaged catalogue has gained, as migrate does; lists where ours differs."

    def handle(self, *args, **options):
        gained = load_catalogue(at=now())
        for line in gained.added:
            self.stdout.write(f"added: {line}")
        for line in [*gained.left_out, *differences()]:
            self.stdout.write(f"differs: {line}")
