"""A backup taken while people work, and a portal started from it on another day."""

import shutil
import subprocess
from collections import defaultdict

from django.db import connection

from huadu_portal.notifications.channels import message_id
from huadu_portal.notifications.models import Delivery
from projects.operations import start_application
from tests.faults.cast import DELIVER, all_sent, hand_in, repeated, write_mails
from tests.faults.load import Load
from tests.faults.portal import kill
from tests.faults.test_beat import APPLICATIONS, all_reminded
from tests.faults.waiting import eventually
from tests.projects.conftest import add

UNSENT = 10


def program(portal, name: str, *arguments: str) -> None:
    command = [portal.stack.postgres.programs / name, *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def back_up(portal, to) -> None:
    """The database first: what is stored afterwards belongs to no row of it."""
    url = portal.stack.postgres.url
    program(portal, "pg_dump", "--format=custom", f"--file={to / 'portal.dump'}", url)
    shutil.copytree(portal.media, to / "media")


def restore(portal, to) -> None:
    """In place of the one that was lost."""
    connection.close()
    portal.as_superuser("DROP DATABASE portal WITH (FORCE)")
    portal.as_superuser("CREATE DATABASE portal OWNER portal")
    url = portal.stack.postgres.url
    program(
        portal,
        "pg_restore",
        "--no-owner",
        "--exit-on-error",
        f"--dbname={url}",
        str(to / "portal.dump"),
    )
    shutil.rmtree(portal.media)
    shutil.copytree(to / "media", portal.media)


def sent() -> set[str]:
    """Message-IDs of what is said to have been sent."""
    rows = Delivery.objects.filter(state=Delivery.State.SENT, digest=None)
    return {message_id(row) for row in rows.only("created_at")}


def test_a_portal_on_a_backup_taken_under_load_sends_what_was_not_sent(
    portal, firm, alice, wei, sink, tmp_path
):
    hand_in(firm, by=alice, count=APPLICATIONS)
    add(start_application(firm, by=alice, at=portal.clock.now()), alice)
    running = [portal.start_web(), portal.start_beat()]
    running += [portal.start_worker(queue) for queue in ("reminders", "deliveries")]
    portal.let_pass(minutes=1)
    with Load(portal) as load:
        portal.ring(DELIVER, "deliveries")
        eventually(lambda: len(sink.mails) > 10)
        unsent = write_mails(UNSENT, portal.clock.now(), name="at-the-backup")
        back_up(portal, tmp_path)
        before = len(load.written)
        eventually(lambda: len(load.written) > before + 5)
    for service in running:
        kill(service)

    restore(portal, tmp_path)
    known = sent()
    mails_before = list(sink.mails)
    portal.start_web()
    portal.start_beat("beat-restored")
    for queue in ("reminders", "deliveries"):
        portal.start_worker(queue, f"{queue}-restored")
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
    by_id = defaultdict(set)
    for mail in sink.mails:
        by_id[mail.id].add(mail.to)
    assert [who for who in by_id.values() if len(who) > 1] == []
