"""Work that goes on while something breaks."""

from contextlib import suppress

from django.db import Error, connection

from tests.faults.cast import write_mails
from tests.faults.meanwhile import Meanwhile
from tests.faults.visitor import Visitor

PACE = 0.05  # seconds between two mails


class Load(Meanwhile):
    """Mails written and pages read as long as it lasts, whatever the servers do."""

    def __init__(self, portal) -> None:
        self.portal, self.written = portal, set()
        self.acts = [self._write, self._read]

    def _write(self) -> None:
        n = 0
        while self.is_on:
            n += 1
            self.pause(PACE)
            with suppress(Error):
                # Only what was committed is owed.
                self.written |= write_mails(1, self.portal.clock.now(), name=f"load{n}-")
                continue
            connection.close()
        connection.close()

    def _read(self) -> None:
        visitor = Visitor(self.portal)
        while self.is_on:
            with suppress(OSError):
                visitor.get("/lookup/", within=20)
