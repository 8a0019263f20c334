from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from huadu_portal.clock import now
from huadu_portal.monitoring.backups import BackupRefused, make


class Command(BaseCommand):
    help = "Backs up database and files into a new folder; nothing has to stop."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="must not be there yet")

    def handle(self, *args, folder, **options):
        try:
            manifest = make(folder.absolute(), at=now())
        except BackupRefused as refusal:
            raise CommandError(f"No backup: {refusal}") from refusal
        rows, files = sum(manifest.rows.values()), len(manifest.digests) - 1
        self.stdout.write(f"{folder}: {rows} rows, {files} files.")
