"""How many statements the main pages ask, of a project with one item under review.

The goal is twelve (docs/quality.md). What asks more is in docs/measurements.md, "Pages".
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huadu_portal.escalation.operations import remind
from tests.conftest import DAY, LONG_AFTER

ITEM, PROJECT = "/items/{item}/", "/projects/{project}/"
DESK = "/admin/approvals/approvalitem/"


@pytest.mark.parametrize(
    ("who", "address", "statements"),
    [
        ("alice", "/", 6),
        ("alice", "/catalogue/", 4),
        ("alice", PROJECT, 15),
        ("alice", ITEM, 12),
        ("alice", "/notifications/", 5),
        ("li", "/dashboard/", 15),
        ("li", "/dashboard/rows/?of=in_hand", 5),
        ("omar", "/admin/", 5),
        ("wei", "/admin/projects/application/", 6),
        ("omar", DESK, 7),
        ("wei", DESK, 8),
        ("wei", DESK + "?tab=all&q=总部", 10),
        ("omar", DESK + "{item}/change/", 24),
        ("wei", "/admin/projects/project/", 6),
        ("wei", "/admin/escalation/reminder/", 6),
        ("wei", "/admin/approvals/card/", 7),
        ("wei", "/admin/approvals/supervisionorder/", 7),
        ("tom", "/admin/status/", 17),
        ("tom", "/admin/notifications/delivery/", 6),
    ],
)
def test_a_page_asks_so_many_statements(client, accepted, request, who, address, statements):
    remind(LONG_AFTER - DAY)
    client.force_login(request.getfixturevalue(who))
    address = address.format(item=accepted.pk, project=accepted.project_id)
    # Content types, the calendar and what else is kept once per process.
    assert client.get(address).status_code == 200

    with CaptureQueriesContext(connection) as asked:
        client.get(address)

    assert len(asked) == statements
