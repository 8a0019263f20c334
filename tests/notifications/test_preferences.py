"""What a person chooses about their messages: on the page, by the API, in the database."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from huadu_portal.accounts.tokens import Token
from huadu_portal.notifications.models import Preference
from huadu_portal.notifications.operations import prefer
from tests.notifications.test_routing import wants

USUAL = {"quiet_from": "22:00", "quiet_until": "07:00", "language": "zh-hans"}
PAGE = "/notifications/preferences/"
API = "/api/v1/notifications/preferences/"


def chosen(user):
    return {(row.topic, row.channel): row.when for row in user.message_preferences.all()}


class TestPage:
    def test_keeps_what_is_chosen(self, client, omar):
        client.force_login(omar)

        client.post(PAGE, USUAL | {"reminders-email": "at_once", "answers-email": ""})

        assert chosen(omar) == {("reminders", "email"): "at_once"}

    def test_shows_what_was_chosen(self, client, omar):
        wants(omar, "reminders", "off")
        client.force_login(omar)

        assert client.get(PAGE).context["form"]["reminders-email"].value() == "off"

    def test_goes_back_to_the_usual(self, client, omar):
        wants(omar, "reminders", "off")
        client.force_login(omar)

        client.post(PAGE, USUAL | {"reminders-email": ""})

        assert chosen(omar) == {}

    def test_keeps_quiet_hours_and_language(self, client, alice):
        client.force_login(alice)

        client.post(PAGE, {"quiet_from": "20:30", "quiet_until": "08:15", "language": "en"})

        alice.refresh_from_db()
        assert (alice.quiet_from, alice.quiet_until) == (time(20, 30), time(8, 15))
        assert alice.language == "en"

    @pytest.mark.parametrize(
        ("name", "locked"), [("alice", "owed-email"), ("omar", "supervision-email")]
    )
    def test_does_not_let_anyone_switch_off_what_is_always_sent(
        self, client, request, name, locked
    ):
        person = request.getfixturevalue(name)
        client.force_login(person)

        client.post(PAGE, USUAL | {locked: "off"})

        assert chosen(person) == {}
        assert locked not in client.get(PAGE).text

    def test_offers_a_channel_only_where_it_is_set_up(self, client, alice, settings):
        client.force_login(alice)
        assert "answers-sms" not in client.get(PAGE).text

        settings.GATEWAYS = {"sms": "json://127.0.0.1:9/{address}"}

        assert "answers-sms" in client.get(PAGE).text

    def test_explains_what_is_wrong_and_keeps_nothing(self, client, alice):
        client.force_login(alice)

        response = client.post(PAGE, USUAL | {"quiet_from": "25:00", "answers-email": "off"})

        assert response.context["form"].errors.keys() == {"quiet_from"}
        assert chosen(alice) == {}

    def test_looking_changes_nothing(self, client, alice):
        wants(alice, "answers", "off")
        client.force_login(alice)

        client.get(PAGE)

        assert chosen(alice) == {("answers", "email"): "off"}

    def test_is_found_from_the_inbox(self, client, alice):
        client.force_login(alice)

        assert PAGE in client.get(reverse("notifications:inbox")).text


@pytest.fixture
def api(client, alice):
    token = Token.objects.create(alice)[1]
    client.defaults["HTTP_AUTHORIZATION"] = f"Token {token}"
    return client


def put(api, **changes):
    body = USUAL | {"choices": []} | changes
    return api.put(API, body, content_type="application/json")


class TestApi:
    ANSWERS = {"topic": "answers", "channel": "email", "when": "off"}

    def test_says_what_holds(self, api, alice):
        wants(alice, "answers", "off")

        assert api.get(API).json() == {
            "quiet_from": "22:00:00",
            "quiet_until": "07:00:00",
            "language": "zh-hans",
            "choices": [self.ANSWERS],
        }

    def test_chooses_anew(self, api, alice, bob):
        wants(alice, "reminders", "off")
        wants(bob, "reminders", "off")

        response = put(api, choices=[self.ANSWERS], quiet_from="21:00")

        assert response.json()["choices"] == [self.ANSWERS]
        assert response.json()["quiet_from"] == "21:00:00"
        assert chosen(alice) == {("answers", "email"): "off"}
        assert chosen(bob) == {("reminders", "email"): "off"}

    @pytest.mark.parametrize(
        "choices",
        [
            [{"topic": "owed", "channel": "email", "when": "off"}],
            [{"topic": "supervision", "channel": "email", "when": "off"}],
            [{"topic": "answers", "channel": "sms", "when": "at_once"}],
            [ANSWERS, ANSWERS | {"when": "digest"}],
            [ANSWERS | {"when": "sometimes"}],
        ],
    )
    def test_refuses_what_nobody_may_choose(self, api, alice, choices):
        response = put(api, choices=choices)

        assert response.status_code == 400
        assert chosen(alice) == {}

    def test_strangers_have_none(self, client, db):
        assert client.get(API).status_code == 401


class TestRecord:
    def test_an_owed_notice_is_no_matter_of_choice(self, alice):
        usual = {"quiet_from": time(22), "quiet_until": time(7), "language": "en"}

        with pytest.raises(ValidationError):
            prefer(alice, choices={("owed", "email"): "off"}, **usual)

    @pytest.mark.parametrize(
        "fields",
        [
            {"topic": "supervision", "channel": "email", "when": "off"},
            {"topic": "nonsense", "channel": "email", "when": "off"},
            {"topic": "answers", "channel": "pigeon", "when": "off"},
            {"topic": "answers", "channel": "email", "when": "never"},
        ],
    )
    def test_the_database_keeps_out_what_cannot_be_chosen(self, omar, fields):
        with pytest.raises(IntegrityError), transaction.atomic():
            Preference.objects.create(user=omar, **fields)

    def test_there_is_one_choice_per_topic_and_channel(self, omar):
        wants(omar, "answers", "off")

        with pytest.raises(IntegrityError), transaction.atomic():
            wants(omar, "answers", "digest")
