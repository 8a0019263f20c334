"""An act that the state of an item does not allow is refused by API, page and desk, rows unchanged.

Whoever sends it may do it to other items: only the order of things is forged. Bodies are
complete, so that it is not for them that anything is refused.
"""

from random import Random

import pytest

from approvals.items.rights import ITEM_ACTS
from approvals.models import DECIDED, ApprovalItem, Status
from projects.models import Document, MaterialKind
from tests import explorations
from tests.approvals.moments import by_api, desk_of, url_of
from tests.conftest import DAY, MONDAY, chief_of, person

pytestmark = pytest.mark.django_db

FIRM, HEAD, AGENT = {"enterprise"}, {"department_head"}, {"agent"}
CHIEF = {"chief_officer"}


@pytest.fixture
def senders(alice, wei):
    """Of each act, somebody whose role has it: a firm's person, a head, the window."""

    def sender(act, item):
        roles = ITEM_ACTS[act].rule.roles
        if FIRM & roles:
            return alice
        if AGENT & roles:
            return item.project.agent
        if CHIEF & roles:
            return chief_of(item.project)
        head = item.department.code
        return person(f"head-{head}", "department_head", head) if HEAD & roles else wei

    return sender


@pytest.fixture
def asked(item, hana):
    otto = person("otto", "officer", "planning")
    notice = Document.objects.create(
        enterprise=item.project.enterprise,
        kind=MaterialKind.objects.first(),
        filename="告知书.pdf",
        content_type="application/pdf",
        size=1,
        uploaded_by=hana,
        uploaded_at=MONDAY,
    )
    return {
        "note": "理由",
        "missing": ["缺图"],
        "ground": "hearing",
        "expected_days": 3,
        "notice_file": str(notice.pk),
        "days": 5,
        "to": str(otto.pk),
        "department": "water",
        "until": "2025-03-31",
        "visit_at": "2025-03-12T09:30:00+08:00",
        "place": "项目南门",
    }


def brought_to(item, status):
    """As if it had come there; what the database insists on comes with it."""
    decided_at = MONDAY if status in DECIDED else None
    ApprovalItem.objects.filter(pk=item.pk).update(
        status=status, decided_at=decided_at, submitted_at=MONDAY, reason="理由"
    )
    item.refresh_from_db()
    return item


def rows_of(item):
    row = ApprovalItem.objects.filter(pk=item.pk).values().get()
    return row, list(item.events.values()), list(item.spans.values())


@pytest.mark.parametrize("act", ITEM_ACTS)
def test_is_refused_by_api_page_and_desk(client, item, senders, asked, act):
    by = senders(act, item)
    Document.objects.filter(pk=asked["notice_file"]).update(uploaded_by=by)
    forged = sorted(set(Status) - ITEM_ACTS[act].rule.statuses)
    # A refused page costs thirty times what the interface costs, and both ask one `perform`.
    with_pages = Random(act).sample(forged, min(len(forged), explorations.of(len(Status), 3)))
    answers = []
    for status in forged:
        brought_to(item, status)
        before = rows_of(item)

        codes = [by_api(client, by, item, act, **asked).status_code]
        if status in with_pages:
            said = {"version": item.version}
            codes.append(client.post(url_of(item, act), said | asked).status_code)
            if by.is_staff:
                codes.append(client.post(desk_of(item, act), said).status_code)

        answers += [(status, code) for code in codes[:1] if code != 409]
        answers += [(status, code) for code in codes[1:] if code not in {200, 302}]
        assert rows_of(item) == before, (status, codes)

    assert answers == []


def test_the_same_bodies_are_good_where_the_order_is_right(client, accepted, hana, asked):
    """The control: it is not for their bodies that the others are refused."""
    answer = by_api(client, hana, accepted, "suspend", **asked)

    assert answer.status_code == 200
    accepted.refresh_from_db()
    assert accepted.status == Status.SUSPENDED
    assert accepted.events.last().at >= MONDAY + DAY
