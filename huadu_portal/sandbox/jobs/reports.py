"""Reads what a mail server reports of a mail (RFC 3464)."""

from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import BinaryIO

from huadu_portal.sandbox.jobs.refused import Refused


class NotAReport(Refused):
    """Says in a line why the text is no delivery report."""

    def __init__(self, sentence: str):
        super().__init__("no_report", sentence=sentence)

    def __str__(self) -> str:
        return str(self.params["sentence"])


def read_report(file: BinaryIO) -> dict[str, str]:
    """The fields of `notifications.reports.Report`; whatever else raises NotAReport."""
    try:
        report = message_from_bytes(file.read(), policy=policy.default)
        said = _recipient(report)
        return {
            "action": _field(said, "Action").lower(),
            "status": _field(said, "Status"),
            "reason": _reason(said),
            "original": _original(report),
        }
    except (NotAReport, MemoryError):
        raise
    except Exception as error:  # whatever a crooked header provokes in the parser
        raise NotAReport(f"The message cannot be read: {type(error).__name__}.") from error


def _recipient(report: EmailMessage) -> Message:
    """What is said of the recipient: our mails have one each. The first group is the mail's."""
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            found = [group for group in part.iter_parts() if "Action" in group]
            if len(found) == 1:
                return found[0]
            raise NotAReport(f"The report is about {len(found)} recipients, not one.")
    raise NotAReport("The message has no part of type message/delivery-status.")


def _field(said: Message, name: str) -> str:
    if not (value := " ".join(str(said.get(name, "")).split())):
        raise NotAReport(f"The report has no field {name}.")
    return value


def _reason(said: Message) -> str:
    """`smtp; 550 5.1.1 …` without its type; the bare status where nothing more is said."""
    text = " ".join(str(said.get("Diagnostic-Code", "")).split())
    return (text.partition(";")[2].strip() or text or _field(said, "Status"))[:300]


def _original(report: EmailMessage) -> str:
    """The Message-ID of the mail reported on, from its copy or from its head."""
    for part in report.walk():
        if part.get_content_type() == "text/rfc822-headers":
            head = part.get_payload(decode=True)
            copies: list[Message] = (
                [message_from_bytes(head)] if isinstance(head, bytes) else []
            )
        elif part.get_content_type() == "message/rfc822":
            copies = list(part.iter_parts())
        else:
            continue
        for copy in copies:
            if name := str(copy.get("Message-ID", "")).strip():
                return name
    raise NotAReport("The report does not name the mail it is about.")
