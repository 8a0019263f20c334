"""Rows written without the ORM's compiler: the same rows, the same refusals."""

from contextlib import suppress

import pytest
from django.db import DatabaseError, IntegrityError
from django.db.transaction import atomic
from django.utils.translation import gettext_lazy as _

from approvals.models import ApprovalItem, Card, ClockSpan, Holder, ItemEvent, Status
from huadu_portal.escalation.models import Reminder
from huadu_portal.papers.models import Paper
from huadu_portal.rest.models import IdempotencyKey
from huadu_portal.rows import (
    as_json,
    insert,
    insert_missing,
    insert_values,
    key_array,
    set_each,
    update,
)
from tests.conftest import MONDAY


class Undone(Exception):
    """So that the same can be written again."""


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


def a_record(model, item):
    """With something in every field that a row of ours fills."""
    by_model = {
        Card: lambda: Card(
            department=item.department,
            item=item,
            level="red",
            cause="ordered",
            event_number=3,
            raised_at=MONDAY,
        ),
        ClockSpan: lambda: span(item, ground="听证", ended_at=MONDAY),
        ItemEvent: lambda: ItemEvent(
            item=item,
            number=7,
            at=MONDAY,
            recorded_at=MONDAY,
            act="accept",
            from_status="submitted",
            to_status=Status.ACCEPTED,
            note='E\'\\ "听证" 100 % {0}\n𠮷 %s',
            digest="0" * 64,
        ),
        Paper: lambda: a_paper(),
        Reminder: lambda: Reminder(
            subject_kind="item",
            subject_key=str(item.pk),
            course="review",
            epoch=2,
            rung="near",
            rung_name="临近到期",
            rung_name_en="due soon",
            reached_at=MONDAY,
            recorded_at=MONDAY,
        ),
    }
    return by_model[model]()


def a_paper():
    return Paper(
        kind="receipt",
        number="1",
        title="收件",
        recipient="厂",
        issued_at=MONDAY,
        data={"行": ["一", "二", None, 1.5]},
        data_sha256="0" * 64,
    )


@pytest.mark.parametrize("model", [Card, ClockSpan, ItemEvent, Paper, Reminder])
def test_writes_what_the_orm_would_write(planned, model):
    def kept(save):
        record = a_record(model, planned[0])
        with suppress(Undone), atomic():
            save(record)
            row = model.objects.filter(pk=record.pk).values().get()
            raise Undone
        return row

    theirs, ours = kept(lambda record: record.save()), kept(lambda record: insert([record]))

    differing = {name for name in ours if ours[name] != theirs[name]}
    assert differing <= {"id"}


def test_a_written_record_is_no_longer_a_new_one(planned):
    (record,) = insert([span(planned[0])])

    assert not record._state.adding
    record.ground = "听证"
    record.save()
    assert ClockSpan.objects.get(pk=record.pk).ground == "听证"


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


@pytest.mark.parametrize("value", [_("department"), b"x", {1}, object()])
def test_what_is_no_value_of_a_column_is_refused(value):
    with pytest.raises(TypeError):
        as_json([{"ground": value}])


def test_a_model_whose_values_are_made_on_saving_is_refused(db):
    with pytest.raises(TypeError, match="made when it is saved"):
        insert([IdempotencyKey(key="k")])


def test_sets_a_column_of_each_in_one_statement(planned, django_assert_num_queries):
    first, second = planned
    ApprovalItem.objects.filter(pk=second.pk).update(next_rung_at=MONDAY)

    with django_assert_num_queries(1):
        set_each(ApprovalItem, "next_rung_at", {first.pk: MONDAY, second.pk: None})

    due = ApprovalItem.objects.filter(next_rung_at__isnull=False)
    assert dict(due.values_list("pk", "next_rung_at")) == {first.pk: MONDAY}


def test_finds_these_whatever_their_keys_are(planned):
    spans = insert([span(item) for item in planned])

    by_item = ClockSpan.objects.filter(item__in=key_array(item.pk for item in planned))
    by_number = ClockSpan.objects.filter(pk__in=key_array([spans[1].pk]))

    assert {each.item_id for each in by_item} == {item.pk for item in planned}
    assert list(by_number) == [spans[1]]
    for none in ({"item__in": key_array([])}, {"pk__in": key_array([])}):
        assert not ClockSpan.objects.filter(**none).exists()


def test_sets_nothing_of_none(planned):
    set_each(ApprovalItem, "next_rung_at", {})

    assert not ApprovalItem.objects.filter(next_rung_at__isnull=False).exists()
