"""Mails that hold one-time links: nobody who reads the database, or the desk, can use them."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from huadu_portal.accounts import roles
from huadu_portal.clock import now
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications import delivery, operations, sealed
from huadu_portal.notifications.models import Delivery
from huadu_portal.notifications.operations import send_account_mail

State = Delivery.State
TEXT = "请点击链接：https://portal.example/accounts/password/reset/key/5-abc/"
OLD, NEW = "the key of last year" * 3, "the key of this year" * 3
LAST_YEARS = "huadu_portal.notifications.migrations.0021_seal_account_mails"


@pytest.fixture
def mail(db):
    send_account_mail("a@example.com", "重置密码", TEXT, at=now())
    return Delivery.objects.get()


def columns(mail):
    """The row as the database keeps it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notifications_delivery WHERE id = %s", [mail.pk])
        return " ".join(map(str, cursor.fetchone()))


def fresh(mail):
    return Delivery.objects.get(pk=mail.pk)


class TestUntilSent:
    def test_the_database_does_not_hold_the_text(self, mail):
        assert "reset/key" not in columns(mail)
        assert mail.text == TEXT

    def test_it_goes_out_as_written(self, mail, mailoutbox):
        delivery.deliver_due()

        assert [sent.body for sent in mailoutbox] == [TEXT]

    def test_two_alike_do_not_look_alike(self):
        assert sealed.seal(TEXT) != sealed.seal(TEXT)

    def test_it_cannot_be_put_beside_another_mail(self, mail, application):
        other = Delivery.objects.exclude(notification=None).first()

        with pytest.raises(Exception, match="delivery_only_account_mail_is_sealed"):
            Delivery.objects.filter(pk=other.pk).update(sealed_body=mail.sealed_body)


class TestOnceSent:
    def test_nothing_is_left(self, mail, settings):
        settings.DEMO, settings.MAIL_GOES_OUT = False, True

        delivery.deliver_due()

        assert (fresh(mail).state, fresh(mail).text) == (State.SENT, "")

    def test_a_message_keeps_its_text(self, application):
        Delivery.objects.update(state=State.PENDING, next_attempt_at=now() - timedelta(1))
        row = Delivery.objects.exclude(notification=None).first()

        delivery._mark(delivery._claim(now()), state=State.SENT, sent_at=now())

        assert fresh(row).text == row.body

    def test_in_the_demo_it_stays_encrypted(self, mail, settings):
        settings.DEMO = True

        delivery.deliver_due()

        assert fresh(mail).text == TEXT
        assert "reset/key" not in columns(mail)

    @pytest.mark.parametrize("demo", [True, False])
    def test_what_was_sealed_by_nobody_goes_as_well(self, mail, settings, demo):
        """Written by the release before, while the new one was already at work."""
        settings.DEMO, settings.MAIL_GOES_OUT = demo, True
        Delivery.objects.update(body=TEXT, sealed_body="")

        delivery.deliver_due()

        assert fresh(mail).text == (TEXT if demo else "")


class TestOnceTheLinkHasEnded:
    @pytest.fixture
    def ended(self, mail):
        written = now() - sealed.links_end() - timedelta(minutes=1)
        Delivery.objects.update(created_at=written)
        return mail

    def test_nothing_is_left_nor_sent(self, ended, mailoutbox):
        delivery.deliver_due()

        assert (fresh(ended).state, fresh(ended).text) == (State.DEAD, "")
        assert mailoutbox == []

    @pytest.mark.parametrize("demo", [True, False])
    def test_nor_of_one_that_was_given_up(self, ended, settings, demo):
        settings.DEMO = demo
        Delivery.objects.update(state=State.DEAD)

        delivery.deliver_due()

        assert fresh(ended).text == ""

    def test_it_cannot_be_sent_again(self, ended, tom):
        Delivery.objects.update(state=State.DEAD, sealed_body="")

        with pytest.raises(NotAllowed):
            operations.retry(fresh(ended), by=tom, at=now())

    def test_an_earlier_one_can(self, mail, tom, mailoutbox):
        Delivery.objects.update(state=State.DEAD)

        operations.retry(fresh(mail), by=tom, at=now())
        delivery.deliver_due()

        assert [sent.body for sent in mailoutbox] == [TEXT]

    def test_both_links_of_allauth_have_ended(self, settings):
        settings.PASSWORD_RESET_TIMEOUT = 3600
        settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 7

        assert sealed.links_end() == timedelta(days=7)


class TestKey:
    def test_that_was_changed_still_opens_as_a_fallback(self, settings):
        settings.SECRET_KEY = OLD
        text = sealed.seal(TEXT)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]

        assert sealed.unseal(text) == TEXT

    def test_that_is_unknown_opens_nothing(self, settings):
        text = sealed.seal(TEXT)
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, []

        with pytest.raises(sealed.Unreadable):
            sealed.unseal(text)

    def test_is_not_the_secret_itself(self, settings):
        assert settings.SECRET_KEY.encode() not in sealed._derived(settings.SECRET_KEY)

    def test_that_is_lost_gives_the_mail_up_and_says_so(self, mail, settings, mailoutbox):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, []

        delivery.deliver_due()

        assert fresh(mail).state == State.DEAD
        assert fresh(mail).error
        assert mailoutbox == []


class TestDesk:
    @pytest.fixture
    def page(self, client, mail):
        def page(person):
            client.force_login(person)
            return client.get(f"/admin/notifications/delivery/{mail.pk}/change/")

        return page

    @pytest.mark.parametrize("demo", [True, False])
    def test_shows_it_in_the_demo_to_whoever_has_the_right(self, page, tom, settings, demo):
        settings.DEMO = demo

        assert ("reset/key" in page(tom).text) is demo

    def test_the_right_is_one_of_its_own(self, page, tom, settings, monkeypatch):
        settings.DEMO = True
        monkeypatch.setattr(roles, "DEMO_PERMISSIONS", {})

        response = page(tom)

        assert response.status_code == 200
        assert "reset/key" not in response.text

    def test_of_a_key_that_is_lost_it_says_nothing_and_does_not_break(
        self, page, tom, settings, mail
    ):
        settings.DEMO = True
        Delivery.objects.update(sealed_body="gAAAA-nonsense")

        assert page(tom).status_code == 200


class TestMigration:
    """Of what was there in plain."""

    @pytest.fixture
    def run(self):
        def run():
            import_module(LAST_YEARS).seal_account_mails(apps, None)

        return run

    @pytest.fixture
    def plain(self, mail):
        Delivery.objects.update(body=TEXT, sealed_body="")
        return mail

    def test_seals_what_may_still_go_out(self, plain, run):
        run()

        assert "reset/key" not in columns(plain)
        assert fresh(plain).text == TEXT

    @pytest.mark.parametrize(
        "change",
        [
            {"state": State.SENT, "sent_at": now()},
            {"state": State.DEAD, "created_at": now() - timedelta(days=30)},
            {"created_at": now() - timedelta(days=30)},
        ],
    )
    def test_erases_the_rest(self, plain, run, change):
        Delivery.objects.update(**change)

        run()

        assert fresh(plain).text == ""

    def test_leaves_messages_as_they_are(self, application, run):
        before = list(Delivery.objects.order_by("pk").values_list("body", flat=True))

        run()

        assert list(Delivery.objects.order_by("pk").values_list("body", flat=True)) == before
