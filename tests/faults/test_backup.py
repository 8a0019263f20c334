"""A backup taken while people work, and a portal started from it on another day."""

import shutil
from collections import defaultdict
from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from deploy.embedded.processes import Service
from huadu_portal.notifications.channels import message_id
from huadu_portal.notifications.models import Delivery
from projects.operations import start_application
from tests.faults.cast import DELIVER, all_sent, ask, hand_in, repeated, write_mails
from tests.faults.load import Load
from tests.faults.portal import kill
from tests.faults.test_beat import APPLICATIONS, all_reminded
from tests.faults.waiting import eventually
from tests.projects.conftest import add

UNSENT, QUEUES = 10, ["reminders", "deliveries"]
TABLES = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"


def back_up(portal, to) -> None:
    status, said = portal.finished("backup", str(to))
    assert status == 0, said


def lose(portal) -> None:
    """Database and files."""
    connection.close()
    portal.as_superuser("DROP DATABASE portal WITH (FORCE)")
    portal.as_superuser("CREATE DATABASE portal OWNER portal")
    shutil.rmtree(portal.media)


def restore(portal, folder) -> tuple[int, str]:
    """In place of the one that was lost."""
    lose(portal)
    return portal.finished("restore", str(folder))


def start(portal, of: str = "") -> list[Service]:
    """What serves pages, and what reminds and delivers."""
    running = [portal.start_web(), portal.start_beat(f"beat{of}")]
    return running + [portal.start_worker(queue, f"{queue}{of}") for queue in QUEUES]


def sent_to_several(sink) -> list[set[str]]:
    """To whom mails went that share their Message-ID with one to somebody else."""
    by_id = defaultdict(set)
    for mail in sink.mails:
        by_id[mail.id].add(mail.to)
    return [people for people in by_id.values() if len(people) > 1]


def sent() -> set[str]:
    """Message-IDs of what is said to have been sent."""
    rows = Delivery.objects.filter(state=Delivery.State.SENT, digest=None)
    return {message_id(row) for row in rows.only("created_at")}


def test_a_portal_on_a_backup_taken_under_load_sends_what_was_not_sent(
    portal, firm, alice, wei, sink, tmp_path
):
    hand_in(firm, by=alice, count=APPLICATIONS)
    add(start_application(firm, by=alice, at=portal.clock.now()), alice)
    running = start(portal)
    portal.let_pass(minutes=1)
    with Load(portal) as load:
        portal.ring(DELIVER, "deliveries")
        eventually(lambda: len(sink.mails) > 10)
        unsent = write_mails(UNSENT, portal.clock.now(), name="at-the-backup")
        back_up(portal, tmp_path / "backup")
        before = len(load.written)
        eventually(lambda: len(load.written) > before + 5)
    for service in running:
        kill(service)

    status, said = restore(portal, tmp_path / "backup")
    assert status == 0, said
    assert "Every invariant holds." in said
    known = sent()
    mails_before = list(sink.mails)
    start(portal, of="-restored")
    portal.let_pass(minutes=3)

    eventually(lambda: all_reminded() and all_sent())
    assert unsent <= {mail.to for mail in sink.mails}
    again = sink.mails[len(mails_before) :]
    # What had been sent by the moment of the backup is not sent again …
    assert again
    assert not known & {mail.id for mail in again}
    # … and what was sent after it comes again under its own id, for the backup knows no better.
    assert len({mail.id for mail in again}) == len(again)
    assert set(repeated(sink)) <= {mail.id for mail in mails_before}
    # The numbers of rows are given out a second time, their Message-IDs are not.
    new = write_mails(len(again) + UNSENT, portal.clock.now(), name="after-the-restore")
    eventually(lambda: new <= {mail.to for mail in sink.mails})
    assert sent_to_several(sink) == []


@pytest.mark.quick
def test_one_that_is_damaged_restores_nothing(portal, firm, alice, tmp_path):
    add(start_application(firm, by=alice, at=portal.clock.now()), alice)
    folder = tmp_path / "backup"
    back_up(portal, folder)
    file = next(path for path in (folder / "media").rglob("*") if path.is_file())
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + b"?")

    status, said = restore(portal, folder)

    assert status == 1
    assert f"is damaged: 1 files are not as written: {file.relative_to(folder)}" in said
    assert ask(TABLES) == [(0,)]
    # Once it is in order again it restores all.
    file.write_bytes(whole)
    status, said = portal.finished("restore", str(folder))
    assert status == 0, said


def test_one_that_was_killed_is_never_taken_for_whole(portal, firm, alice, tmp_path):
    lock = "LOCK TABLE projects_project IN ACCESS EXCLUSIVE MODE"
    with closing(psycopg2.connect(portal.stack.postgres.url)) as other:
        other.cursor().execute(lock)
        making = portal.manage("backup", str(tmp_path / "backup"))
        eventually(lambda: list(tmp_path.glob("backup.*.partial/database.dump")))
        kill(making)
    portal.stack.running.remove(making)
    making.stop()

    assert not (tmp_path / "backup").exists()
    back_up(portal, tmp_path / "backup")


def test_nothing_is_restored_over_what_is_there(portal, firm, tmp_path):
    back_up(portal, tmp_path / "backup")

    status, said = portal.finished("restore", str(tmp_path / "backup"))

    assert status == 1
    assert "The database is not empty" in said
