"""Where commitments are shown: pages, desk, figures, API."""

import pytest

from approvals.models import Commitment
from huadu_portal.clock import civil_day
from huadu_portal.dashboard.summary import summary
from tests.approvals.acts.test_commitments import LATE, keep, missed, morning
from tests.approvals.conftest import BY
from tests.conftest import MONDAY, person


class TestShown:
    @pytest.fixture(autouse=True)
    def after_the_day(self, time_machine, promise):
        time_machine.move_to(LATE)

    @pytest.mark.parametrize("who", ["alice", "omar", "wei"])
    def test_the_item_says_that_it_was_missed(self, client, promise, who, request):
        client.force_login(request.getfixturevalue(who))

        page = client.get(promise.item.get_absolute_url()).text

        assert promise.get_absolute_url() in page
        assert missed() in page

    def test_so_does_the_item_at_the_desk(self, client, promise, omar):
        client.force_login(omar)

        page = client.get(f"/admin/approvals/approvalitem/{promise.item_id}/change/").text

        assert promise.get_absolute_url() in page
        assert missed() in page

    def test_it_is_the_firms_to_do(self, client, promise, alice, project):
        client.force_login(alice)

        response = client.get(project.get_absolute_url())

        assert response.context["commitments"] == [promise]
        assert promise.get_absolute_url() in response.text
        assert missed() in response.text

    def test_until_it_is_kept(self, client, promise, alice, project, document):
        keep(promise, alice, document, at=LATE)
        client.force_login(alice)

        assert client.get(project.get_absolute_url()).context["commitments"] == []

    def test_its_material_is_named_in_the_language_of_the_reader(
        self, client, promise, alice, wei, project, settings
    ):
        name = "告知承诺书（适用时）"
        Commitment.objects.update(text=name)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

        pages = []
        for who, address in [
            (alice, project.get_absolute_url()),
            (alice, promise.item.get_absolute_url()),
            (alice, promise.get_absolute_url()),
            (wei, "/admin/approvals/commitment/?tab=all"),
            (wei, f"/admin/approvals/commitment/{promise.pk}/change/"),
        ]:
            client.force_login(who)
            pages.append(client.get(address).text)

        assert ["Notification and commitment letter" in page for page in pages] == [True] * 5
        assert [name in page for page in pages] == [False] * 5

    def test_the_desk_lists_them(self, client, promise, wei):
        client.force_login(wei)

        listed = {
            tab: promise.text in client.get(f"/admin/approvals/commitment/?tab={tab}").text
            for tab in ("open", "missed", "kept", "all")
        }

        assert listed == {"open": True, "missed": True, "kept": False, "all": True}

    def test_another_department_does_not_see_them(self, client, promise, olga):
        client.force_login(olga)

        page = client.get("/admin/approvals/commitment/?tab=all").text

        assert promise.text not in page

    def test_the_desk_counts_them(self, client, promise, omar, olga):
        for user, count in [(omar, 1), (olga, 0)]:
            client.force_login(user)
            figures = client.get("/admin/").context["figures"]
            assert [f.count for f in figures if "approvals/commitment" in f.url] == [count]

    def test_the_dashboard_counts_the_items(self, promise, hana):
        found = summary(at=LATE, user=hana)

        assert found.counts["missed"] == 1
        assert {row.code: row.missed for row in found.departments}["planning"] == 1
        assert summary(at=morning(BY)).counts["missed"] == 0

    def test_and_leads_to_them(self, client, promise, hana):
        client.force_login(hana)

        rows = client.get("/dashboard/rows/", {"of": "missed"}).context["page"]

        assert list(rows) == [promise.item]

    def test_of_another_department_it_shows_none(self, client, promise, catalogue):
        client.force_login(person("hugo", "department_head", "water"))

        assert not list(client.get("/dashboard/rows/", {"of": "missed"}).context["page"])


class TestApi:
    def listed(self, client, user, **query):
        client.force_login(user)
        found = client.get("/api/v1/commitments/", query).json()["results"]
        return [row["id"] for row in found]

    def kept(self, client, user, promise, document):
        client.force_login(user)
        return client.post(
            f"/api/v1/commitments/{promise.pk}/keep/",
            {"document": str(document.pk)},
            content_type="application/json",
        )

    def test_lists_ones_own(self, client, promise, alice, bob):
        assert self.listed(client, alice) == [str(promise.pk)]
        assert self.listed(client, bob) == []

    def test_narrows_to_what_was_missed(self, client, promise, alice, time_machine):
        assert self.listed(client, alice, missed=True) == []

        time_machine.move_to(LATE)

        assert self.listed(client, alice, missed=True) == [str(promise.pk)]
        assert self.listed(client, alice, missed=False) == []

    def test_narrows_to_what_is_open(self, client, promise, alice, document):
        assert self.listed(client, alice, open=True) == [str(promise.pk)]

        keep(promise, alice, document, at=MONDAY)

        assert self.listed(client, alice, open=True) == []
        assert self.listed(client, alice, open=False) == [str(promise.pk)]

    def test_narrows_to_an_item(self, client, promise, alice, project):
        other = project.items.exclude(pk=promise.item_id).first()

        assert self.listed(client, alice, item=promise.item_id) == [str(promise.pk)]
        assert self.listed(client, alice, item=other.pk) == []

    def test_keeps_it(self, client, promise, alice, document):
        response = self.kept(client, alice, promise, document)

        assert (response.status_code, response.json()["state"]) == (200, "kept")

    def test_a_second_time_is_a_conflict(self, client, promise, alice, document):
        self.kept(client, alice, promise, document)

        assert self.kept(client, alice, promise, document).status_code == 409

    def test_an_expired_document_is_named(self, client, promise, alice, document):
        document.valid_until = civil_day(MONDAY)
        document.save()

        response = self.kept(client, alice, promise, document)

        assert (response.status_code, *response.json()["errors"]) == (400, "document")

    @pytest.mark.parametrize(("who", "status"), [("bob", 404), ("omar", 403)])
    def test_others_do_not(self, client, promise, document, request, who, status):
        user = request.getfixturevalue(who)

        assert self.kept(client, user, promise, document).status_code == status
