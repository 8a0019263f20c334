"""A project as its firm and its agent see it."""

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.acts import operations
from approvals.models import ClockSpan, Stage, Status
from huadu_portal.notifications.models import Notification
from projects.models import MaterialKind
from projects.operations import add_document
from tests.conftest import MONDAY, PDF, item_of, stock


def page(client, user, project):
    client.force_login(user)
    return client.get(project.get_absolute_url())


def row_of(response, item):
    rows = [row for stage in response.context["stages"] for row in stage.rows]
    return next(row for row in rows if row.item == item)


class TestVisibility:
    @pytest.mark.parametrize("username", ["alice", "wei", "li", "ada"])
    def test_the_firm_and_the_centre_see_it(self, client, request, project, username):
        user = request.getfixturevalue(username)

        assert page(client, user, project).status_code == 200

    @pytest.mark.parametrize("username", ["stranger_to_firm", "eve", "omar", "tom"])
    def test_others_find_nothing(self, client, request, project, username):
        user = request.getfixturevalue(username)

        assert page(client, user, project).status_code == 404


class TestWhatIsNext:
    def test_corrections_come_first_with_what_is_missing(self, client, alice, omar, submitted):
        operations.request_correction(
            submitted,
            by=omar,
            at=MONDAY,
            version=submitted.version,
            missing=["缺总平面图"],
        )

        response = page(client, alice, submitted.project)

        first, _notice, _decision = response.context["to_do"][0]
        assert first == submitted
        assert "缺总平面图" in response.text

    def test_what_is_ready_can_be_handed_in(self, client, alice, project, item):
        response = page(client, alice, project)

        assert item in [row[0] for row in response.context["to_do"]]
        assert f"{item.get_absolute_url()}submit/" in response.text

    def test_what_was_withdrawn_and_is_needed_stays(self, client, alice, project, item):
        before = page(client, alice, project).context
        operations.withdraw(item, by=alice, at=MONDAY, version=item.version)

        response = page(client, alice, project)

        assert response.context["number_to_do"] == before["number_to_do"]
        assert response.context["outline"].total == before["outline"].total
        assert f"{item.get_absolute_url()}apply-anew/" in response.text

    def test_those_behind_it_say_that_they_wait_for_it(self, client, alice, project, item):
        operations.withdraw(item, by=alice, at=MONDAY, version=item.version)
        behind = project.items.filter(
            approval_type__prerequisites=item.approval_type_id, status=Status.PLANNED
        ).first()

        response = page(client, alice, project)

        assert item in row_of(response, behind).waits_for

    def test_once_applied_for_anew_it_is_no_longer_asked_for(
        self, client, alice, project, item
    ):
        item = operations.withdraw(item, by=alice, at=MONDAY, version=item.version)
        operations.apply_anew(item, by=alice, at=MONDAY, version=item.version)

        listed = page(client, alice, project).context["outline"].to_do

        assert item not in listed
        assert [each.approval_type for each in listed].count(item.approval_type) == 1

    def test_a_milestone_is_not_the_firms_to_do(self, client, alice, project):
        project.items.filter(approval_type__code="HD-SG-11").update(status=Status.READY)

        response = page(client, alice, project)

        assert item_of(project, "HD-SG-11") not in response.context["outline"].to_do

    def test_the_centre_is_not_offered_to_hand_in(self, client, wei, project, item):
        response = page(client, wei, project)

        assert f"{item.get_absolute_url()}submit/" not in response.text


class TestContents:
    def test_the_agent_can_be_reached(self, client, alice, project):
        shown = page(client, alice, project).text

        for line in ["Ann", "020-36888888", "13900139000", "ann@example.com"]:
            assert line in shown

    def test_every_item_stands_in_its_stage_in_order(self, client, alice, project):
        stages = page(client, alice, project).context["stages"]

        shown = [row.item.approval_type for stage in stages for row in stage.rows]
        order = list(Stage)
        assert len(shown) == project.items.count()
        assert shown == sorted(
            shown, key=lambda it: (order.index(Stage(it.stage)), it.position)
        )

    def test_a_planned_item_says_what_it_waits_for(self, client, alice, project, item):
        after = project.items.filter(status=Status.PLANNED).first()
        after.approval_type.prerequisites.set([item.approval_type])

        response = page(client, alice, project)

        assert row_of(response, after).waits_for == [item]

    def test_a_variant_that_is_met_is_not_waited_for(self, client, alice, project, item):
        after = project.items.filter(status=Status.PLANNED).first()
        met = project.items.exclude(pk=item.pk).filter(status=Status.READY).first()
        for entry in (item.approval_type, met.approval_type):
            entry.variant_group = "either"
            entry.save()
        met.__class__.objects.filter(pk=met.pk).update(status=Status.GRANTED, decided_at=MONDAY)
        after.approval_type.prerequisites.set([item.approval_type])

        response = page(client, alice, project)

        assert row_of(response, after).waits_for == []

    def test_it_says_since_when_it_is_in_this_court(self, client, alice, accepted):
        response = page(client, alice, accepted.project)

        span = ClockSpan.objects.get(item=accepted, ended_at=None)
        assert row_of(response, accepted).since == span.started_at

    def test_days_used_are_counted_in_working_days(self, client, alice, granted):
        response = page(client, alice, granted.project)

        progress = row_of(response, granted).progress
        assert (progress.used, progress.limit, progress.left) == (1, 10, 9)

    def test_documents_of_the_items_are_listed_once(self, client, alice, firm, item):
        kind = MaterialKind.objects.get(name="设计方案文本")
        upload = ContentFile(PDF, name="设计方案.pdf")
        document = add_document(firm, by=alice, at=MONDAY, kind=kind, upload=upload)
        documents = [document, *stock(item, alice)]
        operations.submit(item, by=alice, at=MONDAY, version=item.version, documents=documents)

        response = page(client, alice, item.project)

        assert response.context["documents"].count((document, item)) == 1

    def test_only_the_readers_own_messages_are_shown(self, client, alice, submitted, omar):
        operations.accept(submitted, by=omar, at=MONDAY, version=submitted.version)

        response = page(client, alice, submitted.project)

        shown = list(response.context["notifications"])
        assert shown
        assert {notification.recipient for notification in shown} == {alice}

    def test_reading_it_marks_nothing_as_read(self, client, alice, accepted):
        before = Notification.objects.filter(recipient=alice, read_at=None).count()

        page(client, alice, accepted.project)

        assert Notification.objects.filter(recipient=alice, read_at=None).count() == before

    def test_queries_do_not_grow_with_items(self, client, alice, project, other_project):
        one = other_project
        keep = one.items.order_by("pk").first()
        for item in one.items.exclude(pk=keep.pk):
            item.spans.all().delete()
        one.items.exclude(pk=keep.pk).filter(version=0).delete()
        one.enterprise.memberships.create(user=alice, state="active", asked_at=MONDAY)
        page(client, alice, project)

        with CaptureQueriesContext(connection) as few:
            client.get(one.get_absolute_url())
        with CaptureQueriesContext(connection) as many:
            client.get(project.get_absolute_url())

        assert one.items.count() < project.items.count()
        assert len(many) == len(few)
