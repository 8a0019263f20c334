"""A claim to a firm and a request to erase an account wait for an answer, by a day."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import F

from huadu_portal.accounts import erasure
from huadu_portal.dashboard.worklist import tasks_of
from huadu_portal.escalation.operations import remind
from huadu_portal.monitoring.reconcile import duplicates
from projects.models import Membership
from projects.operations import memberships
from tests.approvals.moments import reminded
from tests.conftest import DAY, MONDAY

pytestmark = pytest.mark.django_db
derive_claims = import_module("projects.migrations.0029_claims_due").derive
remind_of_open = import_module(
    "huadu_portal.accounts.migrations.0009_erasure_due"
).remind_of_open


@pytest.fixture
def claim(firm, eve, catalogue):
    memberships.claim_by_code(firm.credit_code, by=eve, at=MONDAY, reason="法定代表人授权")
    return firm.memberships.get(user=eve)


@pytest.fixture
def asked(alice, sun, catalogue):
    return erasure.ask(alice, at=MONDAY, reason="不再使用")


class TestClaim:
    def test_is_decided_within_five_working_days(self, claim):
        assert claim.claim_due_on == (MONDAY + 7 * DAY).date()

    def test_the_window_is_reminded_and_then_the_centers_head(self, claim, wei, chen):
        remind(MONDAY + 4 * DAY)
        assert reminded("claim", "near") == ["wei"]

        remind(MONDAY + 8 * DAY)

        assert reminded("claim", "overdue") == ["chen", "wei"]
        assert list(duplicates.reminders(MONDAY + 8 * DAY)) == []

    def test_nobody_is_reminded_of_one_that_was_decided(self, claim, wei):
        memberships.dismiss_claim(claim, by=wei, at=MONDAY + DAY, reason="材料不符")

        remind(MONDAY + 8 * DAY)

        assert reminded("claim", "overdue") == []

    def test_made_anew_it_is_waited_for_anew(self, claim, firm, eve, wei):
        remind(MONDAY + 8 * DAY)
        memberships.dismiss_claim(claim, by=wei, at=MONDAY + 8 * DAY, reason="材料不符")
        again = MONDAY + 9 * DAY
        memberships.claim_by_code(firm.credit_code, by=eve, at=again, reason="补充授权书")

        remind(again + 8 * DAY)

        assert reminded("claim", "overdue") == ["wei", "wei"]

    def test_is_a_row_of_the_windows_worklist_and_a_tile(self, client, claim, wei):
        client.force_login(wei)

        page = client.get("/admin/")

        (task,) = page.context["tasks"].tasks
        address = f"/admin/projects/membership/{claim.pk}/change/"
        assert (task.kind, task.url, task.due_on) == ("claim", address, claim.claim_due_on)
        (tile,) = (each for each in page.context["figures"] if "tab=claims" in each.url)
        assert tile.count == 1
        assert claim.enterprise.name in page.text
        assert client.get("/api/v1/worklist/").json()["results"][0]["title"] == str(
            claim.enterprise
        )

    def test_is_nobodys_elses_row(self, claim, sun, ada):
        assert [tasks_of(who).tasks for who in (sun, ada)] == [[], []]

    def test_one_of_before_gets_its_day(self, claim):
        Membership.objects.update(claim_due_on=None, claims=0, next_rung_at=None)

        derive_claims(apps, None)

        again = Membership.objects.get(pk=claim.pk)
        assert (again.claim_due_on, again.claims) == (claim.claim_due_on, 1)
        assert again.next_rung_at == MONDAY

    def test_the_desk_shows_its_day(self, client, claim, wei):
        client.force_login(wei)

        assert "3月10日" in client.get(f"/admin/projects/membership/{claim.pk}/change/").text


class TestErasure:
    LATE = MONDAY + 31 * DAY

    def test_whoever_answers_is_reminded(self, asked, wei):
        remind(asked.asked_at + 28 * DAY)
        assert reminded("erasure", "near") == ["sun"]

        remind(self.LATE)

        assert reminded("erasure", "overdue") == ["sun"]
        assert list(duplicates.reminders(self.LATE)) == []

    def test_nobody_is_reminded_of_one_that_was_answered(self, asked, sun):
        erasure.decline_erasure(asked, by=sun, at=MONDAY + DAY, answer="尚有在办项目")

        remind(self.LATE)

        assert reminded("erasure", "overdue") == []

    def test_is_a_row_of_the_security_administrators_worklist_and_a_tile(
        self, client, asked, sun
    ):
        client.force_login(sun)

        page = client.get("/admin/")

        (task,) = page.context["tasks"].tasks
        address = f"/admin/accounts/erasurerequest/{asked.pk}/change/"
        assert (task.kind, task.url, task.due_on) == ("erasure", address, asked.due_on)
        assert [each.count for each in page.context["figures"] if "erasure" in each.url] == [1]

    def test_ones_own_is_no_row(self, sun, catalogue):
        erasure.ask(sun, at=MONDAY)

        assert tasks_of(sun).tasks == []

    def test_one_of_before_is_looked_at_by_the_next_sweep(self, asked):
        type(asked).objects.update(next_rung_at=None)

        remind_of_open(apps, None)

        assert type(asked).objects.filter(next_rung_at=F("asked_at")).exists()
