"""A message is a row first: once per event, in the transaction of its act."""

import pytest
from django.db import transaction

from huadu_portal.notifications.models import Delivery, Kind, Notification
from huadu_portal.notifications.operations import notify
from tests.conftest import MONDAY


def tell(*people, key="item:1:0:granted", note=""):
    notify(
        people,
        Kind.ITEM_GRANTED,
        params={"item": "施工许可", "item_en": "Construction permit"},
        url="/notifications/",
        event_key=key,
        at=MONDAY,
        note=note,
    )


def test_the_same_event_is_told_once(alice):
    tell(alice)
    tell(alice)

    assert (Notification.objects.count(), Delivery.objects.count()) == (1, 1)


def test_a_person_named_twice_is_told_once(alice):
    tell(alice, alice)

    assert Notification.objects.count() == 1


def test_an_event_done_anew_is_told_again(alice):
    tell(alice)
    tell(alice, key="item:1:1:granted")

    assert Notification.objects.count() == 2


def test_a_late_comer_is_told_without_telling_others_again(alice, bob):
    tell(alice)
    tell(alice, bob)

    assert Delivery.objects.filter(to="alice@example.com").count() == 1
    assert Delivery.objects.filter(to="bob@example.com").count() == 1


def test_who_has_no_address_still_reads_it_in_the_portal(alice):
    alice.email = ""
    alice.save()

    tell(alice)

    assert (Notification.objects.count(), Delivery.objects.count()) == (1, 0)


def test_the_mail_quotes_what_the_person_wrote_and_leads_to_it(alice, settings):
    tell(alice, note="请携带原件")

    body = Delivery.objects.get().body
    assert "请携带原件" in body
    assert f"{settings.SITE_URL}/notifications/" in body


def test_the_mail_is_in_the_recipients_language(alice, bob):
    bob.language = "en"
    bob.save()

    tell(alice, bob)

    assert "施工许可" in Delivery.objects.get(to="alice@example.com").subject
    assert "Construction permit" in Delivery.objects.get(to="bob@example.com").subject


def test_an_act_that_is_rolled_back_leaves_no_message_and_rings_nobody(
    alice, wake_ups, django_capture_on_commit_callbacks
):
    @transaction.atomic
    def fail_late():
        tell(alice)
        raise RuntimeError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        fail_late()

    assert (Notification.objects.count(), Delivery.objects.count()) == (0, 0)
    assert wake_ups == []


def test_a_worker_is_woken_only_after_the_commit(
    alice, wake_ups, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        tell(alice)
        assert wake_ups == []

    assert wake_ups == ["deliveries"]
