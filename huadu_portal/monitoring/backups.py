"""A backup: a folder with the database, the files and a manifest that says what is in it.

The database comes first: a file is stored before its row, so no row of the dump lacks one.
The manifest is written last, under another name of the folder; what carries the right name
is whole.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from huadu_portal.monitoring import postgres_programs as postgres
from huadu_portal.monitoring.models import Backup
from huadu_portal.monitoring.postgres_programs import Unusable

DUMP, MEDIA, MANIFEST = "database.dump", "media", "manifest.json"
PIECE = 1024 * 1024  # bytes
LISTED = 5
# An application's limits; a dump takes as long as it takes, on our snapshot.
UNLIMITED = ["statement_timeout", "idle_in_transaction_session_timeout"]


class BackupRefused(Exception):
    """Nothing was done, for this reason; or what was done is not whole, and it says so."""


@dataclass(frozen=True)
class Manifest:
    version: str
    made_at: str
    # Major versions: a newer program or server may be needed to read it.
    server: int
    program: int
    # Rows by table, and digests by path within the folder.
    rows: dict[str, int]
    digests: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        try:
            said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            return cls(**said)
        except (OSError, ValueError, TypeError) as error:
            raise BackupRefused(f"{folder} is no whole backup: {error}") from error


# ---- Making one ------------------------------------------------------------------------------


def make(folder: Path, *, at: datetime) -> Manifest:
    """Back up database and files while all goes on; the folder must not be there yet.

    Raises BackupRefused, also where the disk is full; then no folder of that name is left.
    """
    if folder.exists():
        raise BackupRefused(f"{folder} is there already.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _aside(folder) as new:
            manifest = _filled(new, at)
            # Under its final name a backup is complete, also after a loss of power.
            os.sync()
            new.rename(folder)
    except (OSError, Unusable) as error:
        raise BackupRefused(str(error)) from error
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    Backup.objects.create(made_at=at, files=len(manifest.digests) - 1, size=size)
    return manifest


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder under another name that only its owner can read; removed on failure."""
    new = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", suffix=".partial", dir=folder.parent))
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _filled(folder: Path, at: datetime) -> Manifest:
    server = postgres.server_version()
    pg_dump = postgres.program("pg_dump", server)
    rows = _dump(pg_dump, folder / DUMP)
    digests = {DUMP: _digest(folder / DUMP)} | dict(_copied(settings.MEDIA_ROOT, folder))
    manifest = Manifest(
        version=settings.VERSION,
        made_at=at.isoformat(),
        server=server,
        program=postgres.version_of(pg_dump),
        rows=rows,
        digests=digests,
    )
    said = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(said, encoding="utf-8")
    return manifest


def _dump(pg_dump: Path, to: Path) -> dict[str, int]:
    """The rows of each table, counted in the snapshot that is dumped."""
    with _one_snapshot() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        postgres.run_program(
            pg_dump, "--format=custom", f"--file={to}", f"--snapshot={snapshot}"
        )
        return _counted(cursor)


@contextmanager
def _one_snapshot() -> Iterator[CursorWrapper]:
    """To read for as long as it takes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name in UNLIMITED:
            cursor.execute(f"SET LOCAL {name} = 0")
        yield cursor


def _counted(cursor: CursorWrapper) -> dict[str, int]:
    counts = {}
    for table in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
        counts[table] = cursor.fetchone()[0]
    return counts


def _copied(media: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Each file that was copied, with its digest."""
    (folder / MEDIA).mkdir()
    for source in sorted(path for path in Path(media).rglob("*") if path.is_file()):
        target = folder / MEDIA / source.relative_to(media)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            digest = _copy(source, target)
        except FileNotFoundError:
            # The hourly sweep has taken it away: no row of the dump knew it.
            continue
        yield str(target.relative_to(folder)), digest


def _copy(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as written:
        while piece := read.read(PIECE):
            digest.update(piece)
            written.write(piece)
    shutil.copystat(source, target)
    return digest.hexdigest()


def _digest(file: Path) -> str:
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


# ---- Bringing one back -----------------------------------------------------------------------


def restore(folder: Path) -> Manifest:
    """Into an empty database and an empty MEDIA_ROOT, once the backup has proved whole, and
    no more than that.

    Raises BackupRefused. The database comes back in one transaction, or not at all.
    """
    manifest = Manifest.read(folder)
    _check_files(folder, manifest)
    _check_empty()
    try:
        _check_server(manifest)
        pg_restore = postgres.program("pg_restore", manifest.program)
        postgres.run_program(pg_restore, "--no-owner", "--single-transaction", folder / DUMP)
        shutil.copytree(folder / MEDIA, settings.MEDIA_ROOT, dirs_exist_ok=True)
    except (OSError, Unusable) as error:
        raise BackupRefused(str(error)) from error
    _check_rows(manifest)
    return manifest


def _check_files(folder: Path, manifest: Manifest) -> None:
    """Those of the manifest as it says, and no others: neither links nor ways out of here."""
    there = {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    amiss = [
        path
        for path, digest in manifest.digests.items()
        if path not in there or _digest(folder / path) != digest
    ]
    if amiss:
        named = ", ".join(amiss[:LISTED])
        raise BackupRefused(
            f"{folder} is damaged: {len(amiss)} files are not as written: {named}"
        )
    links = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink()}
    if strange := sorted((there | links) - {MANIFEST, *manifest.digests}):
        named = ", ".join(strange[:LISTED])
        raise BackupRefused(
            f"{folder} holds {len(strange)} files that were not backed up: {named}"
        )


def _check_empty() -> None:
    if tables := connection.introspection.table_names():
        raise BackupRefused(f"The database is not empty: it has {len(tables)} tables.")
    media = Path(settings.MEDIA_ROOT)
    if media.exists() and any(path.is_file() for path in media.rglob("*")):
        raise BackupRefused(f"{media} is not empty; put it aside first.")


def _check_server(manifest: Manifest) -> None:
    if (server := postgres.server_version()) < manifest.server:
        raise BackupRefused(
            f"The backup is of PostgreSQL {manifest.server}; this server is only {server}."
        )


def _check_rows(manifest: Manifest) -> None:
    with _one_snapshot() as cursor:
        counted = _counted(cursor)
    amiss = sorted(name for name in manifest.rows if counted.get(name) != manifest.rows[name])
    if amiss:
        raise BackupRefused(
            f"Restored, but not all rows are there: {', '.join(amiss[:LISTED])}"
        )
