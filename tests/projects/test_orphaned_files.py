"""Files without a row: what dies between file and row, and the sweep that clears it away."""

import os
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from uuid_utils.compat import uuid7

from huadu_portal.notifications.models import Sweep
from huadu_portal.stored_files import atomic_with_files
from projects import operations, tasks
from projects.models import Document
from projects.operations.orphaned_files import GRACE
from tests.conftest import HOUR, MONDAY, PDF
from tests.projects.conftest import add


def files_in_store():
    root = default_storage.location
    return [name for _folder, _folders, names in os.walk(root) for name in names]


@pytest.fixture
def put():
    """A file in the store, last written so long ago."""

    def put(ago, name=None, month="2025/03"):
        path = f"documents/{month}/{name or f'{uuid7()}.pdf'}"
        default_storage.save(path, ContentFile(PDF))
        moment = (MONDAY - ago).timestamp()
        os.utime(default_storage.path(path), (moment, moment))
        return path

    return put


@atomic_with_files()
def adds_and_fails(draft, by, **file):
    add(draft, by, **file)
    raise RuntimeError


class TestAtomicWithFiles:
    def test_a_part_that_fails_takes_its_own_files_only(self, draft, alice):
        with atomic_with_files():
            kept = add(draft, alice)
            with pytest.raises(RuntimeError):
                adds_and_fails(draft, alice, name="另一份.pdf")

        assert files_in_store() == [kept.file.name.rpartition("/")[2]]

    def test_the_whole_takes_those_of_its_parts(self, draft, alice):
        with pytest.raises(RuntimeError):
            adds_and_fails(draft, alice)

        assert files_in_store() == []

    def test_what_is_rolled_back_without_an_error_goes_too(self, draft, alice):
        with atomic_with_files():
            add(draft, alice)
            transaction.set_rollback(True)

        assert files_in_store() == []


class TestAddDocument:
    @pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
    def test_takes_the_file_away_when_the_row_fails(self, draft, alice, monkeypatch, error):
        def fail(self, *args, **kwargs):
            raise error

        monkeypatch.setattr(Document, "save", fail)

        with pytest.raises(error):
            add(draft, alice)

        assert files_in_store() == []

    def test_takes_the_file_away_when_what_follows_the_row_fails(
        self, draft, alice, monkeypatch
    ):
        add(draft, alice)

        def fail(self, **kwargs):
            raise RuntimeError

        monkeypatch.setattr(QuerySet, "update", fail)
        with pytest.raises(RuntimeError):
            add(draft, alice)

        (kept,) = Document.objects.all()
        assert files_in_store() == [os.path.basename(kept.file.name)]

    def test_keeps_the_file_of_a_row_that_stands(self, draft, alice):
        document = add(draft, alice)

        assert default_storage.exists(document.file.name)


class TestSweep:
    def test_takes_a_file_without_a_row_after_the_grace_time(self, db, put):
        stray = put(GRACE + HOUR)

        assert operations.remove_orphaned_files(MONDAY) == [stray]
        assert not default_storage.exists(stray)

    def test_leaves_a_file_whose_row_may_still_come(self, db, put):
        fresh = put(GRACE - HOUR)

        assert operations.remove_orphaned_files(MONDAY) == []
        assert default_storage.exists(fresh)

    def test_leaves_the_file_of_a_row_however_old(self, draft, alice):
        document = add(draft, alice)
        os.utime(default_storage.path(document.file.name), (0, 0))

        assert list(operations.find_orphaned_files(MONDAY)) == []

    def test_finds_what_an_outer_transaction_has_left(self, draft, alice):
        with transaction.atomic():
            document = add(draft, alice)
            transaction.set_rollback(True)
        os.utime(default_storage.path(document.file.name), (0, 0))

        assert list(operations.find_orphaned_files(MONDAY)) == [document.file.name]

    def test_takes_a_file_whose_name_is_none_of_ours(self, db, put):
        stray = put(GRACE + HOUR, name="half-written.pdf")

        assert operations.remove_orphaned_files(MONDAY) == [stray]

    def test_looks_at_this_month_and_the_last(self, db, put):
        last, older = (put(timedelta(days=30), month=m) for m in ("2025/02", "2024/12"))

        assert operations.remove_orphaned_files(MONDAY) == [last]
        assert list(operations.find_orphaned_files(MONDAY)) == [older]

    def test_asks_one_query_for_many_files(self, db, put, django_assert_num_queries):
        for _file in range(3):
            put(GRACE + HOUR)

        with django_assert_num_queries(1):
            assert len(list(operations.find_orphaned_files(MONDAY))) == 3

    def test_without_any_file_yet_finds_nothing(self, db):
        assert operations.remove_orphaned_files(MONDAY) == []


class TestTask:
    def test_says_on_the_status_page_that_it_ran(self, db):
        tasks.remove_stray_files()

        assert Sweep.objects.filter(kind=Sweep.Kind.STRAYS).exists()
