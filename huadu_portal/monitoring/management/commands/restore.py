from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from huadu_portal.monitoring.backups import BackupRefused, restore


class Command(BaseCommand):
    help = "Restores a backup into an empty database; then migrate, reconcile, verify_history."
    # There are no tables yet that could be checked.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="as `backup` has made it")

    def handle(self, *args, folder, **options):
        try:
            manifest = restore(folder.absolute())
        except BackupRefused as refusal:
            raise CommandError(f"Not restored: {refusal}") from refusal
        said = f"{sum(manifest.rows.values())} rows and {len(manifest.digests) - 1} files"
        self.stdout.write(f"{said} of {manifest.made_at} are back.")
        for command in ("migrate", "verify_history", "reconcile"):
            call_command(command, stdout=self.stdout, stderr=self.stderr)
