import threading
from datetime import date

import pytest
from django.db import connection, transaction

from huadu_portal.papers import numbers
from huadu_portal.papers.models import Counter, PaperKind
from huadu_portal.papers.numbers import next_number, next_numbers

DAY = date(2026, 3, 5)


@pytest.mark.django_db
class TestRunningNumber:
    def test_begins_at_one_and_has_no_gap(self):
        assert [next_number("a", "2026") for _ in range(3)] == [1, 2, 3]

    def test_runs_by_kind_and_by_period(self):
        next_number("a", "2026")

        assert next_number("b", "2026") == 1
        assert next_number("a", "2027") == 1
        assert next_number("a", "2026") == 2

    def test_several_come_in_one_statement(self, django_assert_num_queries):
        next_number("a", "2026")

        with django_assert_num_queries(1):
            assert list(next_numbers("a", "2026", 3)) == [2, 3, 4]
        assert next_number("a", "2026") == 5

    def test_none_are_drawn_for_nothing(self):
        assert list(next_numbers("a", "2026", 0)) == []
        assert not Counter.objects.exists()

    def test_of_an_act_that_fails_is_drawn_again(self):
        with transaction.atomic():
            next_number("a", "2026")
            transaction.set_rollback(True)

        assert next_number("a", "2026") == 1


@pytest.mark.django_db(transaction=True)
class TestTransaction:
    def test_is_the_callers(self):
        with pytest.raises(transaction.TransactionManagementError):
            next_number("a", "2026")

    def test_of_acts_at_once_each_has_its_own_number(self):
        # All are in their act before the first draws; no two may read the same counter.
        all_begun = threading.Barrier(8)
        drawn = []

        def act():
            try:
                with transaction.atomic():
                    Counter.objects.exists()
                    all_begun.wait(timeout=5)
                    drawn.append(next_number("a", "2026"))
            finally:
                connection.close()

        acts = [threading.Thread(target=act) for _ in range(8)]
        for one in acts:
            one.start()
        for one in acts:
            one.join()

        assert sorted(drawn) == list(range(1, 9))

    def test_waits_for_the_act_that_may_still_fail(self):
        drawn = []

        def draw():
            try:
                with transaction.atomic():
                    drawn.append(next_number("a", "2026"))
            finally:
                connection.close()

        other = threading.Thread(target=draw)
        with transaction.atomic():
            next_number("a", "2026")
            other.start()
            other.join(timeout=0.3)
            was_waiting = other.is_alive()
            transaction.set_rollback(True)
        other.join()

        assert was_waiting
        assert drawn == [1]


@pytest.mark.django_db
class TestWriting:
    @pytest.mark.parametrize(
        ("write", "written"),
        [
            (numbers.application_number, "SB20260305-0001"),
            (numbers.project_number, "HD2026-0001"),
            (numbers.mandate_number, "DB2026-0001"),
            (numbers.request_number, "SQ20260305-0001"),
            (numbers.joint_number, "WZ2026-0001"),
        ],
    )
    def test_of_each_kind(self, write, written):
        assert write(DAY) == written

    def test_of_items_planned_together(self):
        assert numbers.item_numbers(DAY, ["HD-GC-01", "HD-SG-02"]) == [
            "HD44011420260305HDGC010001",
            "HD44011420260305HDSG020002",
        ]

    def test_of_an_item_fits_fifty_characters(self):
        assert len(numbers.item_number(DAY, "X" * 30)) == 50
        with pytest.raises(ValueError, match="fifty"):
            numbers.item_number(DAY, "X" * 31)

    def test_kinds_of_papers_have_their_own_series(self):
        assert numbers.paper_numbers(DAY, PaperKind.ACCEPTANCE, 2) == [
            "花产服受〔2026〕第0001号",
            "花产服受〔2026〕第0002号",
        ]
        assert numbers.paper_numbers(DAY, PaperKind.EXTENSION, 1) == [
            "花产服延〔2026〕第0001号"
        ]

    def test_grows_past_four_digits(self):
        next_numbers("project", "2026", 9999)

        assert numbers.project_number(DAY) == "HD2026-10000"
