from datetime import date

from django.core.management.base import BaseCommand

from approvals.models import HistoryHead


class Command(BaseCommand):
    help = "Prints the daily heads of the history, a line each, to be kept elsewhere."

    def add_arguments(self, parser):
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            help="this day's and all later ones, YYYY-MM-DD (default: the last only)",
        )

    def handle(self, *args, since=None, **options):
        heads = HistoryHead.objects.order_by("day")
        wanted = heads.reverse()[:1] if since is None else heads.filter(day__gte=since)
        for head in wanted.iterator():
            self.stdout.write(str(head))
