"""One item, seen by the firm, its officers and the centre."""

import pytest
from django.core.files.base import ContentFile

from approvals.acts import operations
from approvals.items.rights import ITEM_ACTS
from approvals.models import Status
from projects.models import MaterialKind
from projects.operations import add_document
from tests.approvals.moments import url_of
from tests.conftest import MONDAY, PDF, stock


@pytest.fixture
def document(firm, alice, catalogue):
    kind = MaterialKind.objects.get(name="设计方案文本")
    upload = ContentFile(PDF, name="设计方案（终稿）.pdf")
    return add_document(firm, by=alice, at=MONDAY, kind=kind, upload=upload)


@pytest.fixture
def handed_in(item, alice, document):
    documents = [document, *stock(item, alice)]
    return operations.submit(
        item, by=alice, at=MONDAY, version=item.version, documents=documents
    )


def offered(response):
    return [offer.act.name for offer in response.context["offers"]]


class TestPage:
    def test_the_firm_is_offered_its_own_acts(self, client, alice, item):
        client.force_login(alice)

        response = client.get(item.get_absolute_url())

        assert offered(response) == ["submit", "withdraw"]

    def test_the_officer_is_offered_the_departments_acts(self, client, omar, submitted):
        client.force_login(omar)

        response = client.get(submitted.get_absolute_url())

        assert offered(response) == [
            "accept",
            "request_correction",
            "decline",
            "transfer",
            "consult",
            "explain",
            "ask_help",
        ]

    def test_the_agent_looks_on_and_asks(self, client, ann, submitted):
        client.force_login(ann.user)

        assert offered(client.get(submitted.get_absolute_url())) == ["nudge"]

    def test_a_firm_meets_offices_not_persons(self, client, alice, accepted):
        client.force_login(alice)

        response = client.get(accepted.get_absolute_url())

        assert "Omar" not in response.text
        assert str(accepted.department) in [
            str(line.actor) for line in response.context["events"]
        ]

    def test_staff_see_who_did_it(self, client, wei, accepted):
        client.force_login(wei)

        assert "Omar" in client.get(accepted.get_absolute_url()).text

    def test_an_officer_is_not_led_to_a_page_that_is_closed(self, client, omar, submitted):
        client.force_login(omar)

        response = client.get(submitted.get_absolute_url())

        assert submitted.project.get_absolute_url() not in response.text

    def test_it_says_how_much_of_the_limit_is_used(self, client, alice, granted):
        client.force_login(alice)

        progress = client.get(granted.get_absolute_url()).context["progress"]

        assert (progress.used, progress.limit, progress.late) == (1, 10, 0)

    @pytest.mark.parametrize("username", ["stranger_to_firm", "olga", "eve", "tom"])
    def test_others_find_nothing(self, client, request, submitted, username):
        client.force_login(request.getfixturevalue(username))

        assert client.get(submitted.get_absolute_url()).status_code == 404

    def test_queries_do_not_grow_with_events(
        self, client, alice, omar, submitted, django_assert_max_num_queries
    ):
        item = submitted
        for _ in range(2):
            item.corrections.all().delete()
            item = operations.request_correction(
                item, by=omar, at=MONDAY, version=item.version, missing=["缺图"]
            )
            item = operations.resubmit(
                item, by=alice, at=MONDAY, version=item.version, unchanged=True
            )
        client.force_login(alice)

        with django_assert_max_num_queries(26):
            client.get(item.get_absolute_url())


class TestDownload:
    def url(self, item, document):
        return f"{item.get_absolute_url()}documents/{document.pk}/"

    @pytest.mark.parametrize("username", ["alice", "omar", "wei"])
    def test_who_sees_the_item_gets_its_files(
        self, client, request, handed_in, document, username
    ):
        client.force_login(request.getfixturevalue(username))

        response = client.get(self.url(handed_in, document))

        assert b"".join(response.streaming_content) == PDF
        assert response.headers["Content-Type"] == "application/pdf"
        assert "%E8%AE%BE%E8%AE%A1" in response.headers["Content-Disposition"]

    @pytest.mark.parametrize("username", ["stranger_to_firm", "olga", "eve"])
    def test_others_find_nothing(self, client, request, handed_in, document, username):
        client.force_login(request.getfixturevalue(username))

        assert client.get(self.url(handed_in, document)).status_code == 404

    def test_a_file_of_the_firm_that_is_not_the_items_is_not_there(
        self, client, omar, submitted, document
    ):
        client.force_login(omar)

        assert client.get(self.url(submitted, document)).status_code == 404

    def test_a_file_that_is_gone_is_said_to_be_damaged(
        self, client, alice, handed_in, document
    ):
        document.file.storage.delete(document.file.name)
        client.force_login(alice)

        assert client.get(self.url(handed_in, document)).status_code == 500


@pytest.mark.parametrize("username", ["alice", "omar", "wei", "hana"])
def test_a_get_of_any_act_changes_nothing(client, request, submitted, username):
    client.force_login(request.getfixturevalue(username))

    answers = {client.get(url_of(submitted, act)).status_code for act in ITEM_ACTS}

    submitted.refresh_from_db()
    assert answers == {200, 302, 403}
    assert (submitted.status, submitted.version) == (Status.SUBMITTED, 2)
