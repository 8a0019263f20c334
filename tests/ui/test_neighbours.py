"""Previous and next at the desk: from a list, from what is due, and on after an act."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.acts import operations
from approvals.models import ApprovalItem, Status
from huadu_portal.ui.neighbours import SLACK, Around
from tests.approvals.acts.test_consult import consult
from tests.approvals.moments import desk_of, levels
from tests.conftest import MONDAY, stock
from tests.ui.test_desk_list import LIST, cells

pytestmark = pytest.mark.django_db
# Of the planning bureau, ready when a project begins.
RECEIVED = "?tab=received"


@pytest.fixture
def three(project, alice, omar):
    """Received items of Omar's department, in the order of the list."""
    rows = ApprovalItem.objects.filter(department=omar.department, project=project)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:3])
    ApprovalItem.objects.filter(pk__in=keys).update(status=Status.READY)
    items = [ApprovalItem.objects.get(pk=key) for key in keys]
    for item in items:
        stock(item, alice)
        operations.submit(item, by=alice, at=MONDAY, version=item.version)
        item.refresh_from_db()
    return items


@pytest.fixture
def desk(client, omar):
    client.force_login(omar)
    return client


def links_of(desk, query=RECEIVED):
    page = desk.get(LIST + query).content.decode()
    return [
        cell.split('href="')[1].split('"')[0].replace("&amp;", "&")
        for cell in cells(page, "project_name")
    ]


def beside(desk, address):
    return desk.get(address).context["neighbours"]


def key_in(address):
    return urlsplit(address).path.split("/")[4]


class TestFromAList:
    def test_the_page_says_which_of_how_many_and_leads_both_ways(self, desk, three):
        first, second, third = links_of(desk)

        there = beside(desk, second)

        assert (there.position, there.total) == (2, "3")
        assert (there.previous, there.next) == (first, third)
        assert there.list_url == f"{LIST}?tab=received"

    def test_the_page_shows_it_with_the_keys_of_its_links(self, desk, three):
        page = desk.get(links_of(desk)[1]).content.decode()

        assert "2 / 3" in page
        for key in ("n", "p", "u", "a"):
            assert f'aria-keyshortcuts="{key}"' in page

    def test_the_first_has_none_before_and_the_last_none_behind(self, desk, three):
        first, _second, third = links_of(desk)

        assert beside(desk, first).previous == ""
        assert beside(desk, third).next == ""

    def test_it_follows_the_order_of_the_list(self, desk, three):
        there = links_of(desk, "?tab=received&o=-2")
        back = links_of(desk, "?tab=received&o=2")

        assert [key_in(link) for link in there] == [key_in(link) for link in reversed(back)]
        assert beside(desk, there[0]).next == there[1]
        assert beside(desk, back[0]).next == back[1]

    def test_opened_by_itself_it_names_no_list(self, desk, three):
        assert beside(desk, f"{LIST}{three[0].pk}/change/") is None

    @pytest.mark.parametrize(
        "query", ["at=x", "at=-1", "at=99999999", "at=0&_changelist_filters=password%3D1"]
    )
    def test_an_address_that_was_tampered_with_shows_the_page_without(self, desk, three, query):
        shown = desk.get(f"{LIST}{three[0].pk}/change/?{query}")

        assert (shown.status_code, shown.context["neighbours"]) == (200, None)

    def test_what_one_may_not_see_is_no_neighbour(self, desk, three, olga):
        links = links_of(desk)
        ApprovalItem.objects.filter(pk=three[1].pk).update(department=olga.department)

        assert beside(desk, links[0]).next.startswith(links[2].split("?")[0])


class TestAfterAnAct:
    def test_an_act_leads_on_to_the_next_and_says_of_which_it_speaks(self, desk, three):
        first, second, _third = links_of(desk)
        asked = desk.get(first).context["acts"][0]["url"]

        done = desk.post(asked, {"version": three[0].version, "and_next": "1"}, follow=True)

        assert levels(done) == ["success"]
        [message] = done.context["messages"]
        assert str(three[0]) in str(message)
        assert key_in(done.redirect_chain[-1][0]) == key_in(second)
        three[0].refresh_from_db()
        assert three[0].status == Status.ACCEPTED

    def test_from_there_it_goes_on_to_the_one_behind(self, desk, three):
        first, _second, third = links_of(desk)
        asked = desk.get(first).context["acts"][0]["url"]
        moved = desk.post(asked, {"version": three[0].version, "and_next": "1"}).url

        there = beside(desk, moved)

        assert (there.previous, there.position, there.total) == ("", 1, "2")
        assert key_in(there.next) == key_in(third)

    def test_behind_the_last_it_leads_back_to_the_list(self, desk, three):
        asked = desk.get(links_of(desk)[2]).context["acts"][0]["url"]

        done = desk.post(asked, {"version": three[2].version, "and_next": "1"})

        assert done.url == f"{LIST}?tab=received"

    def test_without_it_one_stays_and_the_next_is_the_same(self, desk, three):
        first, second, _third = links_of(desk)
        asked = desk.get(first).context["acts"][0]["url"]

        done = desk.post(asked, {"version": three[0].version}, follow=True)

        there = done.context["neighbours"]
        assert key_in(done.redirect_chain[-1][0]) == str(three[0].pk)
        assert (there.position, there.total) == (None, "2")
        assert key_in(there.next) == key_in(second)

    def test_the_next_is_found_although_a_colleague_has_emptied_the_list_before_it(
        self, desk, three, omar
    ):
        _first, second, third = links_of(desk)
        asked = desk.get(second).context["acts"][0]["url"]
        done = desk.post(asked, {"version": three[1].version})
        operations.accept(three[0], by=omar, at=MONDAY, version=three[0].version)

        assert key_in(beside(desk, done.url).next) == key_in(third)

    def test_a_dialog_without_a_list_has_one_button(self, desk, three):
        alone = desk.get(desk_of(three[0], "accept")).content.decode()
        listed = desk.get(desk_of(three[0], "accept") + "?at=0").content.decode()

        assert 'name="and_next"' not in alone
        assert 'name="and_next"' in listed

    def test_a_refusal_keeps_the_place(self, desk, three):
        asked = desk.get(links_of(desk)[0]).context["acts"][0]["url"]

        refused = desk.post(asked, {"version": 99, "and_next": "1"})

        assert parse_qs(urlsplit(refused.url).query)["at"] == ["0"]

    def test_what_is_typed_wrong_stays_in_the_dialog(self, desk, three):
        address = f"{desk_of(three[0], 'decline')}?at=0"

        again = desk.post(address, {"version": three[0].version, "and_next": "1", "note": ""})

        assert again.status_code == 200
        assert 'name="and_next"' in again.content.decode()


