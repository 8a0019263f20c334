"""Questions made into SQL once: the same rows as from the ORM, at no lesser care."""

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError, atomic
from django.test.utils import CaptureQueriesContext

from approvals.items.operations.history import ITEM, LAST_EVENT, PROJECT
from approvals.models import ApprovalItem
from huadu_portal.accounts.models import User
from huadu_portal.prepared import Prepared
from projects.models import Enterprise, Project
from projects.operations.enterprises import PEOPLE


def test_gives_records_with_their_relations(project, django_assert_num_queries):
    expected = Project.objects.select_related("enterprise", "agent").get(pk=project.pk)

    with atomic():
        found = PROJECT.first(project.pk)

    with django_assert_num_queries(0):
        assert found == expected
        assert vars(found.enterprise).keys() == vars(expected.enterprise).keys()
        for name in (field.attname for field in Project._meta.concrete_fields):
            assert getattr(found, name) == getattr(expected, name)
        assert (found.enterprise, found.agent) == (expected.enterprise, expected.agent)


def test_gives_none_for_a_relation_that_is_empty(project, django_assert_num_queries):
    item = project.items.filter(officer=None).first()

    with atomic():
        found = ITEM.first(item.pk)

    with django_assert_num_queries(0):
        assert (found, found.officer) == (item, None)


def test_gives_tuples_where_values_are_asked(project):
    event = ApprovalItem.objects.filter(events__isnull=False).first().events.last()

    assert LAST_EVENT(event.item_id) == [(event.item_id, event.at, event.digest)]


def test_asks_the_database_every_time(firm, alice):
    assert alice in PEOPLE(firm.pk)

    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert alice not in PEOPLE(firm.pk)


def test_asks_what_the_queryset_asks(firm):
    with CaptureQueriesContext(connection) as asked:
        Prepared[Enterprise](lambda pk: Enterprise.objects.filter(pk=pk))(firm.pk)
        list(Enterprise.objects.filter(pk=firm.pk))

    prepared, own = (query["sql"] for query in asked)
    assert prepared == own


def test_knows_none_of_what_is_not_there(firm, project):
    with atomic():
        assert PROJECT.first(firm.pk) is None


@pytest.mark.django_db(transaction=True)
def test_locks_inside_a_transaction_only(project):
    with atomic():
        PROJECT(project.pk)

    with pytest.raises(TransactionManagementError):
        PROJECT(project.pk)


def test_wants_every_key(db):
    with pytest.raises(ValueError, match="zip"):
        PEOPLE()
