"""The tabs above a list at the desk: what they count and lead to, and what an empty list says."""

import pytest
from django.contrib import admin
from django.utils.text import capfirst

from huadu_portal.accounts.models import User
from huadu_portal.ui.changelists import ALL_TAB

pytestmark = pytest.mark.django_db

ITEMS = "/admin/approvals/approvalitem/"
NONE_MATCHES, NONE_YET = "没有符合条件的记录", "尚无记录"


def changelist(client, address, **asked):
    return client.get(address, asked).context["cl"]


def head_of(page: str) -> str:
    return page[page.index("<h1 ") : page.index("</h1>")]


class TestCounts:
    @pytest.fixture
    def agent(self, client, ann, submitted, other_project):
        client.force_login(ann.user)

    def test_are_of_the_rows_that_the_tab_leads_to(self, client, agent):
        tabs = changelist(client, ITEMS, whose="accompanied", tab="received").tabs

        followed = [client.get(ITEMS + tab.url).context["cl"].result_count for tab in tabs]
        assert [tab.count for tab in tabs] == followed
        assert any(followed)

    def test_leave_out_what_another_filter_does(self, client, wei, submitted):
        client.force_login(wei)

        tabs = changelist(client, ITEMS, whose="accompanied", tab="received").tabs

        assert {tab.count for tab in tabs} == {0}

    def test_keep_no_search(self, client, wei, submitted):
        client.force_login(wei)

        found = changelist(client, ITEMS, q="没有这样的项目", tab="received")

        [here] = [tab for tab in found.tabs if tab.is_here]
        assert (found.result_count, here.count, here.url) == (0, 1, "?tab=received")

    def test_keep_the_exact_key_of_another_list(self, client, wei, ann, project):
        client.force_login(wei)
        address = "/admin/projects/project/"

        tabs = changelist(client, address, agent__id__exact=str(wei.pk)).tabs

        assert {tab.count for tab in tabs} == {0}

    def test_of_the_open_tab_says_the_number_of_the_list(self, client, sun):
        User.objects.bulk_create(
            User(username=f"u{n}", email=f"u{n}@x.cn") for n in range(1001)
        )
        client.force_login(sun)

        response = client.get("/admin/accounts/user/", {"tab": "firms"})

        said = {tab.is_here: tab.count_in_words for tab in response.context["cl"].tabs}
        assert said[True] == "1001"
        assert "1001 条结果" in head_of(response.text)


class TestEmpty:
    def test_says_that_none_matches_where_another_tab_has_rows(self, client, wei, firm):
        client.force_login(wei)

        page = client.get("/admin/projects/membership/").text

        assert NONE_MATCHES in page
        assert NONE_YET not in page

    def test_says_so_of_a_list_that_was_narrowed(self, client, wei, submitted):
        client.force_login(wei)

        assert NONE_MATCHES in client.get(ITEMS, {"tab": "all", "q": "没有这样的项目"}).text

    @pytest.mark.parametrize("tab", ["", "ready", "all"])
    def test_says_that_there_is_none_yet_and_nothing_of_messages(self, client, omar, tab):
        client.force_login(omar)

        page = client.get("/admin/approvals/jointcase/", {"tab": tab} if tab else {}).text

        assert NONE_YET in page
        assert NONE_MATCHES not in page
        assert "产生记录后显示在此处。" in page


class TestShowAll:
    @pytest.mark.parametrize("asked", [{}, {"tab": "review"}, {"tab": "all", "whose": "mine"}])
    def test_leads_to_the_tab_of_all(self, client, omar, accepted, asked):
        client.force_login(omar)

        assert 'href="?tab=all"' in head_of(client.get(ITEMS, asked).text)

    def test_is_not_offered_where_all_is_shown(self, client, omar, accepted):
        client.force_login(omar)

        page = client.get(ITEMS, {"tab": "all"}).text

        assert "显示全部" not in head_of(page)

    def test_leads_to_the_list_itself_where_there_are_no_tabs(self, client, wei):
        client.force_login(wei)
        address = "/admin/projects/enterprise/"

        assert changelist(client, address).show_all_url == ""
        assert changelist(client, address, q="无").show_all_url == "?"


def test_every_list_with_tabs_has_one_of_all(rf, wei):
    asked = rf.get("/")
    asked.user = wei

    tabs = [listed.tabs(asked) for listed in admin.site._registry.values()]

    assert [each for each in tabs if each and ALL_TAB not in each] == []


def test_no_list_has_the_name_of_its_part_of_the_desk():
    """Above a list stands first the one, then the other."""
    same = [
        model.__name__
        for model in admin.site._registry
        if str(model._meta.app_config.verbose_name) == capfirst(model._meta.verbose_name_plural)
    ]

    assert same == []
