"""The material vault: what a firm keeps, its versions, its validity, and who may see it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from huadu_portal.clock import civil_day, now
from huadu_portal.errors import NotAllowed
from projects import operations
from projects.models import Document, DocumentSource, MaterialKind, Validity, ValidityChange
from tests.conftest import MONDAY, PDF

TODAY = civil_day(MONDAY)


def kind(name="营业执照"):
    return MaterialKind.objects.get(name=name)


def upload(name="执照.pdf", content=PDF):
    return ContentFile(content, name=name)


def kept(firm, by, **said):
    said = {"kind": kind(), "upload": upload()} | said
    return operations.add_document(firm, by=by, at=MONDAY, **said)


@pytest.fixture
def licence(firm, alice, catalogue):
    return kept(firm, alice, valid_until=TODAY + timedelta(days=10))


class TestVersions:
    def test_a_newer_one_replaces_it_under_another_name(self, licence, alice):
        newer = operations.add_version(
            licence, by=alice, at=MONDAY, upload=upload("新执照.pdf")
        )

        assert list(Document.objects.current()) == [newer]
        assert (newer.version, newer.series) == (2, licence.series)

    def test_an_older_one_cannot_be_renewed_again(self, licence, alice):
        operations.add_version(licence, by=alice, at=MONDAY, upload=upload("二.pdf"))

        with pytest.raises(NotAllowed):
            operations.add_version(licence, by=alice, at=MONDAY, upload=upload("三.pdf"))

    def test_a_departments_paper_is_not_the_firms_to_renew(self, licence, alice):
        Document.objects.update(source=DocumentSource.DELIVERED)
        licence.refresh_from_db()

        with pytest.raises(NotAllowed):
            operations.add_version(licence, by=alice, at=MONDAY, upload=upload())

    def test_two_papers_of_departments_never_replace_each_other(self, firm, alice, catalogue):
        for _item in range(2):
            kept(firm, alice, kind=kind("审批结果文件"), source=DocumentSource.DELIVERED)

        assert Document.objects.current().count() == 2

    def test_a_form_is_made_out_anew_for_each_approval(self, firm, alice, catalogue):
        for _item in range(2):
            kept(firm, alice, kind=kind("申请表"))

        assert Document.objects.current().count() == 2

    def test_what_was_handed_in_stays_with_its_application(self, application, alice):
        document = Document.objects.create(
            enterprise=application.enterprise,
            kind=kind(),
            application=application,
            source="application",
            filename="执照.pdf",
            content_type="application/pdf",
            size=1,
            sha256="0" * 64,
            uploaded_by=alice,
            uploaded_at=MONDAY,
        )

        newer = operations.add_version(document, by=alice, at=MONDAY, upload=upload())

        assert list(application.documents.as_handed_in()) == [document]
        assert list(Document.objects.current()) == [newer]


class TestValidity:
    @pytest.mark.parametrize(
        ("days", "validity"),
        [
            (None, Validity.UNLIMITED),
            (-1, Validity.EXPIRED),
            (0, Validity.IN_30),
            (30, Validity.IN_30),
            (31, Validity.IN_90),
            (90, Validity.IN_90),
            (91, Validity.LATER),
        ],
    )
    def test_is_the_same_in_python_and_in_sql(self, firm, alice, catalogue, days, validity):
        until = None if days is None else TODAY + timedelta(days=days)
        document = kept(firm, alice, valid_until=until)

        found = [v for v in Validity if Document.objects.with_validity(v, TODAY).exists()]

        assert found == [document.validity_on(TODAY)] == [validity]

    def test_is_put_right_with_a_reason_that_is_kept(self, licence, alice):
        until = date(2030, 1, 1)

        changed = operations.set_validity(
            licence, by=alice, at=MONDAY, valid_until=until, reason="换发新照"
        )

        change = ValidityChange.objects.get()
        assert changed.valid_until == change.after == until
        assert (change.before, change.reason) == (licence.valid_until, "换发新照")

    def test_is_not_put_right_without_a_reason(self, licence, alice):
        with pytest.raises(NotAllowed):
            operations.set_validity(licence, by=alice, at=MONDAY, valid_until=None, reason="  ")

    def test_of_what_was_delivered_is_its_issuers_word(self, licence, alice):
        Document.objects.update(source=DocumentSource.DELIVERED)

        with pytest.raises(NotAllowed):
            operations.set_validity(licence, by=alice, at=MONDAY, valid_until=None, reason="改")


class TestSource:
    def test_without_an_application_cannot_be_the_application(self, licence):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.update(source=DocumentSource.APPLICATION)

    def test_is_government_only_for_the_centre(self, firm, alice, wei, catalogue):
        said = {"kind": kind(), "upload": upload(), "at": MONDAY}

        shared = operations.share_document(firm, by=wei, **said)

        assert shared.source == DocumentSource.SHARED
        with pytest.raises(PermissionDenied):
            operations.share_document(firm, by=alice, **said)


class TestPage:
    url = "/materials/"

    def names(self, client, **asked):
        rows = client.get(self.url, asked).context["rows"]
        return [row.document.filename for row in rows]

    def test_shows_current_files_of_ones_own_firms(
        self, client, alice, licence, bob, other_firm
    ):
        kept(licence.enterprise, alice)
        kept(other_firm, bob, upload=upload("他人.pdf"))
        client.force_login(alice)

        (row,) = client.get(self.url).context["rows"]

        assert (row.document.filename, row.document.version) == ("执照.pdf", 2)

    @pytest.mark.parametrize(("wanted", "found"), [("条件 一", 1), ("规划", 2), ("无", 0)])
    def test_is_searched_by_name_and_kind(self, client, alice, firm, catalogue, wanted, found):
        kept(firm, alice, kind=kind("规划条件"), upload=upload("条件一.pdf"))
        kept(firm, alice, kind=kind("规划条件"), upload=upload("其二.pdf"))
        client.force_login(alice)

        assert len(self.names(client, q=wanted)) == found

    def test_is_narrowed_by_validity_and_source(self, client, alice, firm, catalogue):
        today = civil_day(now())
        conditions = kind("规划条件")
        yesterday = today - timedelta(days=1)
        kept(firm, alice, kind=conditions, upload=upload("旧.pdf"), valid_until=yesterday)
        kept(firm, alice, kind=conditions, upload=upload("新.pdf"))
        client.force_login(alice)

        assert self.names(client, validity="expired") == ["旧.pdf"]
        assert self.names(client, source="shared") == []
        assert set(self.names(client, validity="nonsense")) == {"旧.pdf", "新.pdf"}

    def test_survives_a_search_for_anything(self, client, alice, firm):
        client.force_login(alice)

        assert client.get(self.url, {"q": "\0%_\\" * 50, "page": "x"}).status_code == 200

    def test_asks_as_often_for_many_as_for_one(
        self, client, alice, project, django_assert_max_num_queries
    ):
        firm = project.enterprise
        first = kept(firm, alice)
        project.items.first().documents.add(first)
        client.force_login(alice)
        client.get(self.url)
        with django_assert_max_num_queries(20) as for_one:
            client.get(self.url)
        for number, item in enumerate(project.items.all()[:6]):
            name = upload(f"{number}.pdf")
            item.documents.add(kept(firm, alice, kind=kind("规划条件"), upload=name))

        with django_assert_max_num_queries(len(for_one)):
            client.get(self.url)

    def test_is_not_for_officials(self, client, wei):
        client.force_login(wei)

        assert client.get(self.url).status_code == 403

    def test_asks_for_sign_in(self, client, db):
        assert client.get(self.url).url.startswith("/accounts/login/")


class TestMaterialPage:
    def url(self, document, verb=""):
        return f"/materials/{document.pk}/{verb}"

    def test_says_where_it_is_used(self, client, alice, licence, project):
        item = project.items.first()
        item.documents.add(licence)
        client.force_login(alice)

        response = client.get(self.url(licence))

        assert [used.pk for used in response.context["row"].items] == [item.pk]
        assert licence.sha256 in response.text

    @pytest.mark.parametrize("name", ["stranger_to_firm", "eve"])
    def test_is_unknown_to_others(self, client, licence, name, request):
        client.force_login(request.getfixturevalue(name))

        assert client.get(self.url(licence)).status_code == 404

    @pytest.mark.parametrize("name", ["omar", "olga", "wei"])
    def test_is_not_for_officials(self, client, licence, name, request):
        client.force_login(request.getfixturevalue(name))

        assert client.get(self.url(licence)).status_code == 403

    def test_takes_a_new_version(self, client, alice, licence):
        client.force_login(alice)

        response = client.post(self.url(licence, "version/"), {"upload": upload("新.pdf")})

        newer = Document.objects.current().get()
        assert response.url == self.url(newer)
        assert newer.version == 2

    def test_keeps_nothing_that_is_bad_and_says_why(self, client, alice, licence):
        client.force_login(alice)
        bad = upload("坏.pdf", b"<html>")

        response = client.post(self.url(licence, "version/"), {"upload": bad})

        assert Document.objects.count() == 1
        assert "坏.pdf" in response.text

    def test_keeps_what_was_typed_when_the_reason_is_missing(self, client, alice, licence):
        client.force_login(alice)

        response = client.post(
            self.url(licence, "validity/"), {"valid_until": "2031-05-06", "reason": ""}
        )

        licence.refresh_from_db()
        assert licence.valid_until == TODAY + timedelta(days=10)
        assert "2031-05-06" in response.text

    def test_puts_the_validity_right(self, client, alice, licence):
        client.force_login(alice)

        client.post(
            self.url(licence, "validity/"), {"valid_until": "2031-05-06", "reason": "换照"}
        )

        licence.refresh_from_db()
        assert licence.valid_until == date(2031, 5, 6)


class TestAdding:
    url = "/materials/add/"

    def test_keeps_it_for_the_project_it_is_of(self, client, alice, project):
        client.force_login(alice)
        plan = kind("总平面图")

        client.post(
            self.url,
            {
                "kind": plan.code,
                "enterprise": project.enterprise.pk,
                "project": project.pk,
                "upload": upload("总图.pdf"),
            },
        )

        document = Document.objects.get(kind=plan)
        assert (document.project, document.source) == (project, DocumentSource.VAULT)

    def test_refuses_what_has_already_expired(self, client, alice, firm, catalogue):
        client.force_login(alice)

        response = client.post(
            self.url,
            {
                "kind": kind().code,
                "enterprise": firm.pk,
                "upload": upload(),
                "valid_until": "2020-01-01",
            },
        )

        assert not Document.objects.exists()
        assert response.context["form"].errors.keys() == {"valid_until"}

    def test_of_another_firm_is_refused(self, client, alice, firm, other_firm, catalogue):
        client.force_login(alice)

        client.post(
            self.url, {"kind": kind().code, "enterprise": other_firm.pk, "upload": upload()}
        )

        assert not Document.objects.exists()


class TestApi:
    url = "/api/v1/documents/"

    def test_says_source_and_validity(self, client, alice, licence):
        client.force_login(alice)

        (row,) = client.get(self.url, {"source": "vault"}).json()["results"]

        # Six days are left on the Friday of the request.
        assert (row["source"], row["validity"]) == ("vault", "30")
        assert client.get(self.url, {"validity": "later"}).json()["results"] == []

    def test_keeps_a_new_version_and_lists_both(self, client, alice, licence):
        client.force_login(alice)

        response = client.post(
            self.url,
            {"kind": licence.kind.code, "file": upload("新.pdf"), "replaces": licence.pk},
        )

        assert (response.status_code, response.json()["version"]) == (201, 2)
        versions = client.get(f"{self.url}{response.json()['id']}/versions/").json()
        assert [row["version"] for row in versions] == [2, 1]

    def test_a_stale_version_is_a_conflict(self, client, alice, licence):
        operations.add_version(licence, by=alice, at=MONDAY, upload=upload())
        client.force_login(alice)

        response = client.post(
            self.url, {"kind": licence.kind.code, "file": upload(), "replaces": licence.pk}
        )

        assert response.status_code == 409

    def test_puts_the_validity_right(self, client, alice, licence):
        client.force_login(alice)
        said = {"valid_until": None, "reason": "长期有效"}

        response = client.post(
            f"{self.url}{licence.pk}/validity/", said, content_type="application/json"
        )

        assert (response.status_code, response.json()["valid_until"]) == (200, None)

    @pytest.mark.parametrize(
        ("name", "status"), [("stranger_to_firm", 404), ("wei", 403), ("omar", 404)]
    )
    def test_nobody_else_puts_it_right(self, client, licence, name, status, request):
        client.force_login(request.getfixturevalue(name))
        said = {"valid_until": None, "reason": "x"}

        response = client.post(
            f"{self.url}{licence.pk}/validity/", said, content_type="application/json"
        )

        assert response.status_code == status

    def test_anonymous_is_unauthenticated(self, client, licence):
        assert client.post(f"{self.url}{licence.pk}/validity/").status_code == 401


def test_reverse_names_are_the_contracts(db):
    assert reverse("approvals:vault") == "/materials/"
