"""The inbox: one's own, newest first, read by POST only."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from huadu_portal.notifications.models import Kind, Notification
from tests.conftest import HOUR, MONDAY


def message(user, n=0):
    return Notification.objects.create(
        recipient=user,
        kind=Kind.ITEM_GRANTED,
        params={"item": f"施工许可{n}", "project": "甲", "due": "2025-03-10"},
        url="/projects/",
        event_key=f"x:{n}",
        created_at=MONDAY + n * HOUR,
    )


@pytest.fixture
def url():
    return reverse("notifications:inbox")


def listed(response):
    return list(response.context["page"])


class TestInbox:
    def test_ones_own_newest_first(self, client, alice, bob, url):
        older, newer = message(alice, 1), message(alice, 2)
        message(bob, 3)
        client.force_login(alice)

        assert listed(client.get(url)) == [newer, older]

    def test_reading_the_list_marks_nothing(self, client, alice, url):
        row = message(alice)
        client.force_login(alice)

        client.get(url)

        row.refresh_from_db()
        assert row.read_at is None

    def test_an_empty_one_explains_itself(self, client, eve, url):
        client.force_login(eve)

        response = client.get(url)

        assert (response.status_code, listed(response)) == (200, [])

    def test_queries_do_not_grow_with_rows(self, client, alice, url):
        message(alice)
        client.force_login(alice)
        client.get(url)
        with CaptureQueriesContext(connection) as one:
            client.get(url)
        for n in range(1, 15):
            message(alice, n)

        with CaptureQueriesContext(connection) as fifteen:
            client.get(url)

        assert len(fifteen) == len(one)

    def test_it_has_pages(self, client, alice, url):
        for n in range(21):
            message(alice, n)
        client.force_login(alice)

        assert len(listed(client.get(url, {"page": 2}))) == 1


class TestSearch:
    @pytest.fixture
    def three(self, client, alice):
        client.force_login(alice)
        client.cookies["django_language"] = "en"
        rows = [message(alice, n) for n in range(3)]
        Notification.objects.filter(pk=rows[0].pk).update(read_at=MONDAY)
        Notification.objects.filter(pk=rows[1].pk).update(kind=Kind.ITEM_NUDGED)
        return rows

    def test_by_unread(self, client, three, url):
        assert listed(client.get(url, {"unread": "on"})) == [three[2], three[1]]

    def test_by_topic(self, client, three, url):
        assert listed(client.get(url, {"topic": "reminders"})) == [three[1]]

    @pytest.mark.parametrize(
        ("words", "found"), [("许可2", [2]), ("been Granted", [2, 0]), ("item", []), ("%", [])]
    )
    def test_by_words_of_the_sentence(self, client, three, url, words, found):
        assert listed(client.get(url, {"q": words})) == [three[n] for n in found]

    def test_not_by_what_the_inbox_does_not_show(self, client, three, url):
        """The beginning of a reason stands with the names, for the digest alone."""
        three[2].params["note"] = "缺红线坐标"
        three[2].save()

        assert listed(client.get(url, {"q": "红线"})) == []
        assert listed(client.get(url, {"q": "许可2"})) == [three[2]]

    @pytest.mark.parametrize("asked", [{"topic": "x"}, {"q": "x" * 101}, {"q": "a\0b"}])
    def test_by_what_is_mistyped_narrows_nothing(self, client, three, url, asked):
        assert len(listed(client.get(url, asked))) == 3

    def test_without_a_find_leads_back(self, client, three, url):
        assert f'href="{url}"' in client.get(url, {"q": "nothing"}).text.split("<main")[1]

    def test_finds_ones_own_only(self, client, three, bob, url):
        message(bob, 9)

        assert listed(client.get(url, {"q": "许可9"})) == []


class TestOwed:
    def test_is_marked_for_the_firm_with_what_to_do(self, client, alice, url):
        message(alice)
        Notification.objects.update(kind=Kind.ITEM_CORRECTION)
        alice.language = "en"
        client.cookies["django_language"] = "en"
        client.force_login(alice)

        page = client.get(url).text

        assert "notice required by law" in page.split("message-list")[1]
        assert "Please submit everything that is listed at once" in page

    def test_is_not_for_staff_who_read_of_it(self, client, omar, url):
        message(omar)
        client.cookies["django_language"] = "en"
        client.force_login(omar)

        assert "required by law" not in client.get(url).text.split("message-list")[1]


class TestOpen:
    def test_it_marks_as_read_and_leads_to_the_matter(self, client, alice):
        row = message(alice)
        client.force_login(alice)

        response = client.post(reverse("notifications:open", args=[row.pk]))

        row.refresh_from_db()
        assert response.url == "/projects/"
        assert row.read_at is not None

    def test_the_first_reading_stays(self, client, alice):
        row = message(alice)
        Notification.objects.update(read_at=MONDAY)
        client.force_login(alice)

        client.post(reverse("notifications:open", args=[row.pk]))

        row.refresh_from_db()
        assert row.read_at == MONDAY

    def test_get_leads_to_the_inbox_and_reads_nothing(self, client, alice):
        """So whoever signs in anew after a click on a message comes by."""
        row = message(alice)
        client.force_login(alice)

        response = client.get(reverse("notifications:open", args=[row.pk]))

        row.refresh_from_db()
        assert (response["Location"], row.read_at) == (reverse("notifications:inbox"), None)

    def test_anothers_is_not_there(self, client, alice, bob):
        row = message(alice)
        client.force_login(bob)

        response = client.post(reverse("notifications:open", args=[row.pk]))

        row.refresh_from_db()
        assert (response.status_code, row.read_at) == (404, None)


class TestReadAll:
    def test_ones_own_only(self, client, alice, bob):
        message(alice)
        theirs = message(bob)
        client.force_login(alice)

        client.post(reverse("notifications:read_all"))

        assert list(Notification.objects.unread()) == [theirs]

    def test_get_leads_to_the_inbox_and_reads_nothing(self, client, alice):
        message(alice)
        client.force_login(alice)

        response = client.get(reverse("notifications:read_all"))

        assert response["Location"] == reverse("notifications:inbox")
        assert Notification.objects.unread().exists()


class TestBadge:
    def test_it_counts_what_is_unread(self, client, alice):
        message(alice, 1)
        message(alice, 2)
        client.force_login(alice)

        assert ">2<" in client.get(reverse("notifications:badge")).text

    def test_asking_does_not_prolong_the_session(self, client, alice):
        client.force_login(alice)
        client.get(reverse("notifications:inbox"))

        response = client.get(reverse("notifications:badge"))

        assert "sessionid" not in response.cookies

    def test_every_page_asks_for_it(self, client, alice, omar):
        address = f'hx-get="{reverse("notifications:badge")}"'

        for person, page in ((alice, "/notifications/"), (omar, "/admin/")):
            message(person)
            client.force_login(person)
            shown = client.get(page).text
            assert address in shown
            assert 'class="nav-badge">1<' in shown

    def test_an_ordinary_page_does(self, client, alice):
        client.force_login(alice)

        response = client.get(reverse("notifications:inbox"))

        assert "sessionid" in response.cookies
