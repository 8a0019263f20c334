"""The end of every test here is itself able to fail."""

import pytest

from huadu_portal.notifications.models import Delivery
from tests.faults import invariants
from tests.faults.cast import ask, write_mails


def test_a_mail_that_went_missing_turns_it_red(portal, accepted, sink):
    invariants.check(portal)
    lost = sink.mails.pop()

    with pytest.raises(AssertionError, match="never had"):
        invariants.check(portal)

    sink.mails.append(lost)


def test_a_notice_whose_delivery_is_gone_turns_it_red(portal, accepted, alice):
    invariants.check(portal)
    to_firm = {"notification__kind": "item_accepted", "notification__recipient": alice}
    gone = Delivery.objects.get(channel="email", **to_firm)
    Delivery.objects.filter(pk=gone.pk).delete()

    with pytest.raises(AssertionError, match="It is owed by mail, and there is none"):
        invariants.check(portal)

    gone.save(force_insert=True)


def test_a_mail_that_was_given_up_turns_it_red(portal, db):
    write_mails(1, portal.clock.now())
    invariants.check(portal)
    Delivery.objects.update(state=Delivery.State.DEAD, sent_at=None)

    with pytest.raises(AssertionError, match=r"person0@example\.com"):
        invariants.check(portal)

    Delivery.objects.all().delete()


def test_pages_that_cannot_read_turn_it_red(portal, db, monkeypatch):
    """Although `/healthz` answers."""
    portal.start_web()
    monkeypatch.setattr(invariants, "RECOVERY", 3)
    ask("ALTER TABLE notifications_notification RENAME TO away")

    with pytest.raises(AssertionError, match="It never came"):
        invariants.check(portal)

    assert portal.is_healthy()
    ask("ALTER TABLE away RENAME TO notifications_notification")
