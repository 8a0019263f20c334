"""The sandbox is told for whom it works: of one person it does one job at a time."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from huadu_portal import sandbox
from huadu_portal.accounts.tokens import Token
from huadu_portal.public import views
from projects.models import MaterialKind
from tests.conftest import PDF


@pytest.fixture
def askers(monkeypatch):
    """For whom a job was asked for; nothing is run."""
    askers = []

    def run(*arguments, asker=None, **options):
        askers.append(asker)
        return PDF

    monkeypatch.setattr(sandbox, "run", run)
    return askers


def a_file():
    return SimpleUploadedFile("执照.pdf", PDF)


@pytest.fixture
def licence(catalogue):
    return MaterialKind.objects.get(name="营业执照")


def test_a_page_names_who_is_signed_in(client, alice, draft, licence, askers):
    client.force_login(alice)
    address = reverse("projects:upload", args=[draft.pk])

    client.post(address, {"kind": licence.code, "upload": a_file()})

    assert askers == [str(alice.pk)]


def test_the_interface_names_whose_token_it_is(client, alice, firm, licence, askers):
    _row, token = Token.objects.create(alice)
    body = {"kind": licence.code, "enterprise": firm.pk, "file": a_file()}

    answer = client.post(
        "/api/v1/documents/", body, headers={"Authorization": f"Token {token}"}
    )

    assert (answer.status_code, askers) == (201, [str(alice.pk)])


def test_a_paper_made_for_a_person_names_them(client, alice, application, askers):
    client.force_login(alice)

    client.get(reverse("projects:receipt_pdf", args=[application.pk]))

    assert askers == [str(alice.pk)]


def test_strangers_are_one_and_a_blank_form_is_made_once_for_all(client, catalogue, askers):
    kind = MaterialKind.objects.get(name="施工许可申请表")
    views._sample.cache_clear()

    for _ in range(3):
        assert client.get(reverse("sample", args=["HD-SG-05", kind.code])).status_code == 200

    views._sample.cache_clear()
    assert askers == [""]
