from django.core.management.base import BaseCommand

from approvals import catalogue, operations
from approvals.models import ApprovalType


class Command(BaseCommand):
    help = "Loads the catalogue: approval types, departments, materials and ladders."

    def handle(self, *args, **options):
        if new := catalogue.load():
            operations.look_again(*new)
        self.stdout.write(f"{ApprovalType.objects.count()} approval types.")
