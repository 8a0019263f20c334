"""manage.py reconcile: silent on what is right, and names every planted violation."""

import json
import os
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import InternalError, connection, transaction

from approvals.acts import operations
from approvals.models import ApprovalItem
from huadu_portal.escalation.models import Reminder
from huadu_portal.monitoring.reconcile import findings, snapshot
from huadu_portal.monitoring.reconcile.days import Days
from huadu_portal.notifications.models import Delivery, Notification
from huadu_portal.notifications.operations import send_account_mail
from projects.models import Document, MaterialKind
from projects.operations.orphaned_files import GRACE
from tests.conftest import DAY, HOUR, MONDAY, PDF, person
from tests.escalation.reminders import reminders_of

pytestmark = pytest.mark.django_db

ITEM, EVENT, SPAN = "approvals_approvalitem", "approvals_itemevent", "approvals_clockspan"
NOTICE, MAIL = "notifications_notification", "notifications_delivery"


DIGEST = sha256(PDF).hexdigest()


def with_files():
    """Rows that fixtures make without a file get one."""
    name = default_storage.save("documents/shared.pdf", ContentFile(PDF))
    Document.objects.filter(file="").update(file=name, sha256=DIGEST, size=len(PDF))


@pytest.fixture
def reviewed(accepted, omar, hana):
    """Stopped for two working days, extended, and under review again."""
    with_files()
    item = operations.suspend(
        accepted,
        by=omar,
        at=MONDAY + DAY,
        version=accepted.version,
        ground="expert_review",
        expected_days=5,
        notice_file=Document.objects.filter(enterprise=accepted.project.enterprise).first(),
    )
    item = operations.resume(item, by=omar, at=MONDAY + 3 * DAY, version=item.version)
    return operations.extend(
        item, by=hana, at=MONDAY + 3 * DAY + HOUR, version=item.version, days=5, note="复杂"
    )


def all_sent():
    """As a worker would have done meanwhile."""
    Delivery.objects.update(state=Delivery.State.SENT, sent_at=MONDAY)


def found(at=MONDAY + 7 * DAY):
    all_sent()
    return found_now(at)


def found_now(at):
    with snapshot():
        return list(findings(at))


