"""The end of every test here is itself able to fail."""

import pytest

from huadu_portal.notifications.models import Delivery
from tests.faults import aftermath


def test_a_mail_that_went_missing_turns_it_red(portal, accepted, sink):
    aftermath.check(portal)
    lost = sink.mails.pop()

    with pytest.raises(AssertionError, match="never had"):
        aftermath.check(portal)

    sink.mails.append(lost)


def test_a_notice_whose_delivery_is_gone_turns_it_red(portal, accepted, alice):
    aftermath.check(portal)
    to_firm = {"notification__kind": "item_accepted", "notification__recipient": alice}
    gone = Delivery.objects.get(channel="email", **to_firm)
    Delivery.objects.filter(pk=gone.pk).delete()

    with pytest.raises(AssertionError, match="It is owed by mail, and there is none"):
        aftermath.check(portal)

    gone.save(force_insert=True)
