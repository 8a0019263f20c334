"""Loads the published working-day calendar and moves the due dates that rest on it."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from huadu_portal.clock import civil_day, now
from huadu_portal.errors import NotAllowed
from huadu_portal.monitoring import calendar_publication
from huadu_portal.monitoring.calendar_publication import shown_moves
from huadu_portal.workdays import files, libraries
from huadu_portal.workdays.operations import is_in_force


class Command(BaseCommand):
    help = (
        "Loads the published working-day calendar, from the libraries or a file, and shows "
        "every day that changes and every due date that moves."
    )

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, help="default: this year and the next")
        parser.add_argument("--dry-run", action="store_true", help="show, change nothing")
        parser.add_argument(
            "--file", type=Path, help="TOML, YAML or CSV, see docs/operating.md"
        )

    def handle(self, *, year, dry_run, file, **options):
        try:
            for notice in self.from_file(file, year) if file else self.from_libraries(year):
                self.take_over(notice, dry_run, is_written=bool(file))
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal

    def from_file(self, file, year):
        try:
            notices = files.read_notice_file(file.name, file.read_bytes())
        except OSError as error:
            raise CommandError(str(error)) from error
        wanted = [notice for notice in notices if year in {None, notice.year}]
        if not wanted:
            raise CommandError(_("%(year)s is not in this file.") % {"year": year})
        return wanted

    def from_libraries(self, year):
        today = civil_day(now())
        for one in [year] if year else [today.year, today.year + 1]:
            try:
                yield libraries.notice_from_libraries(one)
            except libraries.NotPublished as error:
                unknown = _(
                    "The calendar of %(year)s has not been published; it remains provisional."
                )
                if year:
                    raise CommandError(unknown % {"year": year}) from error
                self.stdout.write(unknown % {"year": one})
            except libraries.Disagreement as error:
                raise CommandError(
                    _("The sources disagree, nothing was changed: %(days)s.") % {"days": error}
                ) from error

    def take_over(self, notice, dry_run, *, is_written):
        """Show what changes; unless this is a trial, exactly that is then done."""
        found = calendar_publication.preview(notice)
        self.show(found)
        # The libraries know no sources: by them alone a year without a changed day stays.
        is_known = found.is_of_published_year and not found.days and not is_written
        if dry_run or is_known or is_in_force(notice):
            return
        calendar_publication.publish(notice, by=None, at=now(), seen=found.fingerprint)

    def show(self, found):
        year = found.notice.year
        self.stdout.write(
            _("%(year)s: %(count)s days change.") % {"year": year, "count": len(found.days)}
        )
        for change in found.days:
            becomes = _("working day") if change.is_workday else _("day off")
            self.stdout.write(f"  {change.date}  {becomes}  {change.name}".rstrip())
        self.stdout.write(_("Due dates move of %(count)s items.") % {"count": len(found.moves)})
        for line in shown_moves(found.moves):
            mark = _("(provisional)") if line.move.is_provisional else ""
            dates = "; ".join(f"{d['label']} {d['old']} → {d['new']}" for d in line.due_dates)
            self.stdout.write(f"  {line.item}  {dates} {mark}".rstrip())
