"""The table of topics: what is owed, what is red, what may wait."""

import pytest

from huadu_portal.accounts.models import User
from huadu_portal.notifications import policy
from huadu_portal.notifications.models import Delivery, Kind, Topic, When

EMAIL, SMS = Delivery.Channel.EMAIL, Delivery.Channel.SMS
FIRM, OFFICER = User.Role.ENTERPRISE, User.Role.OFFICER


@pytest.mark.parametrize(
    "kind",
    [
        Kind.ITEM_ACCEPTED,
        Kind.ITEM_CORRECTION,
        Kind.ITEM_DECLINED,
        Kind.ITEM_REFUSED,
        Kind.ITEM_SUSPENDED,
        Kind.ITEM_EXTENDED,
        Kind.ITEM_DELIVERED,
        Kind.ITEM_CLOSED,
        Kind.ITEM_DEEMED,
    ],
)
def test_what_the_law_owes_a_firm_goes_at_once_whatever_it_wants(kind):
    assert policy.is_required_by_law(kind, FIRM)
    assert policy.usual(kind, EMAIL, at_once=None) == When.AT_ONCE
    assert policy.chosen_under(kind, EMAIL, role=FIRM, at_once=None) == ""


def test_to_whoever_is_no_firm_nothing_is_owed():
    assert not policy.is_required_by_law(Kind.ITEM_ACCEPTED, OFFICER)
    assert policy.chosen_under(Kind.ITEM_ACCEPTED, EMAIL, role=OFFICER, at_once=None) == "owed"


@pytest.mark.parametrize(
    "kind", [Kind.ORDER_GIVEN, Kind.LADDER_STOPPED, Kind.CARD_RED, Kind.ITEM_SILENT]
)
def test_red_goes_at_once_whatever_the_reader_wants(kind):
    assert policy.usual(kind, EMAIL, at_once=None) == When.AT_ONCE
    assert policy.chosen_under(kind, EMAIL, role=OFFICER, at_once=None) == ""


@pytest.mark.parametrize("kind", [Kind.ITEM_NUDGED, Kind.ITEM_SUBMITTED, Kind.ITEMS_READY])
def test_all_else_waits_for_the_digest_and_does_not_ring_the_telephone(kind):
    assert policy.usual(kind, EMAIL, at_once=None) == When.DIGEST
    assert policy.usual(kind, SMS, at_once=None) == When.OFF


def test_a_message_may_be_more_urgent_than_its_kind():
    assert policy.usual(Kind.ITEM_NUDGED, EMAIL, at_once=True) == When.AT_ONCE
    assert policy.chosen_under(Kind.ITEM_NUDGED, EMAIL, role=OFFICER, at_once=True) == ""


def test_a_message_may_be_less_urgent_than_its_kind():
    assert policy.usual(Kind.CARD_RED, EMAIL, at_once=False) == When.DIGEST
    assert policy.chosen_under(Kind.CARD_RED, EMAIL, role=OFFICER, at_once=False) == ""


def test_a_telephone_may_always_be_left_in_peace():
    assert policy.chosen_under(Kind.ITEM_ACCEPTED, SMS, role=FIRM, at_once=True) == "owed"


def test_every_kind_has_one_topic():
    assert sorted(kind for topic in Topic for kind in policy.kinds_of(topic)) == sorted(Kind)


def test_every_role_and_topic_has_a_reason():
    silent = [(t, r) for t in Topic for r in User.Role if not str(policy.why(t, r))]

    assert silent == []
