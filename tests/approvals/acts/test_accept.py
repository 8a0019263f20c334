"""Taking an item on for review."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from approvals.acts import operations
from approvals.acts.operations import intake
from approvals.models import Holder, Status
from huadu_portal.errors import NotAllowed, Stale
from huadu_portal.notifications import delivery
from huadu_portal.notifications.models import Notification
from tests.approvals.moments import at_once, told, url_of, waiting_for_each_other
from tests.conftest import MONDAY, person


class TestOperation:
    def test_due_dates_count_working_days_from_the_day_after(self, submitted, omar):
        accepted = operations.accept(submitted, by=omar, at=MONDAY, version=submitted.version)

        limit = accepted.approval_type.promised_days
        assert (limit, accepted.due_on) == (10, date(2025, 3, 17))

    def test_the_officer_who_accepts_has_it(self, submitted, omar):
        accepted = operations.accept(submitted, by=omar, at=MONDAY, version=submitted.version)

        assert (accepted.officer, accepted.holder) == (omar, Holder.DEPARTMENT)

    def test_the_window_accepts_without_becoming_its_officer(self, submitted, wei):
        accepted = operations.accept(submitted, by=wei, at=MONDAY, version=submitted.version)

        assert accepted.officer is None

    def test_the_firm_and_its_agent_are_told(self, submitted, omar):
        operations.accept(submitted, by=omar, at=MONDAY, version=submitted.version)

        assert told("item_accepted") == ["alice", "ann"]

    def test_the_firm_is_told_once_it_is_committed(
        self, submitted, omar, mailoutbox, wake_ups, django_capture_on_commit_callbacks
    ):
        wake_ups.clear()

        with django_capture_on_commit_callbacks(execute=True):
            operations.accept(submitted, by=omar, at=MONDAY, version=submitted.version)
            assert wake_ups == []

        assert wake_ups == ["deliveries"]
        delivery.deliver_due()
        assert ["alice@example.com"] in [message.to for message in mailoutbox]

    def test_an_act_that_fails_late_leaves_nothing(self, submitted, omar, monkeypatch):
        def fail(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr(intake, "tell_firm", fail)
        before = Notification.objects.count()

        with pytest.raises(RuntimeError):
            operations.accept(submitted, by=omar, at=MONDAY, version=submitted.version)

        submitted.refresh_from_db()
        assert submitted.status == Status.SUBMITTED
        assert submitted.events.count() == submitted.version
        assert Notification.objects.count() == before

    def test_accepting_twice_is_stale(self, submitted, omar):
        operations.accept(submitted, by=omar, at=MONDAY, version=submitted.version)

        with pytest.raises(Stale):
            operations.accept(submitted, by=omar, at=MONDAY, version=submitted.version)

    def test_what_is_not_handed_in_cannot_be_accepted(self, item, omar):
        with pytest.raises(NotAllowed):
            operations.accept(item, by=omar, at=MONDAY, version=item.version)

    def test_another_department_may_not(self, submitted, olga):
        with pytest.raises(PermissionDenied):
            operations.accept(submitted, by=olga, at=MONDAY, version=submitted.version)

    @pytest.mark.parametrize("role", ["agent", "leader", "auditor", "chief_officer"])
    def test_who_only_looks_may_not(self, submitted, role):
        department = "centre" if role == "agent" else None
        onlooker = person("onlooker", role, department)

        with pytest.raises(PermissionDenied):
            operations.accept(submitted, by=onlooker, at=MONDAY, version=submitted.version)

    @pytest.mark.django_db(transaction=True)
    def test_of_two_officers_at_once_one_succeeds(
        self, catalogue, submitted, omar, monkeypatch
    ):
        # Each waits, after reading the row, for the other to have read it too.
        meet = waiting_for_each_other(intake.calendar)
        monkeypatch.setattr(intake, "calendar", meet)

        def accept():
            operations.accept(submitted, by=omar, at=MONDAY, version=submitted.version)

        assert at_once(accept, accept) == ["Stale", "done"]


class TestPage:
    def test_post_accepts_and_says_so(self, client, omar, submitted):
        client.force_login(omar)

        response = client.post(
            url_of(submitted, "accept"), {"version": submitted.version}, follow=True
        )

        submitted.refresh_from_db()
        assert submitted.status == Status.ACCEPTED
        assert [m.level_tag for m in response.context["messages"]] == ["success"]

    def test_a_stale_page_shows_what_holds_now(self, client, omar, submitted):
        operations.accept(submitted, by=omar, at=MONDAY, version=submitted.version)
        client.force_login(omar)

        response = client.post(
            url_of(submitted, "accept"), {"version": submitted.version}, follow=True
        )

        assert [m.level_tag for m in response.context["messages"]] == ["error"]
        assert response.context["item"].status == Status.ACCEPTED

    def test_an_act_that_is_over_is_not_asked_for(self, client, omar, accepted):
        client.force_login(omar)

        response = client.get(url_of(accepted, "accept"), follow=True)

        assert [m.level_tag for m in response.context["messages"]] == ["error"]

    def test_without_a_version_nothing_is_done(self, client, omar, submitted):
        client.force_login(omar)

        client.post(url_of(submitted, "accept"), {"note": "同意"})

        submitted.refresh_from_db()
        assert submitted.status == Status.SUBMITTED

    def test_the_firm_may_not(self, client, alice, submitted):
        client.force_login(alice)

        assert client.get(url_of(submitted, "accept")).status_code == 403

    def test_another_department_finds_nothing(self, client, olga, submitted):
        client.force_login(olga)

        assert client.get(url_of(submitted, "accept")).status_code == 404

    def test_anonymous_is_asked_to_sign_in(self, client, submitted):
        response = client.get(url_of(submitted, "accept"))

        assert response.url.startswith("/accounts/login/")
