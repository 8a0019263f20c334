"""How many statements an act takes (docs/measurements.md): a new one has to be wanted.

Counted without what opens and ends the transaction.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.acts import operations
from approvals.items.operations import history
from tests.conftest import MONDAY

FRAME = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def statements(act) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len([each for each in asked if not each["sql"].startswith(FRAME)])


@pytest.mark.parametrize(
    ("at_most", "act", "asked"),
    [
        (11, operations.accept, {}),
        (11, operations.decline, {"note": "材料不齐"}),
    ],
)
def test_of_a_received_item(at_most, act, asked, submitted, omar):
    version = submitted.version

    assert (
        statements(lambda: act(submitted, by=omar, at=MONDAY, version=version, **asked))
        <= at_most
    )


@pytest.mark.parametrize(
    ("at_most", "act", "asked"),
    [
        # Three of them look at the materials: what is missing on the day of the decision.
        (22, operations.grant, {}),
        (11, operations.refuse, {"note": "不符合规划条件"}),
    ],
)
def test_of_an_accepted_item(at_most, act, asked, accepted, omar):
    version = accepted.version

    assert (
        statements(lambda: act(accepted, by=omar, at=MONDAY, version=version, **asked))
        <= at_most
    )


def test_only_what_changed_is_written(submitted):
    item = history.lock_item(submitted)
    item.reason = "changed"

    with CaptureQueriesContext(connection) as asked:
        history.save_item(item)

    (written,) = (each["sql"] for each in asked)
    assert written.startswith(
        'UPDATE "approvals_approvalitem" SET "reason" = \'changed\' WHERE'
    )


def test_nothing_changed_writes_nothing(submitted, django_assert_num_queries):
    item = history.lock_item(submitted)

    with django_assert_num_queries(0):
        history.save_item(item)
