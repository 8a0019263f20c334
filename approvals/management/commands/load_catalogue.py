from django.core.management.base import BaseCommand

from approvals import catalogue
from approvals.models import ApprovalType


class Command(BaseCommand):
    help = "Loads the catalogue of approval types with departments and materials."

    def handle(self, *args, **options):
        catalogue.load()
        self.stdout.write(f"{ApprovalType.objects.count()} approval types.")
