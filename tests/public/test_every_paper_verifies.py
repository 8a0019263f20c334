"""Whatever the center issues can be verified: by file, by number, by QR code."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from huadu_portal.papers.drafts import Draft
from huadu_portal.papers.letters import qr
from huadu_portal.papers.models import Paper, PaperKind
from huadu_portal.papers.operations import as_set, issue, opened
from projects import operations
from tests.conftest import DAY, MONDAY
from tests.modules import ROOTS

pytestmark = pytest.mark.django_db
issue_earlier = import_module("projects.migrations.0017_earlier_receipts").issue_earlier
# Where a PDF is set, and why it need not verify: a paper does; a blank form is nobody's.
SETS = {
    "huadu_portal/papers/operations.py": "notice",
    "huadu_portal/papers/letters.py": "sample",
}


@pytest.fixture(autouse=True)
def nobody_has_tried(db):
    cache.clear()


def ways(client, paper, content, number=""):
    """What verification says by number, by file, and where the QR code leads."""
    data = as_set(paper)
    address = data["look_up"].removeprefix(settings.SITE_URL)
    assert data["qr"] == qr(settings.SITE_URL + address)
    return [
        client.get("/verify/", {"number": number or paper.number}),
        client.post("/verify/", {"file": ContentFile(content, name="a.pdf")}),
        client.get(address),
    ]


def content_of(paper):
    with opened(paper) as file:
        return file.read()


@pytest.mark.parametrize("kind", PaperKind)
def test_a_paper_of_every_kind_verifies_by_number_file_and_code(client, kind):
    with transaction.atomic():
        paper = issue(
            kind, Draft(title="告知书", recipient="广州市锦华食品有限公司"), at=MONDAY
        )

    found = ways(client, paper, content_of(paper))

    assert [(each.status_code, each.context["paper"]) for each in found] == [(200, paper)] * 3


def code(root=settings.BASE_DIR):
    for name in ROOTS:
        for file in sorted((root / name).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file.relative_to(root).as_posix(), file.read_text()


def test_no_pdf_is_set_but_as_a_paper_or_as_a_blank_form():
    templates = {
        file.stem for file in (settings.BASE_DIR / "huadu_portal/papers/typst").iterdir()
    }
    setters = {
        path: set(re.findall(r"\brender\(\"(\w+)\"", text))
        for path, text in code()
        if re.search(r"papers(\.pdf)? import .*(\brender\b|\bpdf\b)|typesetting\.render", text)
        and path != "huadu_portal/papers/pdf.py"
    }

    assert templates == {"letterhead", *SETS.values()}
    assert setters == {path: {template} for path, template in SETS.items()}


def test_every_kind_of_paper_is_issued_by_some_act():
    elsewhere = "\n".join(
        text for path, text in code() if not path.startswith("huadu_portal/papers/")
    )

    assert [kind for kind in PaperKind if f"PaperKind.{kind.name}" not in elsewhere] == []


class TestReceiptOfAnApplication:
    @pytest.fixture
    def pdf(self, client, alice, application):
        client.force_login(alice)
        answer = client.get(reverse("projects:receipt_pdf", args=[application.pk]))
        client.logout()
        return b"".join(answer.streaming_content)

    def test_verifies_as_it_was_downloaded_and_by_its_receipt_number(
        self, client, application, pdf
    ):
        paper = application.papers.get().paper

        found = ways(client, paper, pdf, number=application.number.lower())

        assert [each.context["paper"] for each in found] == [paper] * 3

    def test_of_a_second_submission_does_not_disown_the_first(
        self, client, application, alice, wei
    ):
        returned = operations.return_application(
            application, by=wei, at=MONDAY, version=application.version, missing=["盖章"]
        )
        operations.submit_application(
            returned, by=alice, at=MONDAY + DAY, fields={}, unchanged=True
        )

        answer = client.get("/verify/", {"number": application.number})

        first, second = Paper.objects.filter(of_application__application=application)
        assert (answer.context["paper"], answer.context["earlier"]) == (second, [first])
        assert first.check_code in answer.text
        assert second.check_code in answer.text

    def test_of_a_draft_is_not_known(self, client, firm, alice):
        operations.start_application(firm, by=alice, at=MONDAY)

        assert client.get("/verify/", {"number": "SB20250303-0001"}).status_code == 404

    def test_from_before_receipts_were_papers_gets_one(self, client, application):
        # As it was: handed in, and no paper of it.
        number = application.number
        application.papers.all().delete()

        issue_earlier(apps, None)
        issue_earlier(apps, None)

        paper = application.papers.get().paper
        found = ways(client, paper, content_of(paper), number=number)
        assert [each.context["paper"] for each in found] == [paper] * 3
        assert paper.number == "花产服申〔2025〕第0002号"

    def test_is_given_by_api_to_the_firm_alone(self, client, alice, bob, application, pdf):
        address = f"/api/v1/applications/{application.pk}/receipt/"

        client.force_login(alice)
        mine = b"".join(client.get(address).streaming_content)
        client.force_login(bob)

        assert mine == pdf
        assert client.get(address).status_code == 404


class TestListOfMaterials:
    def test_verifies_as_it_was_downloaded(self, client, alice, project):
        client.force_login(alice)
        address = reverse("approvals:project_materials_list", args=[project.pk])

        answer = client.post(address, follow=True)

        paper = project.papers.get(paper__kind=PaperKind.MATERIALS).paper
        found = ways(client, paper, b"".join(answer.streaming_content))
        assert [each.context["paper"] for each in found] == [paper] * 3
