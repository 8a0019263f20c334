"""A material of the firm is asked for once: the next application uses it again."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.urls import reverse

from agents.triage.forms import gaps_of
from projects import operations
from projects.forms import check_draft
from projects.models import Document, MaterialKind
from tests.conftest import DAY, DESCRIPTION, MONDAY, PDF

join = import_module("projects.migrations.0019_one_series").join
pytestmark = pytest.mark.django_db


@pytest.fixture
def licence(catalogue):
    return MaterialKind.objects.get(name="营业执照")


@pytest.fixture
def begin(firm, alice):
    return lambda: operations.start_application(firm, by=alice, at=MONDAY)


@pytest.fixture
def handed_in(begin, firm, alice, licence):
    """Hands in an application with these files of the licence."""

    def hand_in(*names, draft=None):
        draft = draft or begin()
        for name in names:
            add(draft, name)
        return operations.submit_application(draft, by=alice, at=MONDAY, fields=DESCRIPTION)

    def add(draft, name):
        upload = ContentFile(PDF, name=name)
        said = {"kind": licence, "upload": upload, "application": draft}
        return operations.add_document(firm, by=alice, at=MONDAY, **said)

    return hand_in


def versions(firm, kind):
    rows = Document.objects.filter(enterprise=firm, kind=kind).order_by("version", "pk")
    return list(rows.values_list("filename", "version"))


def missing(application):
    return {problem.label for problem in check_draft(application).problems}


class TestAskedOnce:
    def test_a_first_application_is_asked_for_the_licence(self, begin, licence):
        assert str(licence) in missing(begin())

    def test_a_second_is_not_and_relies_on_the_one_that_is_here(
        self, handed_in, begin, licence, client, alice, wei
    ):
        first = handed_in("营业执照.pdf")
        second = begin()
        client.force_login(alice)
        page = client.get(reverse("projects:step", args=[second.pk, "materials"])).text

        assert "营业执照.pdf" in page
        assert str(licence) not in missing(second)

        second = handed_in(draft=second)
        kept = first.documents.get()
        client.force_login(wei)
        desk = client.get(reverse("admin:projects_application_change", args=[second.pk]))
        assert list(second.relied_on.all()) == [kept] == desk.context["kept"]
        assert licence.name not in gaps_of(second)
        assert "（沿用）" in str(second.papers.get().paper.data["tables"])

    def test_what_has_expired_is_asked_for_again(self, handed_in, begin, licence):
        handed_in("营业执照.pdf")
        Document.objects.update(valid_until=MONDAY.date() - DAY)

        assert str(licence) in missing(begin())

    def test_what_lies_in_another_draft_is_asked_for(
        self, begin, firm, alice, licence, handed_in
    ):
        upload = ContentFile(PDF, name="a.pdf")
        said = {"kind": licence, "upload": upload, "application": begin()}
        operations.add_document(firm, by=alice, at=MONDAY, **said)

        assert str(licence) in missing(begin())

    def test_the_licence_of_another_firm_is_not_taken(
        self, handed_in, other_firm, bob, licence
    ):
        handed_in("营业执照.pdf")

        draft = operations.start_application(other_firm, by=bob, at=MONDAY)

        assert str(licence) in missing(draft)

    def test_the_interface_says_what_was_used_again(self, client, alice, handed_in):
        first, second = handed_in("营业执照.pdf"), handed_in()
        client.force_login(alice)

        said = client.get(f"/api/v1/applications/{second.pk}/").json()

        assert said["relied_on"] == [str(first.documents.get().pk)]


class TestVersions:
    def test_three_applications_make_one_material_in_three_versions(
        self, handed_in, firm, licence
    ):
        applications = [handed_in(name) for name in ["a.pdf", "b.pdf", "b.pdf"]]

        assert versions(firm, licence) == [("a.pdf", 1), ("b.pdf", 2), ("b.pdf", 3)]
        current = Document.objects.current().filter(kind=licence)
        assert [each.application for each in current] == applications[-1:]
        # Each application keeps the file it was handed in with.
        assert [each.documents.as_handed_in().count() for each in applications] == [1, 1, 1]

    def test_a_draft_takes_nothing_from_the_vault(self, handed_in, begin, firm, alice, licence):
        first = handed_in("a.pdf")
        upload = ContentFile(PDF, name="b.pdf")
        said = {"kind": licence, "upload": upload, "application": begin()}
        operations.add_document(firm, by=alice, at=MONDAY, **said)

        assert list(Document.objects.handed_in().current()) == [first.documents.get()]

    def test_front_and_back_of_one_application_stay_two(self, handed_in, firm, licence):
        handed_in("front.pdf", "back.pdf")
        handed_in("back.pdf", "front2.pdf")

        assert versions(firm, licence) == [
            ("front.pdf", 1),
            ("back.pdf", 1),
            ("back.pdf", 2),
            ("front2.pdf", 2),
        ]

    def test_one_added_to_the_vault_is_the_next_version_whatever_its_name(
        self, handed_in, firm, alice, licence
    ):
        handed_in("a.pdf")

        operations.add_document(
            firm, by=alice, at=MONDAY, kind=licence, upload=ContentFile(PDF, name="2026.pdf")
        )

        assert versions(firm, licence) == [("a.pdf", 1), ("2026.pdf", 2)]


class TestMigration:
    """Rows as they were: each application its own series, all of them version 1."""

    @pytest.fixture
    def rows(self, firm, alice, begin, licence, handed_in):
        names = ["营业执照.pdf", "营业执照.pdf", "licence.pdf"]
        documents = [
            Document.objects.create(
                enterprise=firm,
                kind=licence,
                application=handed_in(),
                source="application",
                filename=name,
                content_type="application/pdf",
                size=1,
                uploaded_by=alice,
                uploaded_at=MONDAY + n * DAY,
            )
            for n, name in enumerate(names)
        ]
        assert len({each.series for each in documents}) == 3
        return documents

    def test_makes_one_material_of_them_and_loses_none(self, rows, firm, licence):
        join(apps, None)
        join(apps, None)

        found = list(Document.objects.filter(kind=licence).order_by("version"))
        assert [(each.pk, each.version) for each in found] == [
            (row.pk, n) for n, row in enumerate(rows, 1)
        ]
        assert len({each.series for each in found}) == 1
        assert [each.replaced_by_id for each in found] == [rows[1].pk, rows[2].pk, None]
        assert all(each.application.documents.as_handed_in().exists() for each in found)

    def test_leaves_two_files_of_one_application_apart(self, rows, licence):
        Document.objects.filter(kind=licence).update(application=rows[0].application)

        join(apps, None)

        assert Document.objects.current().filter(kind=licence).count() == 3
