"""How long a certificate holds, and who is told that it ends."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from approvals.acts import operations as acts
from approvals.catalogue.validity import months_after
from approvals.models import ApprovalItem
from approvals.papers import operations as papers
from huadu_portal.notifications.models import Notification
from tests.approvals.moments import at_once, reminded, swept
from tests.conftest import DAY, MONDAY, SHANGHAI, item_of

END = date(2026, 3, 4)  # a Wednesday


def morning(day):
    return datetime.combine(day, datetime.min.time(), SHANGHAI).replace(hour=10)


@pytest.fixture
def certificate(granted):
    return papers.certify(
        granted,
        at=MONDAY,
        number="花规许〔2025〕1号",
        issued_on=date(2025, 3, 4),
        valid_until=END,
    )


class TestMonths:
    @pytest.mark.parametrize(
        ("day", "months", "end"),
        [
            (date(2025, 3, 4), 3, date(2025, 6, 4)),
            (date(2025, 11, 30), 3, date(2026, 2, 28)),
            (date(2024, 2, 29), 60, date(2029, 2, 28)),
            (date(2025, 12, 31), 24, date(2027, 12, 31)),
        ],
    )
    def test_end_on_the_same_day_or_the_last(self, day, months, end):
        assert months_after(day, months) == end


class TestCertify:
    def test_holds_as_long_as_the_catalogue_says(self, granted):
        granted.approval_type.valid_months = 3

        certificate = papers.certify(granted, at=MONDAY, number="1", issued_on=date(2025, 3, 4))

        assert certificate.valid_until == date(2025, 6, 4)
        assert certificate.issuer == granted.department

    def test_a_date_of_its_own_comes_first(self, granted):
        granted.approval_type.valid_months = 3

        certificate = papers.certify(
            granted, at=MONDAY, number="1", issued_on=date(2025, 3, 4), valid_until=END
        )

        assert certificate.valid_until == END

    def test_cannot_end_before_it_is_issued(self, granted):
        with pytest.raises(ValidationError):
            papers.certify(granted, at=MONDAY, number="1", issued_on=END + DAY, valid_until=END)

    def test_the_catalogue_knows_the_construction_permit(self, project):
        permit = item_of(project, "HD-SG-05").approval_type

        assert (permit.valid_months, permit.valid_used_by) == (3, "HD-SG-11")


class TestWatch:
    def watch(self, days_before):
        return swept(morning(END - timedelta(days=days_before)), "certificate")

    def test_nobody_is_told_a_day_too_early(self, certificate):
        assert self.watch(91) == 0

    @pytest.mark.parametrize("days", [90, 30])
    def test_firm_and_agent_are_told(self, certificate, days):
        # 90 days before is a Thursday, 30 days before a Monday.
        assert self.watch(days) == 1
        assert reminded("certificate", "(soon|renewal)") == ["alice", "ann"]

    def test_on_its_last_day_it_still_holds(self, certificate):
        self.watch(0)

        assert reminded("certificate", "expired") == []

    def test_once_it_has_ended_the_window_is_told_too(self, certificate, wei):
        self.watch(-1)

        assert reminded("certificate", "expired") == ["alice", "ann", "wei"]

    def test_each_stage_is_told_once(self, certificate):
        counts = [self.watch(days) for days in (90, 89, 30, 29, 0, -1, -2)]

        assert counts == [1, 0, 1, 0, 0, 1, 0]
        assert reminded("certificate", "(soon|renewal)") == ["alice", "alice", "ann", "ann"]

    def test_of_missed_stages_only_the_nearest_is_told(self, certificate):
        self.watch(-1)
        self.watch(-2)

        assert reminded("certificate", "(soon|renewal)") == []

    def test_a_short_one_is_not_announced_at_once(self, granted):
        papers.certify(
            granted, at=MONDAY, number="1", issued_on=END - timedelta(days=92), valid_until=END
        )

        assert [self.watch(days) for days in (90, 30)] == [0, 1]

    def test_a_day_off_is_quiet(self, certificate):
        # Sunday, 25 January 2026.
        assert self.watch(38) == 0

    def test_an_evening_is_quiet(self, certificate):
        evening = morning(END - timedelta(days=30)).replace(hour=20)

        assert swept(evening, "certificate") == 0

    def test_one_that_is_used_up_is_not_told_of(self, certificate, project):
        certificate.item.approval_type.valid_used_by = "HD-SG-11"
        certificate.item.approval_type.save()
        started = ApprovalItem.objects.filter(project=project, approval_type__code="HD-SG-11")
        started.update(status="not_applicable", reason="x")

        assert self.watch(30) == 0

    def test_it_is_again_when_that_is_undone(self, certificate, project, wei):
        certificate.item.approval_type.valid_used_by = "HD-SG-11"
        certificate.item.approval_type.save()
        begun = item_of(project, "HD-SG-11")
        begun = acts.mark_not_applicable(
            begun, by=wei, at=MONDAY, version=begun.version, note="无需开工"
        )
        self.watch(89)
        acts.undo_not_applicable(
            begun, by=wei, at=morning(END), version=begun.version, note="误操作"
        )

        assert self.watch(-1) == 1

    @pytest.mark.django_db(transaction=True)
    def test_watched_by_four_at_once_it_is_told_once(self, catalogue, certificate):
        outcomes = at_once(*[lambda: self.watch(30)] * 4)

        assert outcomes == ["done"] * 4
        assert reminded("certificate", "(soon|renewal)") == ["alice", "ann"]

    def test_leads_to_the_item(self, certificate):
        self.watch(30)

        message = Notification.objects.filter(event_key__startswith="certificate:").first()
        assert message.url == certificate.item.get_absolute_url()
        assert certificate.number in message.title


class TestPages:
    def test_the_project_shows_what_it_was_given(self, client, certificate, alice, project):
        client.force_login(alice)

        assert certificate.number in client.get(project.get_absolute_url()).text

    def test_the_desk_lists_them_by_their_end(self, client, certificate, wei, monkeypatch):
        monkeypatch.setattr(
            "approvals.papers.admin.now", lambda: morning(END - timedelta(days=10))
        )
        client.force_login(wei)

        listed = {
            tab: certificate.number
            in client.get(f"/admin/approvals/certificate/?tab={tab}").text
            for tab in ("renewal", "soon", "expired", "all")
        }

        assert listed == {"renewal": True, "soon": True, "expired": False, "all": True}

    def test_another_department_does_not_see_them(self, client, certificate, olga):
        client.force_login(olga)

        page = client.get("/admin/approvals/certificate/?tab=all").text

        assert certificate.number not in page
