"""The department says yes, and what depends on it opens."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.html import escape

from approvals.acts import operations
from approvals.acts.operations import review
from approvals.models import Clock, Lamp, Status
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Notification
from tests.approvals.moments import (
    accepted_by,
    at_once,
    told,
    url_of,
    waiting_for_each_other,
)
from tests.conftest import DAY, MONDAY, item_of, person


def grant(item, by, at=MONDAY + DAY):
    return operations.grant(item, by=by, at=at, version=item.version)


@pytest.fixture
def last_two(project, alice, omar):
    """Two items under review, and one that waits for both of them only."""
    ready = project.items.filter(status=Status.READY)
    limited = ready.filter(approval_type__promised_days__isnull=False)
    first, second = limited.select_related("approval_type").order_by("pk")[:2]
    limited.update(department=omar.department)
    after = project.items.filter(status=Status.PLANNED).first()
    after.approval_type.prerequisites.set([first.approval_type, second.approval_type])
    pair = [accepted_by(item, firm=alice, officer=omar) for item in (first, second)]
    return *pair, after


class TestOperation:
    def test_the_clock_ends_and_delivery_has_ten_working_days(self, accepted, omar):
        granted = grant(accepted, omar)

        assert granted.clock == Clock.ENDED
        assert granted.deliver_by == date(2025, 3, 18)

    def test_the_lamp_it_had_stays(self, accepted, omar):
        granted = grant(accepted, omar, MONDAY + 15 * DAY)

        assert granted.last_lamp == Lamp.RED

    def test_the_firm_and_its_agent_are_told(self, accepted, omar):
        grant(accepted, omar)

        assert told("item_granted") == ["alice", "ann"]

    def test_what_waited_for_the_last_of_two_opens(self, last_two, omar):
        first, second, after = last_two

        grant(first, omar)
        after.refresh_from_db()
        status_between = after.status
        grant(second, omar)
        after.refresh_from_db()

        assert (status_between, after.status) == (Status.PLANNED, Status.READY)

    def test_the_firm_is_told_once_of_all_that_opened(self, last_two, omar):
        first, second, after = last_two
        grant(first, omar)
        Notification.objects.all().delete()

        grant(second, omar)

        message = Notification.objects.get(kind="items_ready", recipient__username="alice")
        assert after.approval_type.name in message.params["item"]

    @pytest.mark.django_db(transaction=True)
    def test_two_last_grants_at_once_open_the_next_exactly_once(
        self, catalogue, last_two, omar, monkeypatch
    ):
        first, second, after = last_two
        colleague = person("otto", "officer", "planning")
        # Each waits, having locked and read, for the other to be as far.
        monkeypatch.setattr(review, "calendar", waiting_for_each_other(review.calendar))

        outcomes = at_once(lambda: grant(first, omar), lambda: grant(second, colleague))

        after.refresh_from_db()
        assert (outcomes, after.status) == (["done", "done"], Status.READY)
        assert after.events.filter(to_status=Status.READY).count() == 1

    def test_the_phase_follows(self, project, alice):
        reaching = project.items.filter(approval_type__code="HD-LX-05")
        reaching.update(status=Status.READY)
        item = item_of(project, "HD-LX-05")
        officer = person("lan", "officer", item.department.code)
        accepted = accepted_by(item, firm=alice, officer=officer)

        grant(accepted, officer)

        project.refresh_from_db()
        assert project.phase == "landed"
        assert project.phase_changes.get().on == date(2025, 3, 4)

    def test_what_is_not_accepted_cannot_be_granted(self, submitted, omar):
        with pytest.raises(NotAllowed):
            grant(submitted, omar)

    def test_the_window_cannot_decide_for_a_department(self, accepted, wei):
        with pytest.raises(PermissionDenied):
            grant(accepted, wei)


class TestPage:
    def test_post_grants(self, client, omar, accepted):
        client.force_login(omar)

        client.post(url_of(accepted, "grant"), {"version": accepted.version})

        accepted.refresh_from_db()
        assert accepted.status == Status.GRANTED

    def test_the_window_may_not(self, client, wei, accepted):
        client.force_login(wei)

        assert client.get(url_of(accepted, "grant")).status_code == 403

    def test_the_page_says_who_is_written_to(self, client, omar, accepted):
        client.force_login(omar)

        response = client.get(url_of(accepted, "grant"))

        assert escape(str(response.context["act"].consequence)) in response.text
