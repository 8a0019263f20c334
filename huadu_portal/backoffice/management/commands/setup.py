import os
import sys
from datetime import datetime
from unicodedata import east_asian_width

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.forms import BaseForm
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from huadu_portal import environment
from huadu_portal.accounts import first_administrators
from huadu_portal.accounts.models import User
from huadu_portal.backoffice import environment_checks, start
from huadu_portal.backoffice.start import ChecklistPoint
from huadu_portal.backoffice.start_facts import read_facts
from huadu_portal.clock import now
from huadu_portal.monitoring import health
from huadu_portal.monitoring.packaged import load_packaged

# Each holds name, e-mail and mobile, separated by commas.
VARIABLES = {
    User.Role.SYSTEM_ADMIN: "SETUP_SYSTEM_ADMIN",
    User.Role.SECURITY_ADMIN: "SETUP_SECURITY_ADMIN",
    User.Role.AUDITOR: "SETUP_AUDITOR",
}
FIELDS = ["name", "email", "mobile"]
# Exit status: set up, but what the table names is missing.
INCOMPLETE = 3


class Command(BaseCommand):
    help = (
        "Makes an empty or half set up database ready: tables, catalogue, ladders, calendar, "
        "the first three administrators with a link each to set a password. Says what is "
        "missing. Safe to repeat. Exit status: 0 nothing is missing, 3 something is, 1 failed."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--no-input",
            action="store_false",
            dest="asks",
            help=f"ask nothing; administrators from {', '.join(VARIABLES.values())}",
        )

    def handle(self, *args, asks, **options):
        self._fill_database()
        with transaction.atomic():
            for role in first_administrators.missing_roles():
                if who := self._asked(role) if asks else _given(role):
                    first_administrators.create_administrator(role, **who)
        self._show_links()
        if lacking := first_administrators.missing_roles():
            self._demand(lacking)
        missing = self._show_table()
        self._show_next()
        if missing:
            sys.exit(INCOMPLETE)

    def _fill_database(self):
        if health.unapplied_migrations():
            if environment.text("DATABASE_OWNER_URL", ""):
                raise CommandError(
                    _("Please run manage.py migrate first: the tables belong to another owner.")
                )
            call_command("migrate", verbosity=0, interactive=False)
        load_packaged(at=now())

    # Administrators.

    def _asked(self, role: User.Role) -> dict:
        self.stdout.write(f"\n{role.label}")
        while True:
            labels = first_administrators.AdministratorForm.base_fields
            try:
                typed = {field: input(f"  {labels[field].label}: ") for field in FIELDS}
            except EOFError as error:
                raise CommandError(_("No answer on the terminal: use --no-input.")) from error
            form = first_administrators.AdministratorForm(typed)
            if form.is_valid():
                return form.cleaned_data
            self.stderr.write("\n".join(f"  {line}" for line in _complaints(form)))

    def _show_links(self):
        until = localtime(now() + first_administrators.link_lasts())
        for user in first_administrators.awaited():
            shown = {"user": user, "role": user.get_role_display(), "name": user.username}
            who = _("%(user)s, %(role)s, signs in as “%(name)s” or by e-mail.")
            self.stdout.write(f"\n{who % shown}")
            self.stdout.write(f"  {first_administrators.password_link(user)}")
            self.stdout.write(f"  {_valid(until)}")

    def _demand(self, lacking):
        names = " ".join(f"{VARIABLES[role]}=" + _("NAME,E-MAIL,MOBILE") for role in lacking)
        raise CommandError(
            _("Administrators are missing. Run “manage.py setup”, or: %(line)s")
            % {"line": f"{names} manage.py setup --no-input"}
        )

    # What is missing.

    def _show_table(self) -> list[ChecklistPoint]:
        points = [*start.essentials(read_facts(now())), *environment_checks.points()]
        width = max(_width(point.label) for point in points)
        mark = {True: _("in order"), False: _("OPEN"), None: _("for information")}
        marks = max(map(_width, mark.values()))
        self.stdout.write("")
        for point in points:
            state = _padded(mark[point.is_done], marks)
            self.stdout.write(f"{state}  {_padded(point.label, width)}  {point.sentence}")
        return [point for point in points if point.is_done is False]

    def _show_next(self):
        said = _(
            "Next: each administrator sets a password and a second factor; the security "
            "administrator adds staff. What is still missing then: %(url)s"
        )
        self.stdout.write(f"\n{said % {'url': f'{settings.SITE_URL}/admin/start/'}}")


def _given(role: User.Role) -> dict | None:
    """Who it is, from the environment; None where nobody is named."""
    name = VARIABLES[role]
    if not os.environ.get(name):
        return None
    form = first_administrators.AdministratorForm(
        dict(zip(FIELDS, environment.text_list(name), strict=False))
    )
    if form.is_valid():
        return form.cleaned_data
    raise CommandError(f"{name}: {' '.join(_complaints(form))}")


def _complaints(form: BaseForm) -> list[str]:
    return [
        f"{form.fields[field].label}: {' '.join(map(str, errors))}"
        for field, errors in form.errors.items()
    ]


def _valid(until: datetime) -> str:
    return _("Can be used once, until %(moment)s.") % {"moment": f"{until:%Y-%m-%d %H:%M}"}


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
