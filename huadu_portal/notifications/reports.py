"""What a mail server reports of a mail (RFC 3464), read in the sandbox: anybody may write to us."""

from dataclasses import dataclass

from django.core.files.base import ContentFile

from huadu_portal import sandbox
from huadu_portal.sandbox.jobs.reports import NotAReport

# Reading one takes milliseconds; its longest field is a line of a header.
LIMITS = sandbox.Limits(memory=256 * 1024 * 1024, seconds=2, deadline=15)


@dataclass(frozen=True)
class Report:
    """`original`: the name of the mail that is reported on; `reason`: what the server said."""

    action: str
    status: str
    reason: str
    original: str

    @property
    def has_failed(self) -> bool:
        return self.action == "failed"

    @property
    def is_for_good(self) -> bool:
        """A failure of class 5, permanent; class 4 is transient (RFC 3463 §2)."""
        return self.has_failed and self.status.startswith("5")

    @property
    def has_arrived(self) -> bool:
        return self.action == "delivered"


def parse(raw: bytes) -> Report:
    """Whatever is not as it should be raises NotAReport. Raises sandbox.Busy."""
    try:
        with sandbox.readable(ContentFile(raw)) as file:
            return Report(**sandbox.run("reports.read_report", file=file, limits=LIMITS))
    except sandbox.Refused as refusal:
        raise NotAReport(str(refusal.params["sentence"])) from refusal
    except (sandbox.Killed, sandbox.Failed) as error:
        raise NotAReport("The message takes more to be read than any report.") from error
