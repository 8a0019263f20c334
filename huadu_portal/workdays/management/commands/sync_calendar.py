"""Loads the published working-day calendar."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from huadu_portal.clock import civil_day, now
from huadu_portal.workdays import libraries, operations


class Command(BaseCommand):
    help = "Loads the published working-day calendar and shows every day that changes."

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, help="default: this year and the next")
        parser.add_argument("--dry-run", action="store_true", help="show, change nothing")

    def handle(self, *, year, dry_run, **options):
        today = civil_day(now())
        for one in [year] if year else [today.year, today.year + 1]:
            try:
                self.show(one, self.sync(one, dry_run))
            except libraries.NotPublished as error:
                if year:
                    raise CommandError(self.not_published(year)) from error
                self.stdout.write(self.not_published(one))
            except libraries.Disagreement as error:
                raise CommandError(
                    _("The sources disagree, nothing was changed: %(days)s.") % {"days": error}
                ) from error

    def sync(self, year, dry_run):
        if dry_run:
            return operations.preview(year)
        return operations.sync(year, at=now())

    def show(self, year, changed):
        self.stdout.write(
            _("%(year)s: %(count)s days change.") % {"year": year, "count": len(changed)}
        )
        for day, is_workday in changed.items():
            becomes = _("working day") if is_workday else _("day off")
            self.stdout.write(f"  {day}  {becomes}")

    def not_published(self, year):
        return _("%(year)s has not been published; it stays provisional.") % {"year": year}