def broken(sql, *params):
    """Rules and tables that complain after a change past all triggers and constraints."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in [EVENT, ITEM, SPAN, "projects_applicationevent"]:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, params)
        assert cursor.rowcount > 0
    return {(finding.rule, finding.table) for finding in found()}


def without(table, constraint):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")


class TestWhatIsRight:
    def test_is_silent_on_an_item_with_a_stop_and_an_extension(self, reviewed):
        assert reviewed.due_on == date(2025, 3, 26)

        assert found() == []

    def test_is_silent_on_a_decided_item(self, granted):
        with_files()

        assert found() == []


class TestHistories:
    @pytest.mark.parametrize(
        ("change", "complaints"),
        [
            ("note = 'never said'", {("I4", EVENT)}),
            ("to_status = 'declined'", {("I3", EVENT), ("I4", EVENT)}),
            ("from_status = 'planned'", {("I3", EVENT), ("I4", EVENT)}),
            ("number = 20", {("I3", EVENT), ("I3", ITEM), ("I4", EVENT)}),
            ("at = at + interval '1 year'", {("I3", EVENT), ("I4", EVENT), ("I9", ITEM)}),
        ],
    )
    def test_a_changed_event_is_found(self, reviewed, change, complaints):
        sql = f"UPDATE {EVENT} SET {change} WHERE item_id = %s AND number = 2"

        assert broken(sql, reviewed.pk) == complaints

    def test_a_removed_event_is_found(self, reviewed):
        sql = f"DELETE FROM {EVENT} WHERE item_id = %s AND number = 2"

        assert {("I3", ITEM), ("I4", EVENT)} <= broken(sql, reviewed.pk)

    @pytest.mark.parametrize("change", ["version = version + 1", "status = 'suspended'"])
    def test_an_item_that_its_history_does_not_bear_out(self, reviewed, change):
        assert ("I3", ITEM) in broken(f"UPDATE {ITEM} SET {change} WHERE id = %s", reviewed.pk)

    def test_an_act_that_may_not_stay_in_place(self, reviewed):
        sql = f"UPDATE {EVENT} SET act = 'grant' WHERE item_id = %s AND act = 'extend'"

        assert ("I3", EVENT) in broken(sql, reviewed.pk)

    def test_an_application_that_its_history_does_not_bear_out(self, application):
        sql = "UPDATE projects_application SET status = 'accepted'"

        assert broken(sql) == {("I3", "projects_application")}

    @pytest.mark.parametrize("change", ["epoch = 4", "submitted_at = now()"])
    def test_a_submission_that_no_event_tells_of(self, application, change):
        sql = f"UPDATE projects_application SET {change}"

        assert broken(sql) == {("I1", "projects_application")}


class TestSpans:
    @pytest.mark.parametrize(
        ("change", "where", "table"),
        [
            ("started_at = started_at + interval '1 hour'", "holder = 'stopped'", SPAN),
            ("ended_at = now()", "ended_at IS NULL", ITEM),
            ("holder = 'centre'", "ended_at IS NULL", ITEM),
            ("holder = 'centre'", "holder = 'stopped'", ITEM),
        ],
    )
    def test_that_leave_a_gap_or_tell_another_story(self, reviewed, change, where, table):
        sql = f"UPDATE {SPAN} SET {change} WHERE item_id = %s AND {where}"

        assert ("I9", table) in broken(sql, reviewed.pk)

    def test_that_overlap(self, reviewed):
        without(SPAN, "span_one_holder_at_a_time")
        sql = (
            f"UPDATE {SPAN} SET ended_at = ended_at + interval '1 hour'"
            " WHERE item_id = %s AND holder = 'stopped'"
        )

        assert ("I9", SPAN) in broken(sql, reviewed.pk)

    def test_that_stay_open_when_nobody_holds_the_item(self, reviewed, alice):
        item = operations.withdraw(
            reviewed, by=alice, at=MONDAY + 4 * DAY, version=reviewed.version
        )
        sql = f"UPDATE {SPAN} SET ended_at = NULL WHERE item_id = %s AND started_at = (%s)"
        last = item.spans.last().started_at

        assert ("I9", SPAN) in broken(sql, item.pk, last)


class TestDates:
    @pytest.mark.parametrize("name", ["near_on", "due_on", "statutory_due_on"])
    def test_of_a_review(self, reviewed, name):
        moved = f"COALESCE({name}, date '2025-04-01') + 1"
        sql = f"UPDATE {ITEM} SET {name} = {moved} WHERE id = %s"

        assert broken(sql, reviewed.pk) == {("I9", ITEM)}

    def test_of_a_notice(self, submitted):
        with_files()
        sql = f"UPDATE {ITEM} SET notice_due_on = notice_due_on - 1 WHERE id = %s"

        assert broken(sql, submitted.pk) == {("I9", ITEM)}

    def test_of_a_notice_whose_receipt_is_gone(self, submitted, time_machine):
        with_files()
        # A date that is missing is not today's.
        time_machine.move_to(submitted.submitted_at)
        sql = f"UPDATE {ITEM} SET submitted_at = NULL WHERE id = %s"

        assert broken(sql, submitted.pk) == {("I9", ITEM)}

    def test_of_a_delivery(self, granted):
        with_files()
        sql = f"UPDATE {ITEM} SET deliver_by = NULL WHERE id = %s"

        assert broken(sql, granted.pk) == {("I9", ITEM)}

    def test_by_a_calendar_that_was_changed_behind_the_portals_back(self, reviewed):
        sql = "INSERT INTO workdays_specialday VALUES ('2025-03-10', false, '', '')"

        assert broken(sql) == {("I9", ITEM)}


class TestFiles:
    def test_that_are_missing(self, application):
        name = keep_one(application)
        default_storage.delete(name)

        assert {finding.rule for finding in found()} == {"I7"}

    def test_that_are_not_what_was_handed_in(self, application):
        name = keep_one(application)
        with open(default_storage.path(name), "ab") as file:
            file.write(b" ")

        assert {finding.rule for finding in found()} == {"I1"}

    @pytest.mark.parametrize("folder", ["documents/2025/03", "papers/2025"])
    @pytest.mark.parametrize(("ago", "expected"), [(-HOUR, []), (HOUR, ["I7"])])
    def test_without_a_row_past_the_grace_time(self, db, folder, ago, expected):
        name = default_storage.save(f"{folder}/stray.pdf", ContentFile(PDF))
        moment = (MONDAY - GRACE - ago).timestamp()
        os.utime(default_storage.path(name), (moment, moment))

        assert [finding.rule for finding in found(MONDAY)] == expected


def keep_one(application):
    document = Document.objects.create(
        enterprise=application.enterprise,
        application=application,
        source="application",
        kind=MaterialKind.objects.first(),
        file=ContentFile(PDF, name="one.pdf"),
        filename="one.pdf",
        content_type="application/pdf",
        size=len(PDF),
        sha256=DIGEST,
        uploaded_by=application.created_by,
        uploaded_at=MONDAY,
    )
    return document.file.name


class TestOnce:
    def test_a_rung_reached_twice(self, accepted):
        with_files()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE approvals_reminder DROP CONSTRAINT reminder_once")
            cursor.execute("DROP INDEX reminder_once_per_item_rung")
        ApprovalItem.objects.update(next_rung_at=MONDAY)
        reminders_of(accepted).delete()
        for _ in range(2):
            Reminder.objects.create(
                subject_kind="item",
                subject_key=accepted.pk,
                course="review",
                epoch=0,
                rung="near",
                reached_at=MONDAY,
                recorded_at=MONDAY,
            )

        assert [finding.rule for finding in found()] == ["I6"]

    def test_a_rung_that_was_lost(self, accepted):
        with_files()
        ApprovalItem.objects.filter(pk=accepted.pk).update(next_rung_at=None)

        # Accepted on Monday: "assigned" has been reached, and nothing looks again.
        assert {finding.rule for finding in found()} == {"I6"}

    def test_a_message_sent_twice(self, application):
        without(NOTICE, "notification_once_per_event")
        again = Notification.objects.first()
        Notification.objects.create(
            recipient=again.recipient,
            kind=again.kind,
            event_key=again.event_key,
            created_at=MONDAY,
        )

        assert [finding.rule for finding in found()] == ["I5"]

    def test_a_mail_sent_twice(self, application):
        without(MAIL, "delivery_once_per_channel")
        again = Delivery.objects.filter(notification__isnull=False).first()
        again.pk = None
        again.save(force_insert=True)

        assert [finding.rule for finding in found()] == ["I5"]

    def test_an_owed_notice_without_its_mail(self, accepted):
        with_files()
        # The firm's, not the agent's, who reads the same and is owed nothing.
        told = {"kind": "item_accepted", "recipient__role": "enterprise"}
        Delivery.objects.filter(notification__in=Notification.objects.filter(**told)).delete()

        assert [(finding.rule, finding.table) for finding in found()] == [("I5", NOTICE)]

    @pytest.mark.parametrize(("waits", "is_stuck"), [(59, False), (61, True)])
    @pytest.mark.parametrize("state", ["pending", "leased"])
    def test_a_mail_that_waits_longer_than_two_sweeps(self, db, state, waits, is_stuck):
        send_account_mail("a@example.com", "s", "b", at=MONDAY)
        Delivery.objects.update(state=state, lease_until=MONDAY)

        there = found_now(MONDAY + timedelta(seconds=waits))

        assert [finding.rule for finding in there] == ["I5"] * is_stuck

    def test_a_mail_that_is_to_be_tried_again_later_is_not_stuck(self, db):
        send_account_mail("a@example.com", "s", "b", at=MONDAY + DAY)

        assert found_now(MONDAY) == []

    def test_an_active_project_without_an_agent(self, project):
        without("projects_project", "project_active_has_an_agent")

        assert broken("UPDATE projects_project SET agent_id = NULL, phase = 'landed'") == {
            ("I10", "projects_project")
        }


class TestCommand:
    def test_says_that_all_holds(self, application, capsys):
        all_sent()

        call_command("reconcile")

        assert "Every invariant holds." in capsys.readouterr().out

    def test_names_rule_rows_and_sentence_and_fails(self, project, capsys):
        item = project.items.first()
        broken(f"UPDATE {ITEM} SET version = 9 WHERE id = %s", item.pk)

        with pytest.raises(SystemExit) as stopped:
            call_command("reconcile", json=True)

        answer = json.loads(capsys.readouterr().out)
        assert stopped.value.code == 1
        assert answer["holds"] is False
        assert answer["findings"][0] | {"sentence": ""} == {
            "rule": "I3",
            "table": ITEM,
            "rows": [str(item.pk)],
            "sentence": "",
        }

    def test_can_write_nothing(self, db):
        with pytest.raises(InternalError), transaction.atomic(), snapshot():
            person("mallory")


class TestDays:
    DAYS = Days({date(2025, 1, 26): True, date(2025, 1, 28): False}, {2025}, set())

    @pytest.mark.parametrize(
        ("start", "limit", "unit", "end"),
        [
            # A worked Sunday counts, a day off does not.
            (date(2025, 1, 24), 3, "working", date(2025, 1, 29)),
            # What begins on a Saturday begins on the Monday.
            (date(2025, 2, 8), 1, "working", date(2025, 2, 11)),
            # Calendar days that end on a Saturday end on the Monday.
            (date(2025, 2, 3), 5, "calendar", date(2025, 2, 10)),
        ],
    )
    def test_are_counted_one_by_one(self, start, limit, unit, end):
        assert self.DAYS.end_of(start, limit, unit) == end

    def test_that_are_certain_are_off_until_the_notice_is_there(self):
        certain = {date(2026, 1, 1)}
        unpublished = replace(self.DAYS, certain=certain)

        assert not unpublished.is_worked(date(2026, 1, 1))
        assert replace(unpublished, published={2026}).is_worked(date(2026, 1, 1))

    @pytest.mark.parametrize(
        ("stop", "end"),
        [
            ((date(2025, 3, 4), date(2025, 3, 6)), date(2025, 3, 12)),
            # It begins on the last day.
            ((date(2025, 3, 10), date(2025, 3, 11)), date(2025, 3, 11)),
            # It begins after it.
            ((date(2025, 3, 11), date(2025, 3, 13)), date(2025, 3, 10)),
        ],
    )
    def test_of_a_stop_are_added(self, stop, end):
        assert self.DAYS.end_with_stops(date(2025, 3, 3), 5, "working", [stop]) == end
