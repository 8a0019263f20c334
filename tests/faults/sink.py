"""A mail server that keeps what it takes, and can be as bad as real ones."""

import asyncio
from dataclasses import dataclass
from email import message_from_bytes, policy
from enum import Enum

from aiosmtpd.controller import Controller

from deploy.embedded import ports


class Manner(Enum):
    TAKES = "takes every mail"
    REFUSES = "says no to every recipient"
    HANGS = "takes the mail and never says so"
    DROPS = "hangs up after the mail"


@dataclass(frozen=True)
class Mail:
    id: str
    to: str
    text: str = ""


class Sink:
    """All mails that ever came to an end of DATA, repeats included."""

    def __init__(self) -> None:
        self.manner = Manner.TAKES
        self.mails: list[Mail] = []
        self.attempts = 0
        self._controller = Controller(self, ports.HOST, ports.draw())
        self._controller.start()

    @property
    def url(self) -> str:
        return f"smtp://{ports.HOST}:{self._controller.port}"

    @property
    def ids(self) -> list[str]:
        return [mail.id for mail in self.mails]

    def reset(self) -> None:
        self.manner, self.attempts = Manner.TAKES, 0
        self.mails.clear()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.attempts += 1
        if self.manner is Manner.REFUSES:
            return "451 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=policy.default)
        body = message.get_body(["plain"])
        text = body.get_content() if body else ""
        self.mails += [Mail(message["Message-ID"], to, text) for to in envelope.rcpt_tos]
        if self.manner is Manner.HANGS:
            # Nobody waits that long; the sender gives up, or is no more.
            await asyncio.sleep(3600)
        if self.manner is Manner.DROPS:
            server.transport.abort()
        return "250 OK"
