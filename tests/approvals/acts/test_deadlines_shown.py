"""A correction says by when it is answered wherever it is read; what is decided at once, no other day."""

from datetime import date, datetime

import pytest

from approvals.acts import operations
from approvals.items.clock import dates
from approvals.items.models import Lamp
from approvals.items.progress import answer_by
from approvals.models import ApprovalItem, ItemPaper
from huadu_portal.notifications.models import Delivery, Notification
from huadu_portal.workdays.arithmetic import Limit
from huadu_portal.workdays.published import calendar
from tests.conftest import MONDAY, SHANGHAI

pytestmark = pytest.mark.django_db
# Thirty calendar days after MONDAY, 2025-03-03.
DAY, IN_WORDS = "2025-04-02", "2025年4月2日"
SATURDAY = date(2025, 3, 8)


@pytest.fixture
def corrected(submitted, omar):
    return operations.request_correction(
        submitted, by=omar, at=MONDAY, version=submitted.version, missing=["缺总平面图"]
    )


class TestCorrection:
    def test_on_the_page_of_the_item_and_among_the_to_dos(self, client, corrected, alice):
        client.force_login(alice)

        for page in (corrected.get_absolute_url(), corrected.project.get_absolute_url()):
            assert DAY in client.get(page).text, page

    def test_at_the_desk(self, client, corrected, omar):
        client.force_login(omar)

        page = client.get(f"/admin/approvals/approvalitem/{corrected.pk}/change/").text

        assert "企业应于 2025年4月2日 前补正" in page

    def test_in_mail_and_inbox(self, client, corrected, alice):
        told = Notification.objects.get(recipient=alice, kind="item_correction")
        mail = Delivery.objects.get(notification=told)
        client.force_login(alice)

        assert DAY in told.title
        assert DAY in mail.subject
        assert DAY in mail.body
        assert DAY in client.get("/notifications/").text

    def test_on_the_paper(self, corrected):
        paper = ItemPaper.objects.get(item=corrected, paper__kind="correction").paper

        assert IN_WORDS in str(paper.data)

    def test_the_window_closes_it_from_that_day_on(self, corrected):
        assert corrected.corrections.get().answer_by == date(2025, 4, 2)


class TestAtOnce:
    """即时办结: promised for the day of acceptance itself."""

    def test_is_yellow_from_acceptance_on_also_on_a_day_off(self):
        limit = Limit(0, "working", SATURDAY)

        found = dates(limit, None, [], calendar())

        assert (found.near_on, found.due_on) == (SATURDAY, date(2025, 3, 10))
        assert Lamp.of_running(SATURDAY, found.near_on, found.due_on, None) == Lamp.YELLOW

    def test_no_day_of_decision_is_foretold(self, item):
        item.approval_type.promised_days = 0

        notice, decision = answer_by(item.approval_type, date(2025, 3, 3), calendar())

        assert (notice, decision) == (date(2025, 3, 10), None)

    def test_the_page_says_at_once_and_no_other_day(self, client, item, alice):
        type(item.approval_type).objects.filter(pk=item.approval_type_id).update(
            promised_days=0
        )
        client.force_login(alice)

        for page in (item.get_absolute_url(), item.project.get_absolute_url()):
            assert "受理当日办结" in client.get(page).text

    def test_under_review_it_says_the_day_and_not_that_none_is_left(
        self, client, accepted, alice, time_machine
    ):
        ApprovalItem.objects.filter(pk=accepted.pk).update(
            promised_days=0, due_on="2025-03-10", near_on="2025-03-08"
        )
        time_machine.move_to(datetime(2025, 3, 8, 10, tzinfo=SHANGHAI))
        client.force_login(alice)

        page = client.get(accepted.get_absolute_url()).text

        assert "应于 2025-03-10 办结" in page
        assert "剩余 0" not in page
