"""What the portal stands on and no page can tell: mail server, storage, clock.

Looks at the real things, so it may take as long as a mail server takes to answer.
"""

import shutil
import smtplib
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext as _

from huadu_portal.backoffice.start import ChecklistPoint
from huadu_portal.clock import difference
from huadu_portal.monitoring.health import ENOUGH_DISK
from huadu_portal.monitoring.status import CLOCK_OFF

MEGABYTE = 1024 * 1024


def points() -> list[ChecklistPoint]:
    return [mail_server(), storage(), clock()]


def mail_server() -> ChecklistPoint:
    """Whether it lets us in; no mail is sent."""
    label = _("Mail server")
    if not settings.MAIL_GOES_OUT:
        said = _(
            "Not set (EMAIL_URL): no mail is sent, and links for setting a password cannot be "
            "delivered."
        )
        return ChecklistPoint(label, said, False)
    address = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection():
            return ChecklistPoint(label, _("%(address)s answers.") % {"address": address}, True)
    except (OSError, smtplib.SMTPException) as error:
        said = _("%(address)s cannot be used: %(why)s")
        return ChecklistPoint(label, said % {"address": address, "why": error}, False)


def storage() -> ChecklistPoint:
    """Whether files can be kept, and how much room there is."""
    label, folder = _("Storage"), Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        said = _("%(folder)s cannot be written to: %(why)s")
        return ChecklistPoint(label, said % {"folder": folder, "why": error.strerror}, False)
    shown = {"folder": folder, "free": free // MEGABYTE, "enough": ENOUGH_DISK // MEGABYTE}
    if free < ENOUGH_DISK:
        said = _("%(folder)s has only %(free)s MB left, less than %(enough)s MB.")
        return ChecklistPoint(label, said % shown, False)
    return ChecklistPoint(
        label, _("%(folder)s can be written to; %(free)s MB are free.") % shown, True
    )


def clock() -> ChecklistPoint:
    label, apart = _("Clock"), difference()
    shown = {"seconds": apart.total_seconds()}
    if apart > CLOCK_OFF:
        said = _("%(seconds).1f seconds from the database's: keep both by NTP.")
        return ChecklistPoint(label, said % shown, False)
    return ChecklistPoint(label, _("%(seconds).1f seconds from the database's") % shown, True)
