"""manage.py load_demo: where it loads, where it refuses, and that it repeats itself."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from approvals.models import ItemEvent, Lamp, Status
from huadu_portal.demo.courses import Impossible, Wanted
from huadu_portal.demo.load import is_loaded, load
from huadu_portal.demo.people import draw_password, keep_password
from huadu_portal.escalation.models import Reminder
from huadu_portal.notifications.models import Notification
from projects.models import Application, Project
from tests.demo.demo_days import AUTUMN, DAY_OFF
from tests.demo.demo_loading import loaded

pytestmark = pytest.mark.django_db

S = Status


class TestCommand:
    @pytest.fixture(autouse=True)
    def demo(self, settings, tmp_path):
        settings.DEMO = True
        settings.DEMO_PASSWORD_FILE = tmp_path / "private/demo-password"

    def test_a_second_run_changes_nothing(self, capsys, settings):
        call_command("load_demo", "--as-of", str(DAY_OFF))
        before, path = fingerprint(), settings.DEMO_PASSWORD_FILE
        password = path.read_text()

        call_command("load_demo", "--as-of", str(AUTUMN))

        assert "already loaded" in capsys.readouterr().out
        assert (fingerprint(), path.read_text()) == (before, password)

    def test_the_password_is_for_the_owner_alone(self, tmp_path):
        path = tmp_path / "private/password"

        keep_password(draw_password(), path)

        assert path.stat().st_mode & 0o777 == 0o600

    def test_two_passwords_differ(self):
        assert draw_password() != draw_password()

    def test_it_refuses_beside_real_data(self, firm):
        with pytest.raises(CommandError, match="real data"):
            call_command("load_demo")

        assert not is_loaded()

    def test_it_refuses_where_there_is_no_demo(self, settings):
        settings.DEMO = False

        with pytest.raises(CommandError, match="DEMO=1"):
            call_command("load_demo")

    def test_an_impossible_story_is_refused_as_a_whole(self, monkeypatch, tmp_path):
        monkeypatch.setattr(Wanted, "read", lambda text: Wanted(S.ACCEPTED, Lamp.DEEP_RED))

        with pytest.raises(Impossible):
            load(AUTUMN, password_file=tmp_path / "password")

        assert not is_loaded()


@pytest.fixture(scope="module")
def loaded_before(django_db_setup, django_db_blocker):
    """What the other tests look at."""
    with loaded(AUTUMN, django_db_setup, django_db_blocker):
        return fingerprint()


def test_the_same_day_gives_the_same_numbers(loaded_before, tmp_path):
    load(AUTUMN, password_file=tmp_path / "password")

    assert fingerprint() == loaded_before


def fingerprint():
    """What was loaded, without the keys that are drawn anew each time."""
    # Rows of a transaction that goes on have no statistics; without them a join can take minutes.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    fields = ("number", "name", "phase", "started_on", "completed_on", "investment_wan")
    events = ItemEvent.objects.order_by()
    item = "item__approval_type__code"
    return (
        list(Project.objects.order_by("number").values_list(*fields)),
        sorted(events.values_list("item__project__number", item, "number", "to_status", "at")),
        list(Application.objects.order_by("number").values_list("number", "status")),
        sorted(Reminder.objects.values_list("rung", "reached_at")),
        sorted(Notification.objects.values_list("recipient__username", "kind", "created_at")),
    )
