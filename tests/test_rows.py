"""Rows written without the ORM's compiler: the same rows, the same refusals."""

import pytest
from django.db import DatabaseError, IntegrityError
from django.db.transaction import atomic

from approvals.models import ApprovalItem, ClockSpan, Holder
from huadu_portal.papers.models import Paper
from huadu_portal.rows import insert, insert_missing, insert_values, set_each, these, update
from tests.conftest import MONDAY


def span(item, **fields):
    return ClockSpan(item=item, holder=Holder.CENTRE, started_at=MONDAY, **fields)


@pytest.fixture
def planned(project):
    """Two items in nobody's court."""
    return project.items.filter(status="planned")[:2]


def test_writes_all_in_one_statement(planned, django_assert_num_queries):
    spans = [span(item) for item in planned]

    with django_assert_num_queries(1):
        insert(spans)

    kept = ClockSpan.objects.order_by("pk")
    assert [each.pk for each in spans] == [
        kept.get(item=item, started_at=MONDAY).pk for item in planned
    ]


def test_writes_what_the_orm_would_write(planned, db):
    theirs, ours = (span(item, ground="听证", ended_at=MONDAY) for item in planned)

    theirs.save()
    insert([ours])

    rows = ClockSpan.objects.filter(pk__in=[theirs.pk, ours.pk])
    kept = rows.values("holder", "ground", "started_at", "ended_at")
    assert kept[0] == kept[1]
    assert not ours._state.adding


def test_keeps_json_and_empty_files(db):
    paper = Paper(
        kind="receipt",
        number="1",
        title="收件",
        recipient="厂",
        issued_at=MONDAY,
        data={"行": ["一", "二"]},
        data_sha256="0" * 64,
    )

    insert([paper])

    kept = Paper.objects.get(pk=paper.pk)
    assert (kept.data, kept.file.name, kept.is_set) == ({"行": ["一", "二"]}, "", False)


def test_nothing_to_write_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert([]) == []


def test_a_refusal_of_the_database_is_djangos(planned):
    insert([span(planned[0])])

    with pytest.raises(IntegrityError), atomic():
        insert([span(planned[0])])


def test_passes_over_what_is_there(planned, django_assert_num_queries):
    insert([span(planned[0])])
    both = [span(item) for item in planned]

    with django_assert_num_queries(1):
        insert_missing(both)

    assert ClockSpan.objects.filter(item__in=planned).count() == 2


def test_changes_the_named_columns_alone(planned):
    item = planned[0]
    ApprovalItem.objects.filter(pk=item.pk).update(reason="meanwhile")
    item.reason, item.epoch = "here", 7

    update(item, ["epoch"])

    item.refresh_from_db()
    assert (item.reason, item.epoch) == ("meanwhile", 7)


def test_does_not_pass_over_a_row_that_is_gone(planned):
    item = ApprovalItem(project=planned[0].project)

    with pytest.raises(DatabaseError):
        update(item, ["epoch"])


def test_writes_rows_of_which_nobody_needs_a_record(planned):
    rows = [
        {"item_id": item.pk, "holder": "centre", "ground": "", "started_at": MONDAY}
        for item in planned
    ]

    keys = insert_values(ClockSpan, rows)

    kept = ClockSpan.objects.filter(pk__in=keys)
    assert {(each.item_id, each.ended_at) for each in kept} == {
        (item.pk, None) for item in planned
    }
    assert [ClockSpan.objects.get(pk=key).item_id for key in keys] == [
        item.pk for item in planned
    ]


def test_keeps_whatever_a_text_may_hold(planned):
    ground = 'E\'\\ "听证" 100 % {0}\n𠮷 %s'

    insert([span(planned[0], ground=ground)])

    assert ClockSpan.objects.get(item=planned[0], started_at=MONDAY).ground == ground


def test_sets_a_column_of_each_in_one_statement(planned, django_assert_num_queries):
    first, second = planned
    ApprovalItem.objects.filter(pk=second.pk).update(next_rung_at=MONDAY)

    with django_assert_num_queries(1):
        set_each(ApprovalItem, "next_rung_at", {first.pk: MONDAY, second.pk: None})

    due = ApprovalItem.objects.filter(next_rung_at__isnull=False)
    assert dict(due.values_list("pk", "next_rung_at")) == {first.pk: MONDAY}


def test_finds_these_whatever_their_keys_are(planned):
    spans = insert([span(item) for item in planned])

    by_item = ClockSpan.objects.filter(item__in=these(item.pk for item in planned))
    by_number = ClockSpan.objects.filter(pk__in=these([spans[1].pk]))

    assert {each.item_id for each in by_item} == {item.pk for item in planned}
    assert list(by_number) == [spans[1]]
    assert not ClockSpan.objects.filter(item__in=these([])).exists()
