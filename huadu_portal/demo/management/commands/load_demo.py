from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from huadu_portal.clock import civil_day, now
from huadu_portal.demo.load import DemoRefused, is_loaded, load


class Command(BaseCommand):
    help = "Loads the demo data into a database without real data."

    def add_arguments(self, parser):
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            help="the day the demo stands at, YYYY-MM-DD (default: today)",
        )

    def handle(self, *args, as_of=None, **options):
        if not settings.DEMO:
            raise CommandError("This is no demo: set DEMO=1 to load demo data.")
        if is_loaded():
            self.stdout.write("The demo data is already loaded; nothing has changed.")
            return
        path = settings.DEMO_PASSWORD_FILE
        try:
            count = load(as_of or civil_day(now()), password_file=path)
        except DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        # Without figures about rows that have just come in, plans are made for empty tables.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"{count} projects loaded. The accounts' password is in {path}.")
