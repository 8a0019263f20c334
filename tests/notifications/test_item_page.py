"""The item's page at the desk: who was told what, and what has become of it."""

import pytest
from django.urls import reverse

from huadu_portal.notifications.models import Delivery, Kind, Notification
from tests.conftest import MONDAY
from tests.notifications.test_routing import tell

State = Delivery.State


@pytest.fixture
def page(accepted):
    return reverse("admin:approvals_approvalitem_change", args=[accepted.pk])


def section(client, page):
    return client.get(page).text.split('id="told"')[1]


def test_each_message_with_its_reader_and_state(client, omar, accepted, page):
    Delivery.objects.filter(notification__subject_id=accepted.pk).update(
        state=State.DEAD, error="550 no such user"
    )
    client.force_login(omar)

    shown = section(client, page)

    assert "Alice" in shown
    assert "550 no such user" in shown


def test_an_address_that_is_refused_is_marked(client, omar, alice, page):
    alice.bounced_email, alice.bounced_at = alice.email, MONDAY
    alice.save()
    client.force_login(omar)

    assert "tag-red" in section(client, page)


def test_says_what_several_were_told_once_and_to_whom(
    client, omar, alice, hana, accepted, page
):
    tell(alice, hana, kind=Kind.ITEM_EXTENDED, subject=accepted.pk)
    client.force_login(omar)

    response = client.get(page)

    extended = [each for each in response.context["told"] if each.kind == Kind.ITEM_EXTENDED]
    assert len(extended) == 2
    assert response.text.split('id="told"')[1].count(extended[0].title) == 1
    assert all(str(each.recipient) in response.text for each in extended)


def test_nothing_of_another_item(client, omar, page, alice, submitted):
    tell(alice, kind=Kind.ITEM_REFUSED, subject=submitted.project_id)
    client.force_login(omar)

    told = client.get(page).context["told"]

    assert {message.subject_id for message in told} == {submitted.pk}


def test_not_for_another_department(client, olga, page):
    client.force_login(olga)

    assert client.get(page).status_code == 404


def test_more_messages_cost_no_more_queries(
    client, omar, alice, bob, accepted, page, django_assert_max_num_queries
):
    client.force_login(omar)
    client.get(page)
    with django_assert_max_num_queries(200) as few:
        client.get(page)
    for n in range(5):
        tell(alice, bob, key=str(n), kind=Kind.ITEM_EXTENDED, subject=accepted.pk)

    with django_assert_max_num_queries(len(few)):
        client.get(page)


def test_the_newest_fifty_only(client, omar, alice, accepted, page):
    for n in range(60):
        tell(alice, key=str(n), kind=Kind.ITEM_EXTENDED, subject=accepted.pk)
    client.force_login(omar)

    assert len(client.get(page).context["told"]) == 50
    assert Notification.objects.about(accepted.pk).count() > 60
