"""The morning digest: one mail for many messages, once a day, whoever sweeps."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from huadu_portal.monitoring.reconcile.duplicates import notices
from huadu_portal.notifications import delivery, digests, tasks, wording
from huadu_portal.notifications.models import Delivery, Kind, Notification, Sweep
from huadu_portal.notifications.operations import retry
from tests.approvals.moments import at_once
from tests.conftest import DAY, HOUR, MONDAY, SHANGHAI
from tests.notifications.test_routing import tell, wants

State = Delivery.State
# Told on Monday at half past nine: the next moment is Tuesday's.
TUESDAY = datetime(2025, 3, 4, 8, 30, tzinfo=SHANGHAI)
FRIDAY_BEFORE = MONDAY - 3 * DAY


@pytest.fixture
def omar_was_told(omar):
    tell(omar, key="1")
    tell(omar, key="2", kind=Kind.ITEM_SUBMITTED)
    return omar


def digest_of(user):
    return Delivery.objects.get(recipient=user)


class TestMoment:
    @pytest.mark.parametrize(
        ("at", "count"),
        [
            (MONDAY + HOUR, 0),
            (TUESDAY - timedelta(seconds=1), 0),
            (TUESDAY, 1),
            (TUESDAY + 12 * HOUR, 1),
        ],
    )
    def test_is_half_past_eight_of_the_next_working_day(self, omar_was_told, at, count):
        assert digests.send_digests(at) == count

    def test_is_not_on_a_weekend(self, omar_was_told):
        saturday = TUESDAY + 4 * DAY

        assert digests.send_digests(saturday) == 0

    def test_is_not_on_a_day_off_and_is_on_a_day_worked_for_it(self, omar_was_told):
        tomb_sweeping = datetime(2025, 4, 4, 8, 30, tzinfo=SHANGHAI)
        worked_sunday = datetime(2025, 4, 27, 8, 30, tzinfo=SHANGHAI)

        assert digests.send_digests(tomb_sweeping) == 0
        assert digests.send_digests(worked_sunday) == 1

    def test_missed_is_made_up_for(self, omar_was_told):
        assert digests.send_digests(TUESDAY + 2 * DAY + 3 * HOUR) == 1


class TestContent:
    def test_is_one_mail_that_names_each_message_and_where_to_act(
        self, omar_was_told, settings
    ):
        digests.send_digests(TUESDAY)

        mail = digest_of(omar_was_told)
        titles = [message.title for message in omar_was_told.notifications.all()]
        assert all(title in mail.body for title in titles)
        assert mail.body.count(f"{settings.SITE_URL}/x/") == 2
        assert (mail.to, mail.state) == ("omar@example.com", State.PENDING)

    def test_says_why_and_how_to_change_it(self, omar_was_told):
        digests.send_digests(TUESDAY)

        body = digest_of(omar_was_told).body
        assert "/notifications/preferences/" in body
        assert body.count("■") == 2  # a reason per topic

    def test_names_the_day_that_a_sentence_leaves_out(self, omar):
        tell(omar, kind=Kind.ITEM_SUBMITTED)

        digests.send_digests(TUESDAY)

        assert "2025-03-10" in digest_of(omar).body

    def test_is_in_the_readers_language(self, omar_was_told):
        omar_was_told.language = "en"
        omar_was_told.save()

        digests.send_digests(TUESDAY)

        assert "Permit" in digest_of(omar_was_told).body

    def test_names_fifty_and_counts_the_rest(self, omar):
        for n in range(wording.LINES_AT_MOST + 3):
            tell(omar, key=str(n))
        omar.language = "en"
        omar.save()

        digests.send_digests(TUESDAY)

        body = digest_of(omar).body
        assert body.count("\n   http") == wording.LINES_AT_MOST
        assert "3 more in your inbox" in body

    def test_leaves_out_what_has_been_read(self, omar_was_told):
        read = omar_was_told.notifications.get(event_key="1")
        read.read_at = MONDAY
        read.save()

        digests.send_digests(TUESDAY)

        assert read.deliveries.get().state == State.SEEN
        assert read.title not in digest_of(omar_was_told).body

    def test_is_not_sent_when_all_has_been_read(self, omar_was_told):
        Notification.objects.update(read_at=MONDAY)

        assert digests.send_digests(TUESDAY) == 0

    def test_of_what_is_told_after_the_moment_is_tomorrows(self, omar):
        tell(omar, key="1")
        Delivery.objects.update(created_at=TUESDAY + HOUR)

        assert digests.send_digests(TUESDAY + 2 * HOUR) == 0
        assert digests.send_digests(TUESDAY + DAY) == 1

    def test_leaves_what_is_told_after_the_moment_for_tomorrow(self, omar_was_told):
        later = Delivery.objects.filter(notification__event_key="2")
        later.update(created_at=TUESDAY + HOUR)

        digests.send_digests(TUESDAY + 2 * HOUR)

        assert later.get().digest is None
        assert digest_of(omar_was_told).parts.count() == 1

    def test_on_a_telephone_only_counts(self, alice, settings):
        settings.GATEWAYS = {"sms": "json://127.0.0.1:9/{address}"}
        wants(alice, "reminders", "digest", channel="sms")
        tell(alice)

        digests.send_digests(TUESDAY)

        sms = Delivery.objects.get(recipient=alice, channel="sms")
        assert "施工许可" not in sms.body

    def test_of_one_who_has_no_address_any_more_is_given_up_with_the_reason(self, omar):
        tell(omar)
        omar.email = ""
        omar.save()

        digests.send_digests(TUESDAY)

        row = Delivery.objects.get()
        assert row.state == State.DEAD
        assert row.error


class TestQuotes:
    """What a person wrote in the act, in a line."""

    def lines_of(self, user):
        digests.send_digests(TUESDAY)
        return digest_of(user).body.splitlines()

    def test_the_reason_stands_under_its_message(self, omar):
        tell(omar, note="总平面图缺红线坐标")

        lines = self.lines_of(omar)

        (message,) = omar.notifications.all()
        assert lines[lines.index(f"1. {message.title}") + 1] == "   “总平面图缺红线坐标”"

    def test_a_message_without_one_has_no_empty_line_for_it(self, omar):
        tell(omar)

        assert "“”" not in "".join(self.lines_of(omar))

    @pytest.mark.parametrize(
        "note",
        [
            "缺图\n\n■ 系统\n1. 请点击",
            "缺图\r\n■ 系统 1. 请点击",
            "缺图\u2028■ 系统\u20291.\x85请点击",
            "缺图 ■ 系统\u202e1.\t请点击",
        ],
    )
    def test_it_cannot_pass_for_lines_of_ours(self, omar, note):
        tell(omar, note=note)

        assert "   “缺图 ■ 系统 1. 请点击”" in self.lines_of(omar)

    def test_a_long_one_is_shortened(self, omar):
        tell(omar, note="长" * 2000)

        (quote,) = [line for line in self.lines_of(omar) if "长" in line]
        assert quote == f"   “{'长' * (wording.QUOTED_AT_MOST - 1)}…”"

    def test_only_mails_say_what_a_person_wrote(self, alice, settings):
        settings.GATEWAYS = {"wecom": "json://127.0.0.1:9/{address}"}
        alice.wecom_id = "alice"
        alice.save()
        wants(alice, "reminders", "digest", channel="wecom")
        tell(alice, note="总平面图缺红线坐标")

        digests.send_digests(TUESDAY)

        bodies = dict(Delivery.objects.filter(recipient=alice).values_list("channel", "body"))
        assert bodies.keys() == {"email", "wecom"}
        assert "红线" in bodies["email"]
        assert "红线" not in bodies["wecom"]

    def test_the_sentence_stays_the_same(self, omar):
        tell(omar, key="1", note="见附件")
        tell(omar, key="2")

        titles = {message.title for message in omar.notifications.all()}
        assert len(titles) == 1


class TestOnce:
    def test_however_often_it_is_swept(self, omar_was_told):
        counts = [digests.send_digests(TUESDAY + n * HOUR) for n in range(3)]

        assert counts == [1, 0, 0]

    def test_a_day_by_the_database_too(self, omar_was_told):
        digests.send_digests(TUESDAY)
        again = digest_of(omar_was_told)
        again.pk = None

        with pytest.raises(IntegrityError), transaction.atomic():
            again.save(force_insert=True)

    @pytest.mark.django_db(transaction=True)
    def test_however_many_sweep_at_once(self, omar_was_told, catalogue):
        at_once(*[lambda: digests.send_digests(TUESDAY)] * 4)

        assert Delivery.objects.filter(recipient=omar_was_told).count() == 1
        assert digest_of(omar_was_told).parts.count() == 2

    def test_nobody_waits_for_one_whose_digest_fails(self, omar_was_told, olga, caplog):
        Notification.objects.update(params={})  # a sentence without its names
        tell(olga)

        assert digests.send_digests(TUESDAY) == 1
        assert "digest failed" in caplog.text
        waiting = Delivery.objects.collected().filter(notification__recipient=omar_was_told)
        assert waiting.count() == 2

    def test_what_failed_is_tried_again(self, omar_was_told, monkeypatch):
        with monkeypatch.context() as broken:
            broken.setattr(wording, "digest_mail", lambda *args, **kwargs: 1 / 0)
            digests.send_digests(TUESDAY)

        assert digests.send_digests(TUESDAY + HOUR) == 1

    def test_the_sweep_is_on_record(self, omar_was_told, time_machine):
        time_machine.move_to(TUESDAY)

        tasks.send_digests()

        assert Sweep.objects.get(kind=Sweep.Kind.DIGESTS).finished_at >= TUESDAY


class TestFate:
    @pytest.fixture
    def written(self, omar_was_told, time_machine):
        digests.send_digests(TUESDAY)
        time_machine.move_to(TUESDAY, tick=False)
        return digest_of(omar_was_told)

    def test_of_the_digest_is_that_of_its_messages(self, written, mailoutbox):
        delivery.deliver_due()

        assert len(mailoutbox) == 1
        parts = {(row.state, row.sent_at) for row in written.parts.all()}
        assert parts == {(State.SENT, TUESDAY)}

    def test_of_one_given_up_too_and_again_when_it_is_sent_again(self, written, tom):
        Delivery.objects.filter(pk=written.pk).update(attempts=delivery.MAX_ATTEMPTS)
        delivery.deliver_due()
        assert {row.state for row in written.parts.all()} == {State.DEAD}

        retry(written, by=tom, at=TUESDAY)

        assert {row.state for row in written.parts.all()} == {State.COLLECTED}
        assert digests.send_digests(TUESDAY + DAY) == 0

    def test_waits_for_the_end_of_quiet_hours(self, written, omar, mailoutbox):
        omar.quiet_until = "10:00"
        omar.save()

        delivery.deliver_due()

        assert mailoutbox == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest_on": None},
        {"recipient": None},
        {"state": State.COLLECTED},
        {"state": State.SENT, "sent_at": None},
    ],
)
def test_the_database_keeps_a_digest_whole(omar_was_told, wrong):
    digests.send_digests(TUESDAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(recipient=omar_was_told).update(**wrong)


def test_reconcile_finds_a_message_apart_from_its_digest(omar_was_told):
    digests.send_digests(TUESDAY)
    Delivery.objects.filter(recipient=omar_was_told).update(state=State.SENT, sent_at=TUESDAY)

    assert {finding.rule for finding in notices()} == {"I5"}
