"""The virus scanner, asked over its socket: the real one, and one that breaks off."""

import io
import socket
import zipfile
import zlib
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit

import pytest

from huadu_portal import clamd as protocol
from huadu_portal.clamd import Away, NotScanned, Scanner, TooLarge
from tests.clamd import EICAR, LIMIT, SAMPLE, clamd  # noqa: F401
from tests.conftest import PDF


def in_zip(content):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", content)
    return packed.getvalue()


def in_pdf(content):
    packed = zlib.compress(content)
    stream = b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\n"
    return PDF.replace(b"xref", stream % (len(packed), packed) + b"xref", 1)


class TestRealClamd:
    @pytest.fixture
    def scanner(self, clamd):  # noqa: F811
        return Scanner(clamd)

    def test_answers(self, scanner):
        assert scanner.answers()

    def test_names_itself(self, scanner):
        assert scanner.version().startswith("ClamAV ")

    @pytest.mark.parametrize("wrapped", [bytes, in_zip, in_pdf])
    @pytest.mark.parametrize("content", [SAMPLE, EICAR])
    def test_finds_what_it_knows_however_it_is_packed(self, scanner, wrapped, content):
        found = scanner.scan(io.BytesIO(wrapped(content)))

        assert found.startswith("Portal.")

    @pytest.mark.parametrize("content", [b"", PDF, in_zip(b"<a/>"), in_pdf(b"BT ET")])
    def test_passes_what_is_clean(self, scanner, content):
        assert scanner.scan(io.BytesIO(content)) == ""

    @pytest.mark.parametrize("size", [LIMIT // 2 + 1, 2 * LIMIT, 20 * LIMIT])
    def test_says_when_a_file_is_too_large_for_it(self, scanner, size):
        """Over what it reads of a file, and over what it takes of a stream."""
        with pytest.raises(TooLarge):
            scanner.scan(io.BytesIO(b"\1" * size))

    def test_judges_the_next_after_one_that_was_too_large(self, scanner):
        with pytest.raises(TooLarge):
            scanner.scan(io.BytesIO(b"\1" * 2 * LIMIT))

        assert scanner.scan(io.BytesIO(SAMPLE))


@contextmanager
def answering(answer):
    """Something that listens, reads the greeting, says one thing and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(10)
                while answer and connection.recv(65_536)[-4:] != b"\0\0\0\0":
                    pass
                connection.sendall(answer)

        thread = Thread(target=serve)
        thread.start()
        yield Scanner(urlsplit(f"tcp://127.0.0.1:{server.getsockname()[1]}"))
        thread.join()


class TestProtocol:
    @pytest.mark.parametrize(
        ("answer", "found"),
        [(b"stream: OK\0", ""), (b"stream: Win.Test.Eicar-1 FOUND\0", "Win.Test.Eicar-1")],
    )
    def test_a_verdict_is_taken_as_it_is_said(self, answer, found):
        with answering(answer) as scanner:
            assert scanner.scan(io.BytesIO(PDF)) == found

    @pytest.mark.parametrize(
        ("said", "version"),
        [
            ("ClamAV 1.4.3/27500/Mon Nov 30 09:00:00 2026", "ClamAV 1.4.3/27500"),
            ("ClamAV 1.4.3", "ClamAV 1.4.3"),
            ("COMMAND UNAVAILABLE", ""),
            ("", ""),
        ],
    )
    def test_signatures_are_told_apart_by_their_number(self, monkeypatch, said, version):
        monkeypatch.setattr(protocol, "_answer", lambda connection: said)
        with answering(b"") as scanner:
            assert scanner.version() == version

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"stream: \0",
            b"stream: Can't allocate memory ERROR\0",
            b"UNKNOWN COMMAND\0",
            b"stream: OKAY\0",
            b"OK FOUND ERROR\0",
        ],
    )
    def test_what_is_no_verdict_passes_nothing(self, answer):
        with answering(answer) as scanner, pytest.raises(NotScanned):
            scanner.scan(io.BytesIO(PDF))

    def test_one_that_says_nothing_is_not_waited_for_without_end(self, monkeypatch):
        monkeypatch.setattr(protocol, "ANSWER", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with pytest.raises(NotScanned):
                Scanner(urlsplit(f"tcp://127.0.0.1:{port}")).scan(io.BytesIO(PDF))

    @pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.ctl"])
    def test_nobody_there_is_away(self, url):
        scanner = Scanner(urlsplit(url))

        assert not scanner.answers()
        with pytest.raises(Away):
            scanner.scan(io.BytesIO(PDF))
