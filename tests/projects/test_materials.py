"""Files put to an application, the vault, and who may fetch what."""

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from projects import operations
from projects.models import Document, MaterialKind
from projects.operations import documents
from tests.conftest import DESCRIPTION, MONDAY, PDF
from tests.projects.conftest import add

BAD = b"<html><script>alert(1)</script>"


def url(application):
    return reverse("projects:upload", args=[application.pk])


def upload(name="执照.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


@pytest.fixture
def licence(catalogue):
    return MaterialKind.objects.get(name="营业执照")


class TestUpload:
    def test_of_several_files_keeps_their_chinese_names(self, client, alice, draft, licence):
        client.force_login(alice)
        chosen = [upload("正本.pdf"), upload("副本.pdf")]

        response = client.post(url(draft), {"kind": licence.code, "upload": chosen})

        assert response.url == reverse("projects:step", args=[draft.pk, "materials"])
        names = draft.documents.order_by("filename").values_list("filename", flat=True)
        assert set(names) == {"正本.pdf", "副本.pdf"}

    def test_of_a_bad_file_keeps_the_good_ones_and_says_which(
        self, client, alice, draft, licence
    ):
        client.force_login(alice)
        chosen = [upload("好.pdf"), upload("坏.pdf", BAD)]

        response = client.post(
            url(draft), {"kind": licence.code, "upload": chosen}, follow=True
        )

        assert [document.filename for document in draft.documents.all()] == ["好.pdf"]
        assert "坏.pdf" in response.text

    def test_by_get_leads_to_the_materials(self, client, alice, draft):
        """So whoever signs in anew in the middle of it comes by."""
        client.force_login(alice)

        response = client.get(url(draft))

        assert response.url == reverse("projects:step", args=[draft.pk, "materials"])

    def test_by_script_says_why_it_was_refused(self, client, alice, draft, licence):
        client.force_login(alice)

        response = client.post(
            url(draft),
            {"kind": licence.code, "upload": upload("坏.pdf", BAD)},
            headers={"Accept": "application/json"},
        )

        assert response.status_code == 400
        assert "坏.pdf" in response.json()["errors"][0]

    @pytest.mark.parametrize("data", [{}, {"kind": "nonsense"}, {"kind": "M\0"}])
    def test_without_kind_or_file_keeps_nothing(self, client, alice, draft, data):
        client.force_login(alice)

        response = client.post(url(draft), data)

        assert response.status_code == 302
        assert not Document.objects.exists()

    def test_of_the_same_name_is_a_new_version(self, client, alice, draft, licence):
        client.force_login(alice)

        for _time in range(2):
            client.post(url(draft), {"kind": licence.code, "upload": upload()})

        (document,) = draft.documents.current()
        assert document.version == 2

    def test_has_a_limit(self, client, alice, draft, licence, monkeypatch):
        monkeypatch.setattr(documents, "MAX_FILES", 1)
        client.force_login(alice)
        chosen = [upload("一.pdf"), upload("二.pdf")]

        client.post(url(draft), {"kind": licence.code, "upload": chosen})

        assert draft.documents.count() == 1

    def test_to_what_is_handed_in_is_refused(self, client, alice, application, licence):
        client.force_login(alice)

        client.post(url(application), {"kind": licence.code, "upload": upload()})

        assert not application.documents.exists()

    def test_another_firm_does_not_know_of_it(self, client, draft, stranger_to_firm, licence):
        client.force_login(stranger_to_firm)

        response = client.post(url(draft), {"kind": licence.code, "upload": upload()})

        assert response.status_code == 404

    def test_asks_for_sign_in(self, client, draft):
        assert client.post(url(draft)).url.startswith("/accounts/login/")


class TestVersions:
    def test_another_applications_file_of_that_name_stays(self, application, alice, licence):
        kept = add_to(application, alice, licence)
        draft = operations.start_application(application.enterprise, by=alice, at=MONDAY)

        other = add_to(draft, alice, licence)
        operations.remove_document(other, by=alice, at=MONDAY)

        assert list(Document.objects.current()) == [kept]


def add_to(application, by, kind):
    """As the firm's page does; the first is on its draft, before it was handed in."""
    return (
        Document.objects.create(
            enterprise=application.enterprise,
            kind=kind,
            application=application,
            source="application",
            filename="执照.pdf",
            content_type="application/pdf",
            size=1,
            sha256="0" * 64,
            uploaded_by=by,
            uploaded_at=MONDAY,
        )
        if application.number
        else operations.add_document(
            application.enterprise,
            by=by,
            at=MONDAY,
            kind=kind,
            upload=upload(),
            application=application,
        )
    )


class TestRemove:
    def url(self, document):
        return reverse("projects:remove", args=[document.application_id, document.pk])

    def test_asks_first(self, client, alice, draft):
        document = add(draft, alice)
        client.force_login(alice)

        client.get(self.url(document))

        assert draft.documents.current().exists()

    def test_takes_it_out(self, client, alice, draft):
        document = add(draft, alice)
        client.force_login(alice)

        client.post(self.url(document))

        assert not draft.documents.current().exists()

    def test_is_refused_once_it_was_handed_in(self, client, alice, ready):
        document = ready.documents.first()
        client.force_login(alice)
        client.post(reverse("projects:submit", args=[ready.pk]), {"confirmed": "on"})

        client.post(self.url(document))

        document.refresh_from_db()
        assert document.removed_at is None

    def test_another_firm_does_not_know_of_it(self, client, alice, draft, stranger_to_firm):
        document = add(draft, alice)
        client.force_login(stranger_to_firm)

        assert client.post(self.url(document)).status_code == 404


class TestDownload:
    def test_gives_the_file_under_its_name_as_an_attachment(self, client, alice, draft):
        document = add(draft, alice, name="营业执照.pdf")
        client.force_login(alice)

        response = client.get(document.get_absolute_url())

        assert response.getvalue() == PDF
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8")
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_gives_the_window_what_was_handed_in(self, client, alice, ready, wei):
        document = ready.documents.first()
        operations.submit_application(ready, by=alice, at=MONDAY, fields=DESCRIPTION)
        client.force_login(wei)

        assert client.get(document.get_absolute_url()).getvalue() == PDF

    @pytest.mark.parametrize("name", ["stranger_to_firm", "wei", "omar", "tom", "sun"])
    def test_is_unknown_to_those_it_is_not_for(self, client, alice, draft, name, request):
        document = add(draft, alice)
        client.force_login(request.getfixturevalue(name))

        assert client.get(document.get_absolute_url()).status_code == 404

    def test_hands_out_nothing_that_was_tampered_with(self, client, alice, draft):
        document = add(draft, alice)
        with open(document.file.path, "ab") as stored:
            stored.write(b"x")
        client.force_login(alice)

        response = client.get(document.get_absolute_url())

        assert response.status_code == 500
        assert "Content-Disposition" not in response

    def test_asks_for_sign_in(self, client, alice, draft):
        document = add(draft, alice)

        assert client.get(document.get_absolute_url()).url.startswith("/accounts/login/")


def test_other_users_of_the_machine_read_no_file(draft, alice, media):
    document = add(draft, alice)

    kept = document.file.storage.path(document.file.name)
    assert os.stat(kept).st_mode & 0o007 == 0
    assert all(folder.stat().st_mode & 0o007 == 0 for folder in media.rglob("*/"))
