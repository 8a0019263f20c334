"""An answer of the window that came late stays late, whatever comes after."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from huadu_portal.monitoring.reconcile.days import Days
from huadu_portal.monitoring.reconcile.histories import of_application
from projects import operations
from projects.models import Application
from tests.conftest import DAY, DESCRIPTION, MONDAY

pytestmark = pytest.mark.django_db
derive = import_module("projects.migrations.0034_answers_missed").derive
# Submitted on a Monday: answered by Thursday.
LATE = MONDAY + 4 * DAY
MISSED = date(2025, 3, 7)


def returned(application, by, at):
    return operations.return_application(
        application, by=by, at=at, version=application.version, missing=["缺用地意向"]
    )


def submitted_again(application, by, at):
    return operations.submit_application(
        application, by=by, at=at, fields=DESCRIPTION, unchanged=True
    )


@pytest.fixture
def late(application, wei, alice):
    """Returned late, submitted again."""
    return submitted_again(returned(application, wei, LATE), alice, LATE + DAY)


def findings_of(application):
    return list(of_application(application, Days.in_force()))


def test_is_kept_when_it_is_returned_late_and_submitted_again(late):
    assert late.due_on > MISSED
    assert late.answer_missed_on == MISSED
    assert findings_of(late) == []


def test_the_first_of_two_counts(late, wei, alice):
    again = returned(late, wei, LATE + 20 * DAY)

    assert again.answer_missed_on == MISSED


def test_is_none_when_it_came_in_time(application, wei):
    answered = returned(application, wei, LATE - DAY)

    assert answered.answer_missed_on is None
    assert findings_of(answered) == []


@pytest.mark.parametrize("act", ["decline", "withdraw"])
def test_is_kept_whatever_the_answer_is(application, wei, alice, act):
    said = {"at": LATE, "version": application.version}
    if act == "decline":
        operations.decline_application(application, by=wei, reason="x", remedy="y", **said)
    else:
        operations.withdraw_application(application, by=alice, **said)

    application.refresh_from_db()
    assert application.answer_missed_on == MISSED


def test_is_derived_for_one_of_before(late):
    Application.objects.update(answer_missed_on=None)
    late.refresh_from_db()
    assert [each.rule for each in findings_of(late)] == ["I10"]

    derive(apps, None)

    late.refresh_from_db()
    assert late.answer_missed_on == MISSED


def test_page_tile_list_and_api_say_it(client, late, wei):
    client.force_login(wei)
    client.cookies["django_language"] = "zh-hans"

    start = client.get("/admin/").context["figures"]
    (tile,) = (each for each in start if "overdue=ever" in each.url)
    listed = client.get(tile.url).context["cl"].result_list

    assert (tile.count, list(listed)) == (1, [late])
    assert "2025年3月7日" in client.get(f"/admin/projects/application/{late.pk}/change/").text
    api = client.get(f"/api/v1/applications/{late.pk}/").json()
    assert api["answer_missed_on"] == MISSED.isoformat()
