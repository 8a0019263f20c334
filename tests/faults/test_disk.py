"""Disks that are full: the database's, that of its log, the store of files, the temp directory."""

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pikepdf
import psycopg2
import pytest
from django.db import Error, OperationalError, connection

from projects.models import Document, MaterialKind
from projects.operations import start_application
from tests.conftest import person
from tests.faults.cast import all_sent, arrived, hand_in, repeated, write_mails
from tests.faults.disk import SmallDisk, small_disk
from tests.faults.test_beat import APPLICATIONS, all_reminded
from tests.faults.visitor import Visitor
from tests.faults.waiting import eventually

RECOVERY = 30  # seconds, by I8 of docs/quality.md
BUSY = "系统繁忙，请稍后再试"
FULL = "系统存储空间暂时已满"
MEGABYTE = 1024 * 1024


def pdf_of(size: int) -> bytes:
    """A sound PDF of about so many bytes."""
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].Contents = pdf.make_stream(os.urandom(size))
        pdf.save(content, compress_streams=False)
    return content.getvalue()


@pytest.fixture
def draft(portal, firm, alice):
    return start_application(firm, by=alice, at=portal.clock.now())


# ---- The database's -----------------------------------------------------------------------


@pytest.fixture
def database_disk(portal, db):
    """The portal's database on a small disk of its own."""
    with small_disk(portal.home / "small-database", 200) as disk, moved_database(portal, disk):
        yield disk


@contextmanager
def moved_database(portal, disk: SmallDisk) -> Iterator[None]:
    space = disk.folder / "space"
    space.mkdir()
    os.chown(space, portal.stack.postgres.user.pw_uid, -1)
    connection.close()
    portal.as_superuser(f"CREATE TABLESPACE small LOCATION '{space}'")
    try:
        portal.as_superuser("ALTER DATABASE portal SET TABLESPACE small")
        yield
    finally:
        disk.free()
        portal.end()
        connection.close()
        portal.as_superuser("DROP DATABASE portal WITH (FORCE)")
        portal.as_superuser("DROP TABLESPACE small")


def write_until_full(portal) -> set[str]:
    """Mails until the database takes no more; those it has taken."""
    taken = set()
    with suppress(OperationalError):
        while True:
            name = f"until-full{len(taken)}-"
            taken |= write_mails(1, portal.clock.now(), name=name)
    connection.close()
    return taken


def describe(visitor, draft):
    """In a text that no page of the table has room for."""
    summary = os.urandom(9_000).hex()
    return visitor.post(f"/apply/{draft.pk}/project/", summary=summary, go="leave")


def test_a_full_disk_of_the_database_loses_nothing(
    portal, database_disk, sink, firm, alice, wei, draft
):
    hand_in(firm, by=alice, count=APPLICATIONS)
    addresses = write_mails(20, portal.clock.now())
    portal.start_web()
    visitor = Visitor(portal, alice)
    visitor.get(f"/apply/{draft.pk}/project/")
    database_disk.fill()
    addresses |= write_until_full(portal)
    workers = [portal.start_worker(queue) for queue in ("reminders", "deliveries")]
    portal.start_beat()
    portal.let_pass(minutes=1)
    eventually(lambda: all("No space left" in each.end_of_log(1000) for each in workers))

    answer = describe(visitor, draft)

    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "60")
    assert BUSY in answer.text
    # What only reads goes on.
    assert Visitor(portal).get("/catalogue/").status_code == 200
    assert not all_reminded()

    database_disk.free()
    portal.let_pass(minutes=3)
    eventually(lambda: all_reminded() and all_sent(), within=RECOVERY)
    assert addresses <= arrived(sink)
    assert describe(visitor, draft).status_code == 302
    # Whose mark found no room after it was sent comes again, under its own id.
    assert len(repeated(sink)) <= 2


@pytest.fixture
def log_disk(portal, db):
    """The log that PostgreSQL writes ahead, on a small disk of its own."""
    log = portal.stack.postgres.data / "pg_wal"
    size = sum(file.stat().st_size for file in log.rglob("*"))
    megabytes = size // MEGABYTE + 64
    with small_disk(portal.home / "small-log", megabytes) as disk, moved_log(portal, disk):
        yield disk


