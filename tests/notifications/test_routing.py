"""How a message goes out: by which ways, at once or collected, as its reader wants."""

from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from huadu_portal.notifications.models import Delivery, Kind, Notification, Preference
from huadu_portal.notifications.operations import Message, notify_all
from tests.conftest import MONDAY

State = Delivery.State


def tell(*people, kind=Kind.ITEM_NUDGED, key="x", **message):
    params = {"item": "施工许可", "item_en": "Permit", "project": "甲", "due": "2025-03-10"}
    told = Message(people, kind, params=params, url="/x/", event_key=key, **message)
    notify_all([told], at=MONDAY)


def wants(user, topic, when, channel="email"):
    Preference.objects.create(user=user, topic=topic, channel=channel, when=when)


def went(user):
    found = Delivery.objects.filter(notification__recipient=user).order_by("channel")
    return [(row.channel, row.state) for row in found]


@pytest.fixture
def telephone(settings):
    settings.GATEWAYS = {"sms": "json://127.0.0.1:9/{address}"}


class TestUsually:
    def test_what_can_wait_is_collected(self, omar):
        tell(omar)

        assert went(omar) == [("email", State.COLLECTED)]

    def test_what_is_red_goes_at_once(self, omar):
        tell(omar, kind=Kind.CARD_RED)

        assert went(omar) == [("email", State.PENDING)]

    def test_what_its_writer_calls_urgent_goes_at_once(self, omar):
        tell(omar, at_once=True)

        assert went(omar) == [("email", State.PENDING)]

    def test_a_channel_that_is_not_set_up_carries_nothing(self, alice):
        tell(alice, kind=Kind.ITEM_ACCEPTED)

        assert went(alice) == [("email", State.PENDING)]

    def test_a_telephone_rings_for_what_cannot_wait_only(self, alice, telephone):
        tell(alice, kind=Kind.ITEM_ACCEPTED)
        tell(alice, key="y")

        assert sorted(went(alice)) == [
            ("email", State.COLLECTED),
            ("email", State.PENDING),
            ("sms", State.PENDING),
        ]

    def test_who_has_no_telephone_is_told_once_by_mail(self, bob, telephone):
        tell(bob, kind=Kind.ITEM_ACCEPTED)

        assert went(bob) == [("email", State.PENDING)]
        assert Notification.objects.count() == 1

    def test_a_telephone_shows_no_more_than_the_way(self, alice, telephone):
        tell(alice, kind=Kind.ITEM_ACCEPTED, note="商业秘密")

        sms = Delivery.objects.get(channel="sms")
        assert sms.to == "13800138000"
        assert "商业秘密" not in sms.body
        assert "商业秘密" in Delivery.objects.get(channel="email").body


class TestPreference:
    @pytest.mark.parametrize(
        ("when", "states"),
        [("at_once", [State.PENDING]), ("digest", [State.COLLECTED]), ("off", [])],
    )
    def test_decides_what_may_be_decided(self, omar, when, states):
        wants(omar, "reminders", when)

        tell(omar)

        assert went(omar) == [("email", state) for state in states]
        assert omar.notifications.count() == 1

    def test_of_one_topic_or_person_says_nothing_of_another(self, omar, olga):
        wants(omar, "answers", "off")
        wants(olga, "reminders", "off")

        tell(omar, olga)

        assert (len(went(omar)), len(went(olga))) == (1, 0)

    def test_of_one_channel_says_nothing_of_another(self, omar):
        wants(omar, "reminders", "off", channel="sms")

        tell(omar)

        assert went(omar) == [("email", State.COLLECTED)]

    def test_never_switches_off_what_is_owed(self, alice):
        wants(alice, "owed", "off")

        tell(alice, kind=Kind.ITEM_CORRECTION)

        assert went(alice) == [("email", State.PENDING)]

    def test_never_switches_off_what_is_urgent(self, omar):
        wants(omar, "reminders", "off")

        tell(omar, at_once=True)

        assert went(omar) == [("email", State.PENDING)]

    def test_may_switch_off_the_telephone_even_for_what_is_owed(self, alice, telephone):
        wants(alice, "owed", "off", channel="sms")

        tell(alice, kind=Kind.ITEM_CORRECTION)

        assert went(alice) == [("email", State.PENDING)]

    def test_costs_no_query_of_its_own(self, omar, olga):
        """The one statement that writes asks for them too."""
        wants(omar, "reminders", "off")

        with CaptureQueriesContext(connection) as queries:
            tell(omar, olga)

        assert (len(queries), went(omar), len(went(olga))) == (1, [], 1)


class TestFoot:
    def test_says_why_and_how_to_change_it(self, omar, settings):
        omar.language = "en"
        tell(omar)

        body = Delivery.objects.get().body
        assert f"{settings.SITE_URL}/notifications/preferences/" in body
        assert "You or your department handle the item." in body.split("--\n")[1]

    def test_of_an_owed_notice_offers_no_choice(self, alice):
        tell(alice, kind=Kind.ITEM_CORRECTION)

        body = Delivery.objects.get().body
        assert "/notifications/preferences/" not in body
        assert body.split("--\n")[1].count("\n") >= 3


def test_the_item_is_kept_with_the_message(alice, accepted):
    told = Notification.objects.filter(kind=Kind.ITEM_ACCEPTED)

    assert {message.subject_id for message in told} == {accepted.pk}


def test_old_messages_about_an_item_are_kept_with_it_too(alice):
    item = uuid7()
    told = {"recipient": alice, "kind": Kind.ITEM_GRANTED, "url": "/", "created_at": MONDAY}
    old = Notification.objects.create(event_key=f"item:{item}:3:granted", **told)
    other = Notification.objects.create(event_key=f"visit:{item}", **told)

    migration = import_module("huadu_portal.notifications.migrations.0016_subjects")
    migration.fill(None, connection.schema_editor(atomic=False))

    old.refresh_from_db()
    other.refresh_from_db()
    assert (old.subject_id, other.subject_id) == (item, None)
