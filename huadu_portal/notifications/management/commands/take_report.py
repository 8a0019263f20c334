import sys

from django.core.management.base import BaseCommand, CommandError

from huadu_portal import sandbox
from huadu_portal.clock import now
from huadu_portal.notifications.operations import take_report
from huadu_portal.notifications.reports import parse
from huadu_portal.sandbox.jobs.reports import NotAReport

# Reports are small; what is larger is none.
AT_MOST = 1024 * 1024
# By this the mail server knows that it shall hand the message over again (sysexits.h).
TRY_AGAIN = 75


class Command(BaseCommand):
    help = "Reads a mail server's delivery report from standard input (RFC 3464)."

    def handle(self, *args, **options):
        raw = sys.stdin.buffer.read(AT_MOST + 1)
        if len(raw) > AT_MOST:
            raise CommandError("The message is larger than any report.")
        try:
            delivery = take_report(parse(raw), at=now())
        except NotAReport as error:
            raise CommandError(str(error)) from error
        except sandbox.Busy as error:
            sentence = "The message cannot be read now; hand it over again later."
            raise CommandError(sentence, returncode=TRY_AGAIN) from error
        if delivery is None:
            raise CommandError("The report is about no mail of ours that is still open.")
        self.stdout.write(f"delivery {delivery.pk}")
