"""延期: once, by a head who does not handle the item, for a reason (第42条)."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from approvals.acts import operations
from approvals.models import Extension, Lamp, Status
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Delivery
from tests.approvals.moments import (
    accepted_by,
    by_api,
    desk_of,
    levels,
    reminded,
    swept,
    told,
    url_of,
)
from tests.conftest import DAY, MONDAY, SHANGHAI

TUESDAY = MONDAY + DAY
REASON = "需征求国家部委意见"


# The promised limit ends on Monday the 17th.
AFTERWARDS = datetime(2025, 3, 18, 9, tzinfo=SHANGHAI)


def extend(item, by, days=5, note=REASON, at=TUESDAY, **late):
    return operations.extend(
        item, by=by, at=at, version=item.version, days=days, note=note, **late
    )


class TestOperation:
    def test_both_limits_are_longer_by_so_many_days(self, item, alice, omar, hana):
        item.approval_type.statutory_days = 20
        item.approval_type.save()
        accepted = accepted_by(item, firm=alice, officer=omar)

        extended = extend(accepted, hana)

        assert (accepted.due_on, extended.due_on) == (date(2025, 3, 17), date(2025, 3, 24))
        assert extended.statutory_due_on == date(2025, 4, 8)

    def test_it_stays_under_review_in_a_new_epoch(self, accepted, hana):
        extended = extend(accepted, hana)

        assert (extended.status, extended.epoch) == (Status.ACCEPTED, accepted.epoch + 1)
        assert swept(datetime(2025, 3, 18, 9, tzinfo=SHANGHAI), "review") == 1
        assert reminded("review", "overdue") == []

    def test_days_reason_and_approver_are_kept(self, accepted, hana):
        extend(accepted, hana)

        kept = Extension.objects.get(item=accepted)
        assert (kept.days, kept.reason, kept.approved_by) == (5, REASON, hana)

    def test_the_firm_is_told_the_reason(self, accepted, hana):
        extend(accepted, hana)

        assert told("item_extended") == ["alice", "ann"]
        mail = Delivery.objects.get(to="alice@example.com", notification__kind="item_extended")
        assert REASON in mail.body

    def test_a_second_time_is_refused(self, accepted, hana):
        extended = extend(accepted, hana)

        with pytest.raises(NotAllowed):
            extend(extended, hana, days=1)

    def test_an_officer_may_not(self, accepted, omar):
        with pytest.raises(PermissionDenied):
            extend(accepted, omar)

    def test_the_centres_head_may_not_for_a_department(self, accepted, chen):
        with pytest.raises(PermissionDenied):
            extend(accepted, chen)

    def test_a_head_who_handles_it_may_not(self, submitted, hana):
        accepted = operations.accept(submitted, by=hana, at=MONDAY, version=submitted.version)

        with pytest.raises(NotAllowed):
            extend(accepted, hana)

    @pytest.mark.parametrize("days", [-1, 0, 11])
    def test_more_than_the_law_allows_is_refused(self, accepted, hana, days):
        with pytest.raises(ValidationError) as refusal:
            extend(accepted, hana, days=days)

        assert list(refusal.value.message_dict) == ["days"]

    def test_what_the_law_allows_is_not(self, accepted, hana):
        assert extend(accepted, hana, days=10).due_on == date(2025, 3, 31)

    def test_without_a_reason_it_is_refused(self, accepted, hana):
        with pytest.raises(NotAllowed):
            extend(accepted, hana, note=" ")

    def test_what_is_not_accepted_has_no_limit_to_extend(self, submitted, hana):
        with pytest.raises(NotAllowed):
            extend(submitted, hana)


class TestLate:
    """A limit that has ended is extended late, or not at all (第42条)."""

    def test_on_its_last_day_a_limit_is_extended_in_time(self, accepted, hana):
        extended = extend(accepted, hana, at=AFTERWARDS - DAY)

        assert (extended.due_on, extended.promised_breached_on) == (date(2025, 3, 24), None)
        assert extended.events.last().act == "extend"
        assert not extended.extension.is_late

    def test_a_day_later_it_has_to_be_said_that_it_is_late(self, accepted, hana):
        with pytest.raises(ValidationError) as refusal:
            extend(accepted, hana, at=AFTERWARDS)

        assert list(refusal.value.message_dict) == ["late"]
        assert "2025-03-17" in str(refusal.value.message_dict["late"])
        accepted.refresh_from_db()
        assert (accepted.due_on, accepted.extension_days) == (date(2025, 3, 17), 0)

    def test_late_it_sets_the_new_date_and_keeps_the_breach(self, accepted, hana):
        extended = extend(accepted, hana, at=AFTERWARDS, late=True)

        assert extended.due_on == date(2025, 3, 24)
        assert extended.promised_breached_on == date(2025, 3, 18)
        assert extended.lamp_on(AFTERWARDS.date()) == Lamp.YELLOW
        assert extended.extension.is_late
        assert extended.events.last().act == "extend_late"

    def test_late_its_paper_says_so(self, accepted, hana):
        extended = extend(accepted, hana, at=AFTERWARDS, late=True)

        text = str(extended.papers.last().paper.data)
        assert "2025年3月17日" in text
        assert "逾期后延期" in text

    @pytest.mark.parametrize("late", [False, True])
    def test_the_firm_is_told_that_it_is_late_if_it_is(self, accepted, hana, late):
        at = AFTERWARDS if late else TUESDAY

        extend(accepted, hana, at=at, **({"late": True} if late else {}))

        mail = Delivery.objects.get(to="alice@example.com", notification__kind="item_extended")
        for said in ("逾期后延期", "2025-03-17"):
            assert (said in mail.subject + mail.body) == late

    def test_the_page_says_so_before_it_is_done(self, client, hana, accepted, time_machine):
        time_machine.move_to(AFTERWARDS)
        client.force_login(hana)

        asked = client.get(url_of(accepted, "extend"))
        typed = {"version": accepted.version, "days": 5, "note": REASON}
        refused = client.post(url_of(accepted, "extend"), typed)
        client.post(url_of(accepted, "extend"), typed | {"late": "on"})

        assert "2025-03-17" in asked.context["form"]["late"].help_text
        assert list(refused.context["form"].errors) == ["late"]
        assert REASON in refused.text
        accepted.refresh_from_db()
        assert accepted.due_on == date(2025, 3, 24)

    def test_the_desk_says_so_before_it_is_done(self, client, hana, accepted, time_machine):
        time_machine.move_to(AFTERWARDS)
        client.force_login(hana)
        typed = {"version": accepted.version, "days": 5, "note": REASON}

        assert "2025-03-17" in client.get(desk_of(accepted, "extend")).text
        client.post(desk_of(accepted, "extend"), typed)
        accepted.refresh_from_db()
        assert accepted.extension_days == 0
        client.post(desk_of(accepted, "extend"), typed | {"late": "on"})

        accepted.refresh_from_db()
        assert accepted.extension_days == 5

    def test_the_api_says_so_before_it_is_done(self, client, hana, accepted, time_machine):
        time_machine.move_to(AFTERWARDS)
        asked = {"days": 5, "note": REASON}

        refused = by_api(client, hana, accepted, "extend", **asked)
        done = by_api(client, hana, accepted, "extend", late=True, **asked).json()

        assert (refused.status_code, *refused.json()["errors"]) == (400, "late")
        assert (done["due_on"], done["promised_breached_on"]) == ("2025-03-24", "2025-03-18")

    def test_in_time_nobody_is_asked_whether_it_is_late(self, client, hana, accepted):
        client.force_login(hana)

        assert "late" not in client.get(url_of(accepted, "extend")).context["form"].fields


class TestPage:
    def test_post_extends(self, client, hana, accepted):
        client.force_login(hana)
        typed = {"version": accepted.version, "days": 5, "note": REASON}

        response = client.post(url_of(accepted, "extend"), typed, follow=True)

        assert levels(response) == ["success"]
        assert response.context["item"].due_on == date(2025, 3, 24)

    def test_too_many_days_are_named_and_the_reason_stays(self, client, hana, accepted):
        client.force_login(hana)
        typed = {"version": accepted.version, "days": 11, "note": REASON}

        response = client.post(url_of(accepted, "extend"), typed)

        assert list(response.context["form"].errors) == ["days"]
        assert REASON in response.text

    def test_an_officer_may_not(self, client, omar, accepted):
        client.force_login(omar)

        assert client.get(url_of(accepted, "extend")).status_code == 403

    def test_another_department_finds_nothing(self, client, olga, accepted):
        client.force_login(olga)

        assert client.get(url_of(accepted, "extend")).status_code == 404


class TestAdmin:
    def test_extends(self, client, hana, accepted):
        client.force_login(hana)
        typed = {"version": accepted.version, "days": 5, "note": REASON}

        client.post(desk_of(accepted, "extend"), typed)

        accepted.refresh_from_db()
        assert accepted.extension_days == 5


class TestApi:
    def test_extends(self, client, hana, accepted):
        said = by_api(client, hana, accepted, "extend", days=5, note=REASON).json()

        assert (said["status"], said["due_on"]) == ("accepted", "2025-03-24")

    @pytest.mark.parametrize("days", [None, 0, 11, 16, "x"])
    def test_days_that_are_none_are_named(self, client, hana, accepted, days):
        response = by_api(client, hana, accepted, "extend", days=days, note=REASON)

        assert (response.status_code, *response.json()["errors"]) == (400, "days")

    def test_a_second_time_is_a_conflict(self, client, hana, accepted):
        extended = extend(accepted, hana)

        response = by_api(client, hana, extended, "extend", days=1, note=REASON)

        assert response.status_code == 409

    def test_an_officer_may_not(self, client, omar, accepted):
        response = by_api(client, omar, accepted, "extend", days=5, note=REASON)

        assert response.status_code == 403
