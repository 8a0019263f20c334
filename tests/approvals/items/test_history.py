"""What happened cannot be rewritten, and whose court it was in leaves no gap."""

from itertools import pairwise

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from approvals.acts import operations
from approvals.models import ClockSpan, Holder, ItemEvent
from tests.approvals.moments import delivered_by
from tests.conftest import DAY, HOUR, MONDAY


@pytest.fixture
def long_story(omar, submitted, alice):
    """Asked for a correction, handed in again, accepted, granted, delivered."""
    item = operations.request_correction(
        submitted,
        by=omar,
        at=MONDAY + HOUR,
        version=submitted.version,
        missing=["缺总平面图"],
    )
    item = operations.resubmit(
        item, by=alice, at=MONDAY + DAY, version=item.version, unchanged=True
    )
    item = operations.accept(item, by=omar, at=MONDAY + 2 * DAY, version=item.version)
    item = operations.grant(item, by=omar, at=MONDAY + 3 * DAY, version=item.version)
    return delivered_by(item, omar, MONDAY + 4 * DAY)


class TestEvents:
    def test_each_carries_the_digest_of_the_one_before(self, long_story):
        digest = ""
        for event in long_story.events.all():
            digest = event.digest_after(digest)
            assert event.digest == digest

    def test_a_changed_note_would_not_fit_its_digest(self, long_story):
        event = long_story.events.get(number=1)
        event.note = "改写"

        assert event.digest_after("") != event.digest

    def test_they_are_numbered_without_gaps(self, long_story):
        numbers = [event.number for event in long_story.events.all()]

        assert numbers == list(range(1, long_story.version + 1))

    def test_each_begins_where_the_one_before_ended(self, long_story):
        events = list(long_story.events.all())

        assert all(a.to_status == b.from_status for a, b in pairwise(events))

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE approvals_itemevent SET note = 'x'",
            "DELETE FROM approvals_itemevent",
            "UPDATE projects_applicationevent SET note = 'x'",
        ],
    )
    def test_the_database_refuses_to_rewrite_them(self, submitted, sql):
        with (
            pytest.raises((IntegrityError, InternalError), match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)

    def test_two_events_cannot_share_a_number(self, submitted):
        event = submitted.events.last()
        event.pk = None

        with pytest.raises(IntegrityError), transaction.atomic():
            event.save(force_insert=True)

    def test_the_first_is_the_systems(self, submitted):
        assert submitted.events.first().by is None


class TestSpans:
    def test_they_cover_every_moment_from_ready_to_the_end(self, long_story):
        spans = list(long_story.spans.all())

        assert all(a.ended_at == b.started_at for a, b in pairwise(spans))
        assert spans[0].started_at == MONDAY
        assert spans[-1].ended_at == MONDAY + 4 * DAY

    def test_they_say_whose_court_it_was(self, long_story):
        holders = [span.holder for span in long_story.spans.all()]

        assert holders == [
            Holder.ENTERPRISE,
            Holder.DEPARTMENT,
            Holder.ENTERPRISE,
            Holder.DEPARTMENT,
        ]

    def test_their_sum_is_the_time_elapsed(self, long_story):
        spans = long_story.spans.all()

        assert sum((s.ended_at - s.started_at for s in spans), 0 * DAY) == 4 * DAY

    def test_two_cannot_overlap(self, submitted):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClockSpan.objects.create(
                item=submitted, holder=Holder.ENTERPRISE, started_at=MONDAY + HOUR
            )

    def test_a_stopped_one_names_its_ground(self, item):
        item.spans.all().delete()

        with pytest.raises(IntegrityError), transaction.atomic():
            ClockSpan.objects.create(item=item, holder=Holder.STOPPED, started_at=MONDAY + HOUR)


def test_no_event_is_written_outside_the_operations(project):
    versions = sum(project.items.values_list("version", flat=True))

    assert ItemEvent.objects.filter(item__project=project).count() == versions
