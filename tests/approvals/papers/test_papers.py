"""The official papers of an item: who may have them, and what they are worth."""

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from approvals.models import ItemPaper
from approvals.papers import operations as papers
from approvals.papers.operations import issue_for, issue_for_project, undertaking_of
from approvals.papers.project_wording import mandate_paper
from huadu_portal.papers import operations
from huadu_portal.papers.models import PaperKind
from tests.conftest import MONDAY


@pytest.fixture
def link(accepted):
    return accepted.papers.last()


@pytest.fixture
def address(link):
    return reverse("approvals:paper", args=[link.item_id, link.paper_id])


class TestIssuing:
    def test_belongs_to_the_event_it_tells_of(self, link, accepted):
        assert link.event_number == accepted.version
        assert link.paper.recipient == "广州市锦华食品有限公司"

    def test_says_what_the_item_says(self, link, accepted):
        assert link.paper.data["deadline"][1] == "2025年3月17日"
        assert ["办件编号", accepted.number] in [[*row] for row in link.paper.data["facts"]]

    def test_costs_three_statements(self, accepted, django_assert_num_queries):
        with django_assert_num_queries(3):
            issue_for(accepted, PaperKind.ACCEPTANCE, at=MONDAY)

    def test_a_failure_to_set_fails_nothing(self, accepted, monkeypatch):
        monkeypatch.setattr(operations, "render", None)

        assert issue_for(accepted, PaperKind.GRANT, at=MONDAY).paper.number

    def test_whose_it_is_does_not_change(self, link):
        with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
            cursor.execute("UPDATE approvals_itempaper SET event_number = 9")

    def test_every_kind_about_an_item_can_be_composed(self, accepted):
        assert set(papers.wording.BUILDERS) == set(PaperKind) - {
            PaperKind.JOINT_CASE,
            PaperKind.JOINT_SUMMARY,
            PaperKind.MANDATE,
            PaperKind.APPLICATION_RECEIPT,
            PaperKind.MATERIALS,
        }


class TestDownload:
    def test_whoever_may_see_the_item_has_it(self, client, address, alice, omar, wei, link):
        for person in (alice, omar, wei):
            client.force_login(person)
            response = client.get(address)
            assert b"".join(response.streaming_content).startswith(b"%PDF-")

        assert response.headers["Content-Type"] == "application/pdf"

    def test_nobody_else_has(self, client, address, stranger_to_firm, olga, eve):
        for person in (stranger_to_firm, olga, eve):
            client.force_login(person)
            assert client.get(address).status_code == 404

    def test_an_address_under_another_item_leads_nowhere(self, client, link, alice, project):
        other = project.items.exclude(pk=link.item_id).first()
        client.force_login(alice)

        response = client.get(reverse("approvals:paper", args=[other.pk, link.paper_id]))

        assert response.status_code == 404

    def test_a_changed_byte_is_refused_with_a_page(self, client, address, alice, link, media):
        operations.set_due()
        link.paper.refresh_from_db()
        (media / link.paper.file.name).write_bytes(b"%PDF-1.7 another")
        client.force_login(alice)

        page = link.item.get_absolute_url()
        response = client.get(address, headers={"Referer": f"http://testserver{page}"})

        assert response.status_code == 500
        assert f'href="http://testserver{page}"' in response.text

    def test_one_that_cannot_be_set_now_says_so(self, client, address, alice, monkeypatch):
        monkeypatch.setattr(operations, "render", None)
        client.force_login(alice)

        assert client.get(address).status_code == 503

    def test_of_a_project_is_had_by_whoever_may_see_the_project(
        self, client, project, alice, stranger_to_firm
    ):
        agreed = mandate_paper(
            undertaking_of(project, MONDAY),
            mandate_number="DB2025-0001",
            stages=["施工许可"],
            agent="李明",
            agent_phone="1",
        )
        link = issue_for_project(project, PaperKind.MANDATE, agreed, at=MONDAY)
        address = reverse("approvals:project_paper", args=[project.pk, link.paper_id])

        answers = []
        for person in (alice, stranger_to_firm):
            client.force_login(person)
            answers.append(client.get(address).status_code)

        assert answers == [200, 404]


class TestPages:
    @pytest.mark.parametrize("name", ["alice", "omar", "wei"])
    def test_the_item_lists_them(self, client, link, address, name, request):
        client.force_login(request.getfixturevalue(name))

        page = client.get(link.item.get_absolute_url()).text

        assert address in page
        assert link.paper.number in page

    def test_the_desk_lists_them(self, client, link, address, omar):
        client.force_login(omar)

        page = client.get(
            reverse("admin:approvals_approvalitem_change", args=[link.item_id])
        ).text

        assert address in page

    def test_the_project_lists_them_in_as_many_queries_as_one(
        self, client, link, address, alice, project, django_assert_max_num_queries
    ):
        client.force_login(alice)
        assert address in client.get(project.get_absolute_url()).text
        with connection.execute_wrapper(count := Count()):
            client.get(project.get_absolute_url())
        for item in project.items.all()[:5]:
            issue_for(item, PaperKind.WITHDRAWAL, at=MONDAY)

        with django_assert_max_num_queries(count.number):
            client.get(project.get_absolute_url())


class Count:
    number = 0

    def __call__(self, execute, *args):
        self.number += 1
        return execute(*args)


class TestApi:
    def test_lists_them(self, client, link, alice):
        client.force_login(alice)
        list_of = f"/api/v1/approval-items/{link.item_id}/papers/"

        (row,) = [r for r in client.get(list_of).json() if r["id"] == str(link.paper_id)]

        assert (row["number"], row["kind"]) == (link.paper.number, "acceptance")
        assert row["url"] == f"{list_of}{link.paper_id}/"

    def test_hands_them_out(self, client, link, alice, stranger_to_firm):
        address = f"/api/v1/approval-items/{link.item_id}/papers/{link.paper_id}/"
        client.force_login(alice)
        response = client.get(address)
        assert b"".join(response.streaming_content).startswith(b"%PDF-")

        client.force_login(stranger_to_firm)
        assert client.get(address).status_code == 404

    def test_one_that_cannot_be_set_now_is_unavailable(self, client, link, alice, monkeypatch):
        monkeypatch.setattr(operations, "render", None)
        client.force_login(alice)

        address = f"/api/v1/approval-items/{link.item_id}/papers/{link.paper_id}/"

        assert client.get(address).status_code == 503

    def test_a_mistyped_one_is_not_found(self, client, link, alice):
        client.force_login(alice)
        address = f"/api/v1/approval-items/{link.item_id}/papers/{'-' * 36}/"

        assert client.get(address).status_code in {400, 404}


def test_every_paper_is_numbered_once(link, accepted):
    issue_for(accepted, PaperKind.ACCEPTANCE, at=MONDAY)

    numbers = ItemPaper.objects.values_list("paper__number", flat=True)
    assert len(set(numbers)) == len(numbers)
