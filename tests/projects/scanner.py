"""What the virus scanner says, as tests have it."""

from urllib.parse import urlsplit

from huadu_portal.clamd import Away, Scanner
from projects.models import Document
from tests.conftest import MONDAY

SOMEWHERE = urlsplit("tcp://127.0.0.1:1")


OLD, NEW = "ClamAV 1.4.3/27500", "ClamAV 1.4.3/27501"


def has_signatures(monkeypatch, version):
    monkeypatch.setattr(Scanner, "version", lambda self: version)


def judged(document, scan, virus=""):
    Document.objects.filter(pk=document.pk).update(scan=scan, virus=virus, scanned_at=MONDAY)


def away():
    raise Away("gone")


def saying(monkeypatch, *verdicts):
    """The scanner's verdicts, in their order; then it is away."""
    waiting = list(verdicts)

    def scan(self, file):
        verdict = waiting.pop(0) if waiting else Away("gone")
        if isinstance(verdict, Exception):
            raise verdict
        return verdict

    monkeypatch.setattr(Scanner, "scan", scan)


def states():
    return list(Document.objects.order_by("pk").values_list("scan", flat=True))
