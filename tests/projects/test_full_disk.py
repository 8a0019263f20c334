"""A file for which there is no room, at the operation, in the temp directory and by the API."""

import errno
import os

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import TemporaryUploadedFile

from huadu_portal.accounts.tokens import Token
from projects import files
from projects.models import Document, MaterialKind
from projects.uploads import TemporaryFiles, Unkept
from tests.conftest import PDF
from tests.projects.conftest import add
from tests.projects.test_orphaned_files import files_in_store


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def full_store(monkeypatch):
    """Takes half of a file."""

    def half(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content.read(10))
        full()

    monkeypatch.setattr(FileSystemStorage, "_save", half)


def test_half_a_file_is_taken_away_and_the_sender_told(draft, alice, full_store):
    with pytest.raises(files.NoRoom, match="材料"):
        add(draft, alice)

    assert files_in_store() == []
    assert not Document.objects.exists()


@pytest.fixture
def send(client, firm, alice, catalogue):
    """By the API, a file of a size that passes through the temp directory."""

    def send():
        kind = MaterialKind.objects.get(name="营业执照")
        content = PDF + b"\n" * (3 * 1024 * 1024)
        file = ContentFile(content, name="执照.pdf")
        _row, token = Token.objects.create(alice)
        return client.post(
            "/api/v1/documents/",
            {"kind": kind.code, "enterprise": str(firm.pk), "file": file},
            headers={"Authorization": f"Token {token}", "Idempotency-Key": "k"},
        )

    return send


def test_to_the_api_it_is_503(send, full_store):
    response = send()

    assert (response.status_code, response.headers.get("Retry-After")) == (503, "60")
    assert "执照.pdf" in response.json()["detail"]


@pytest.mark.parametrize("method", ["write", "__init__"])
def test_so_is_a_full_temp_directory(send, monkeypatch, method):
    monkeypatch.setattr(TemporaryUploadedFile, method, full)

    assert send().status_code == 503
    assert files_in_store() == []


def test_the_first_of_two_files_stays_whole_when_the_second_cannot_begin(rf, monkeypatch):
    first, second = [ContentFile(PDF, name=f"{name}.pdf") for name in ("first", "second")]
    request = rf.post("/", {"first": first, "second": second})
    request.upload_handlers = [TemporaryFiles(request)]
    begin = TemporaryUploadedFile.__init__

    def begin_first(self, name, *args):
        if name == "second.pdf":
            full()
        begin(self, name, *args)

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", begin_first)

    assert isinstance(request.FILES["second"], Unkept)
    assert request.FILES["first"].read() == PDF


def test_the_stand_in_reads_like_a_full_disk():
    unkept = Unkept(None, "执照.pdf", "application/pdf", 5)

    with pytest.raises(OSError, match="No space left"):
        unkept.read()
