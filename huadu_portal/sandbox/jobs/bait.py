"""The string by which people find out whether anybody looks for viruses here."""

from collections.abc import Iterable, Iterator

from huadu_portal.sandbox.jobs.refused import Refused

# In two pieces, or the scanners on our own machines would take this file away.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def searched(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces as they are; Refused once the string has gone by, also over two of them."""
    before = b""
    for piece in pieces:
        if EICAR in before + piece:
            raise Refused("virus")
        before = piece[-len(EICAR) :]
        yield piece