class TestWhatIsDue:
    @pytest.fixture
    def places(self, desk, three):
        page = desk.get("/admin/")
        return [task.url_in_list for task in page.context["tasks"].tasks]

    def test_it_leads_both_ways_in_the_order_of_dates(self, desk, places):
        there = beside(desk, places[1])

        assert (there.previous, there.next) == (places[0], places[2])
        assert (there.position, there.total) == (2, "3")
        assert there.list_url == "/admin/#worklist"

    def test_the_start_page_leads_there(self, desk, places):
        page = desk.get("/admin/").content.decode()

        assert f'href="{places[0]}"' in page

    def test_after_an_act_the_next_is_found_from_the_same_place(self, desk, three, places):
        first = ApprovalItem.objects.get(pk=key_in(places[0]))
        asked = desk.get(places[0]).context["acts"][0]["url"]

        done = desk.post(asked, {"version": first.version, "and_next": "1"})

        assert done.url == places[1]

    def test_a_task_that_is_done_has_left_the_list(self, desk, three, places):
        first = ApprovalItem.objects.get(pk=key_in(places[0]))
        asked = desk.get(places[0]).context["acts"][0]["url"]
        desk.post(asked, {"version": first.version})

        there = beside(desk, places[0])

        # Accepted, it comes later, as something to decide.
        assert (there.position, there.total, there.next) == (None, "3", places[1])

    def test_nonsense_names_no_place(self, desk, three):
        assert beside(desk, f"{LIST}{three[0].pk}/change/?due=x") is None


class TestOfSecondLists:
    """Stalled items have a list of their own, and the pages of items."""

    def test_the_page_says_its_place_among_them(self, client, hana, three, omar):
        for item in three[:2]:
            operations.accept(item, by=omar, at=MONDAY, version=item.version)
        client.force_login(hana)
        stalled = "/admin/approvals/stalleditem/"
        links = [
            cell.split('href="')[1].split('"')[0].replace("&amp;", "&")
            for cell in cells(client.get(stalled).content.decode(), "project_name")
        ]
        assert len(links) > 1

        page = client.get(links[0], follow=True)

        there = page.context["neighbours"]
        assert (there.position, there.total, there.list_url) == (1, str(len(links)), stalled)
        assert key_in(there.next) == key_in(links[1])
        assert client.get(there.next).context["neighbours"].position == 2
        assert "list=stalleditem" in page.context["acts"][0]["url"]

    @pytest.mark.parametrize("name", ["x", "card", "stalleditem"])
    def test_a_list_that_is_not_theirs_is_not_asked(self, desk, three, name):
        shown = desk.get(f"{LIST}{three[0].pk}/change/?at=0&list={name}")

        assert shown.status_code == 200


class TestConsultations:
    @pytest.fixture
    def asked(self, client, accepted, omar, olga):
        consult(accepted, omar, olga.department)
        client.force_login(olga)
        return client.get("/admin/").context["tasks"].tasks[0].url_in_list

    def test_the_page_says_its_place_in_what_is_due(self, client, asked):
        page = client.get(asked)

        assert "1 / 1" in page.content.decode()
        assert 'name="and_next"' in page.content.decode()

    def test_behind_the_last_answer_one_is_back_at_the_list(self, client, asked):
        done = client.post(asked, {"opinion": "原则同意。", "and_next": "1"})

        assert done.url == "/admin/#worklist"


@pytest.mark.parametrize("query", ["?at=1&_changelist_filters=tab%3Dreceived", "due"])
def test_it_costs_two_statements_however_long_the_list_is(desk, three, query):
    if query == "due":
        query = "?" + urlsplit(desk.get("/admin/").context["tasks"].tasks[1].url_in_list).query
    page = f"{LIST}{three[1].pk}/change/"
    for address in (page, page + query):
        desk.get(address)

    with CaptureQueriesContext(connection) as alone:
        desk.get(page)
    with CaptureQueriesContext(connection) as listed:
        desk.get(page + query)

    assert len(listed) - len(alone) <= 2


def test_a_long_list_is_read_around_the_place_alone(three):
    rows = ApprovalItem.objects.order_by("pk")
    every = list(rows.values_list("pk", flat=True))
    assert len(every) > 2

    around = Around.read(rows, 1)

    assert around.keys == every[: SLACK + 2]
    assert around.beside(every[1], "") == (0, 1, 2)
