"""What one firm may keep here, in bytes."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Sum
from django.urls import reverse

from huadu_portal.limits import TooOften
from projects import operations
from projects.models import Document, MaterialKind
from projects.operations.documents import OverQuota
from tests.approvals.moments import at_once
from tests.conftest import DAY, HOUR, MONDAY, PDF, proved
from tests.projects.conftest import add


@pytest.fixture
def licence(catalogue):
    return MaterialKind.objects.get(name="营业执照")


@pytest.fixture(autouse=True)
def room_for_two(settings):
    settings.ENTERPRISE_QUOTA = 2 * len(PDF) + 10


def used():
    return Document.objects.aggregate(bytes=Sum("size", default=0))["bytes"]


def names():
    return set(Document.objects.values_list("filename", flat=True))


class TestQuota:
    def test_holds_to_the_byte(self, draft, alice, settings):
        settings.ENTERPRISE_QUOTA = 2 * len(PDF)
        add(draft, alice, name="一.pdf")
        add(draft, alice, name="二.pdf")

        with pytest.raises(OverQuota):
            add(draft, alice, name="三.pdf")

        assert used() == settings.ENTERPRISE_QUOTA

    def test_says_what_is_used_and_what_may_be(self, draft, alice, settings):
        settings.ENTERPRISE_QUOTA = len(PDF)
        add(draft, alice)

        with pytest.raises(OverQuota, match=rf"{len(PDF)}.*{len(PDF)}"):
            add(draft, alice, name="二.pdf")

    def test_leaves_no_file_of_what_it_refuses(self, draft, alice, media):
        add(draft, alice, name="一.pdf")
        add(draft, alice, name="二.pdf")

        with pytest.raises(OverQuota):
            add(draft, alice, name="三.pdf")

        assert len([path for path in media.rglob("*") if path.is_file()]) == 2

    def test_counts_earlier_versions(self, draft, alice):
        for _time in range(2):
            add(draft, alice, name="一.pdf")

        with pytest.raises(OverQuota):
            add(draft, alice, name="一.pdf")

    def test_of_one_firm_is_not_anothers(self, draft, alice, bob, other_firm, licence):
        for name in ("一.pdf", "二.pdf"):
            add(draft, alice, name=name)

        upload = ContentFile(PDF, name="他.pdf")
        assert operations.add_document(
            other_firm, by=bob, at=MONDAY, kind=licence, upload=upload
        )

    @pytest.mark.parametrize("source", ["delivered", "shared"])
    def test_keeps_no_department_from_delivering(self, draft, alice, wei, licence, source):
        for name in ("一.pdf", "二.pdf"):
            add(draft, alice, name=name)

        assert operations.add_document(
            draft.enterprise,
            by=wei,
            at=MONDAY,
            kind=licence,
            upload=ContentFile(PDF, name="证.pdf"),
            source=source,
        )
        assert operations.room_used(draft.enterprise) == 2 * len(PDF)

    @pytest.mark.django_db(transaction=True)
    def test_holds_against_several_at_once(self, draft, alice, licence, settings):
        outcomes = at_once(
            *[lambda n=n: add(draft, alice, kind=licence, name=f"{n}.pdf") for n in range(5)]
        )

        assert outcomes.count("done") == 2
        assert used() <= settings.ENTERPRISE_QUOTA


class TestPageAndApi:
    def test_the_page_says_so(self, client, alice, draft, licence):
        add(draft, alice, name="一.pdf")
        client.force_login(alice)
        chosen = [SimpleUploadedFile(f"{n}.pdf", PDF) for n in range(2)]

        response = client.post(
            reverse("projects:upload", args=[draft.pk]),
            {"kind": licence.code, "upload": chosen},
            follow=True,
        )

        assert names() == {"一.pdf", "0.pdf"}
        assert str(2 * len(PDF)) in response.text

    def test_the_api_answers_a_problem_document(self, client, alice, draft, licence):
        client.force_login(alice)
        answers = [
            client.post(
                "/api/v1/documents/",
                {
                    "enterprise": str(draft.enterprise_id),
                    "kind": licence.code,
                    "file": SimpleUploadedFile(f"{n}.pdf", PDF),
                },
            )
            for n in range(3)
        ]

        assert [answer.status_code for answer in answers] == [201, 201, 507]
        assert answers[-1]["Content-Type"] == "application/problem+json"

    def test_the_materials_page_shows_what_is_used(self, client, alice, draft):
        add(draft, alice)
        client.force_login(alice)

        page = client.get(reverse("approvals:vault"))

        (room,) = page.context["rooms"]
        assert (room.used, room.is_short) == (len(PDF), False)
        assert str(len(PDF)) in page.text


class TestOnePersonWithManyFirms:
    """Anybody can register firm after firm; the store is one."""

    @pytest.fixture
    def others(self, alice):
        return [
            proved(
                operations.register_enterprise(by=alice, at=MONDAY, name=code, credit_code=code)
            )
            for code in ("91440101MA5AAAAA10", "91440101MA5AAAAA20")
        ]

    def put(self, firm, alice, licence, at=MONDAY):
        upload = ContentFile(PDF, name=f"{firm.credit_code}.pdf")
        return operations.add_document(firm, by=alice, at=at, kind=licence, upload=upload)

    def test_has_a_day_for_what_one_firm_may_keep(self, firm, others, alice, bob, licence):
        for each in (firm, others[0]):
            self.put(each, alice, licence)

        with pytest.raises(TooOften) as refusal:
            self.put(others[1], alice, licence, at=MONDAY + HOUR)

        assert refusal.value.retry_after == 23 * 3600
        assert "23小时" in str(refusal.value)
        self.put(others[1], bob, licence)
        self.put(others[1], alice, licence, at=MONDAY + DAY)

    def test_is_waited_for_until_there_is_room_for_the_whole_file(
        self, firm, others, alice, licence, settings
    ):
        settings.ENTERPRISE_QUOTA = 2 * len(PDF)
        for hours, each in enumerate((firm, others[0])):
            self.put(each, alice, licence, at=MONDAY + hours * HOUR)
        settings.ENTERPRISE_QUOTA = len(PDF)

        with pytest.raises(TooOften) as refusal:
            self.put(others[1], alice, licence, at=MONDAY + 2 * HOUR)

        assert refusal.value.retry_after == 23 * 3600

    def test_what_government_shares_is_no_part_of_it(self, firm, others, wei, licence):
        for each in (firm, *others):
            upload = ContentFile(PDF, name="照.pdf")
            operations.share_document(each, by=wei, at=MONDAY, kind=licence, upload=upload)

        assert used() == 3 * len(PDF)
