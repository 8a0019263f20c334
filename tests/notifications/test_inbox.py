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
        params={"item": f"施工许可{n}"},
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

    def test_get_is_not_allowed(self, client, alice):
        row = message(alice)
        client.force_login(alice)

        response = client.get(reverse("notifications:open", args=[row.pk]))

        row.refresh_from_db()
        assert (response.status_code, row.read_at) == (405, None)

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

    def test_get_is_not_allowed(self, client, alice):
        client.force_login(alice)

        assert client.get(reverse("notifications:read_all")).status_code == 405


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

    def test_an_ordinary_page_does(self, client, alice):
        client.force_login(alice)

        response = client.get(reverse("notifications:inbox"))

        assert "sessionid" in response.cookies