@contextmanager
def moved_log(portal, disk: SmallDisk) -> Iterator[None]:
    postgres = portal.stack.postgres
    log, moved = postgres.data / "pg_wal", disk.folder / "pg_wal"
    before = log.with_name("pg_wal.before")
    connection.close()
    postgres.stop()
    try:
        copy_log(postgres, log, moved)
        log.rename(before)
        log.symlink_to(moved)
        postgres.start()
        yield
    finally:
        disk.free()
        portal.end()
        connection.close()
        postgres.stop()
        if log.is_symlink():
            log.unlink()
            copy_log(postgres, moved, log)
            shutil.rmtree(before)
        postgres.start()


def copy_log(postgres, source: Path, to: Path) -> None:
    shutil.copytree(source, to)
    for path in [to, *to.rglob("*")]:
        os.chown(path, postgres.user.pw_uid, postgres.user.pw_gid)
    to.chmod(0o700)


def use_up_the_log(portal) -> None:
    """Until the server gives up: without its log it may not go on."""
    with suppress(Error, psycopg2.Error):
        while True:
            portal.as_superuser("SELECT pg_switch_wal()")
            write_mails(1, portal.clock.now(), name=os.urandom(4).hex())


def test_a_full_disk_of_the_log_stops_the_database_and_loses_nothing(portal, log_disk, sink):
    person("nadia")
    portal.start_web()
    portal.start_worker("deliveries")
    portal.start_beat()
    visitor = Visitor(portal)
    visitor.get("/accounts/login/")
    addresses = write_mails(20, portal.clock.now())
    log_disk.fill()
    use_up_the_log(portal)

    answer = visitor.post("/accounts/password/reset/", email="nadia@example.com")
    assert answer.status_code == 503
    assert BUSY in answer.text

    eventually(lambda: not portal.stack.postgres.alive)
    log_disk.free()
    connection.close()
    # The server ends when it cannot recover; who looks after it starts it again.
    portal.heal()
    portal.let_pass(minutes=3)
    eventually(all_sent, within=RECOVERY)
    assert addresses <= arrived(sink)
    assert repeated(sink) == []


# ---- That of the files --------------------------------------------------------------------


@pytest.fixture
def licence(catalogue):
    return MaterialKind.objects.get(name="营业执照")


@pytest.fixture
def store(portal):
    with small_disk(portal.media, 8) as disk:
        yield disk


def put(visitor, draft, kind, content) -> str:
    """Into the application, without the browser's script; the page that follows."""
    answer = visitor.post(
        f"/apply/{draft.pk}/materials/upload/",
        files={"upload": ("执照.pdf", content)},
        kind=kind.code,
    )
    assert answer.status_code == 302
    return visitor.get(answer.headers["Location"]).text


@pytest.mark.quick
def test_an_upload_that_finds_no_room_leaves_neither_file_nor_row(
    portal, store, draft, alice, licence
):
    portal.start_web()
    visitor = Visitor(portal, alice)
    visitor.get(f"/apply/{draft.pk}/materials/")
    content = pdf_of(MEGABYTE)
    # So that half of it can be written.
    store.fill(leaving=MEGABYTE // 2)

    assert FULL in put(visitor, draft, licence, content)
    assert store.files() == []
    assert not Document.objects.exists()

    store.free()
    assert FULL not in put(visitor, draft, licence, content)
    (document,) = Document.objects.all()
    assert store.files() == [os.path.basename(document.file.name)]


@pytest.fixture
def temp(portal):
    with small_disk(portal.home / "small-temp", 8) as disk:
        yield disk


def test_a_full_temp_directory_keeps_what_was_typed(portal, temp, firm, alice, licence):
    """Files beyond two and a half megabytes pass through it before any view is asked."""
    portal.start_web(TMPDIR=str(temp.folder))
    visitor = Visitor(portal, alice)
    visitor.get("/materials/add/")
    typed = {"kind": licence.code, "enterprise": str(firm.pk), "valid_until": "2031-05-06"}
    content = pdf_of(4 * MEGABYTE)
    temp.fill()

    answer = visitor.post("/materials/add/", files={"upload": ("执照.pdf", content)}, **typed)

    assert answer.status_code == 200
    assert FULL in answer.text
    assert 'value="2031-05-06"' in answer.text
    assert temp.files() == []
    assert not Document.objects.exists()

    temp.free()
    answer = visitor.post("/materials/add/", files={"upload": ("执照.pdf", content)}, **typed)
    assert answer.status_code == 302
    assert Document.objects.get().size == len(content)
    assert temp.files() == []
