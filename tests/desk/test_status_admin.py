"""The status page: what it calls well and what it does not."""

from datetime import timedelta

import pytest
from django.utils import translation

from huadu_portal.desk import status
from huadu_portal.notifications.models import Delivery, Sweep
from huadu_portal.notifications.operations import send_account_mail
from tests.conftest import DAY, MONDAY


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    monkeypatch.setattr(status, "_redis_answers", lambda: False)


def said(at=MONDAY):
    """Whether each fact is well, by its label."""
    facts = [fact for _title, facts in status.groups(at) for fact in facts]
    return {str(fact.label): fact.is_well for fact in facts}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


class TestSweeps:
    @pytest.mark.parametrize(
        ("ago", "is_well"), [(timedelta(seconds=90), True), (timedelta(minutes=3), False)]
    )
    def test_are_well_for_two_minutes(self, db, ago, is_well):
        Sweep.record(Sweep.Kind.REMIND, MONDAY - ago)

        assert said()[str(Sweep.Kind.REMIND.label)] is is_well

    def test_that_never_ran_are_not(self, db):
        assert said()[str(Sweep.Kind.DELIVER.label)] is False


class TestMail:
    def test_that_waits_for_a_day_needs_attention(self, db):
        send_account_mail("a@example.com", "s", "b", at=MONDAY)

        later = said(MONDAY + DAY)

        assert [said()["oldest mail that is due"], later["oldest mail that is due"]] == [
            True,
            False,
        ]

    def test_given_up_needs_attention(self, db):
        send_account_mail("a@example.com", "s", "b", at=MONDAY)
        Delivery.objects.update(state=Delivery.State.DEAD)

        assert said()["mails given up"] is False


def test_papers_that_wait_are_not_called_mail(db):
    facts = [fact for _title, facts in status.groups(MONDAY) for fact in facts]
    shown = {str(fact.label): str(fact.value) for fact in facts}

    assert shown["oldest paper without its PDF"] == "every paper has its PDF"
    assert shown["oldest mail that is due"] == "no mail waits"


def test_the_newest_event_is_checked_against_the_one_before(submitted):
    assert said()["history chain"] is True
