"""A reminder is a row once, whichever release writes it."""

import pytest
from django.db import IntegrityError, connection, transaction

from huadu_portal.escalation.models import Reminder
from tests.conftest import MONDAY

pytestmark = pytest.mark.django_db


def write(**fields):
    with transaction.atomic():
        return Reminder.objects.create(
            course="review",
            rung="near",
            rung_name="临近到期",
            rung_name_en="due soon",
            epoch=0,
            reached_at=MONDAY,
            recorded_at=MONDAY,
            **fields,
        )


def write_as_before(column, key):
    """As the release before this one does, which knows the columns of before alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO approvals_reminder ({column}, course, rung, rung_name, rung_name_en,"
            " epoch, occasion, reached_at, recorded_at, is_superseded)"
            " VALUES (%s, 'review', 'near', '', '', 0, 0, now(), now(), false)",
            [key],
        )


def test_a_step_is_reached_once_per_subject_and_epoch(item):
    write(subject_kind="item", subject_key=item.pk)

    with pytest.raises(IntegrityError, match="reminder_once"):
        write(subject_kind="item", subject_key=item.pk)


def test_it_has_a_subject(db):
    with pytest.raises(IntegrityError, match="subject_kind"):
        write(subject_kind=None, subject_key="7")


@pytest.mark.parametrize(
    ("kind", "column"), [("item", "item_id"), ("application", "application_id")]
)
class TestBesideTheReleaseBefore:
    """During an upgrade both run; nobody is reminded of the same twice."""

    @pytest.fixture
    def key(self, kind, item, application):
        return {"item": item, "application": application}[kind].pk

    def test_what_the_release_before_writes_we_read(self, kind, column, key):
        write_as_before(column, key)

        reminder = Reminder.objects.get()
        assert (reminder.subject_kind, reminder.subject_key) == (kind, str(key))
        assert reminder.subject.pk == key

    def test_what_we_have_written_it_cannot_write_again(self, kind, column, key):
        write(subject_kind=kind, subject_key=key)

        with pytest.raises(IntegrityError, match="reminder_once"):
            write_as_before(column, key)
