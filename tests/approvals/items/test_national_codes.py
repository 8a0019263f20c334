"""What each event is in the state's data exchange: case states 1 to 15."""

import pytest

from approvals.acts import operations
from approvals.items.events import EVENTS
from approvals.items.national import codes_of
from approvals.models import ItemEvent
from tests.approvals.moments import by_api, resumed_by, suspended_by
from tests.conftest import DAY, MONDAY


def withdrawal(from_status):
    return ItemEvent(act="withdraw", from_status=from_status, to_status="withdrawn")


def codes(item):
    return [code for event in item.events.all() for code in codes_of(event)]


@pytest.mark.parametrize(
    ("from_status", "expected"),
    [
        ("ready", []),
        ("submitted", [2]),
        ("correcting", [2]),
        ("accepted", [14]),
        ("suspended", [14]),
    ],
)
def test_a_taking_back_is_a_withdrawal_once_it_was_accepted(from_status, expected):
    assert codes_of(withdrawal(from_status)) == expected


def test_every_code_but_withdrawal_and_revocation_has_its_act():
    assert sorted({code for kind in EVENTS.values() for code in kind.national}) == [
        1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
    ]  # fmt: skip


@pytest.mark.parametrize("act", ["open", "close", "extend", "transfer", "consult"])
def test_what_stays_within_the_house_has_none(act):
    assert codes_of(ItemEvent(act=act, from_status="accepted", to_status="accepted")) == []


def test_a_whole_life_tells_them_in_order(submitted, alice, omar):
    asked = operations.request_correction(
        submitted, by=omar, at=MONDAY, version=submitted.version, missing=["缺图"]
    )
    again = operations.resubmit(
        asked, by=alice, at=MONDAY, version=asked.version, unchanged=True
    )
    item = operations.accept(again, by=omar, at=MONDAY, version=again.version)
    item = resumed_by(suspended_by(item, omar, MONDAY), omar, MONDAY + DAY)
    operations.grant(item, by=omar, at=MONDAY + DAY, version=item.version)

    assert codes(item) == [1, 6, 7, 3, 8, 9, 10, 11]


def test_silence_accepts_at_window_and_department(submitted):
    operations.deem_lapsed(MONDAY + 8 * DAY)

    assert codes(submitted) == [1, 3, 8]


@pytest.mark.parametrize(("not_required", "code"), [(True, 4), (False, 5)])
def test_not_accepted_says_whether_an_approval_is_needed(submitted, omar, not_required, code):
    declined = operations.decline(
        submitted,
        by=omar,
        at=MONDAY,
        version=submitted.version,
        note="依法不需要取得行政许可",
        not_required=not_required,
    )

    assert codes(declined) == [1, code]


def test_the_api_tells_them(client, omar, submitted):
    by_api(client, omar, submitted, "accept")

    events = client.get(f"/api/v1/approval-items/{submitted.pk}/events/").json()

    assert events[-1]["national_codes"] == [3, 8]
