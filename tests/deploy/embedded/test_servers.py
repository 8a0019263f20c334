"""Real servers in a folder of their own, stopped and killed."""

import os
import subprocess
import sys
import time

import psutil
import psycopg2
import pytest
import redis

from deploy.embedded import postgres as postgres_module
from deploy.embedded import settings_file
from deploy.embedded.places import ROOT
from deploy.embedded.postgres import Postgres, stop_earlier
from deploy.embedded.processes import Service, leftovers, sweep
from deploy.embedded.stack import SERVERS, Stack


@pytest.fixture(autouse=True)
def no_servers_given(monkeypatch):
    for name in SERVERS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stack(home):
    stack = Stack(home, {"fsync": "off"})
    yield stack
    stack.stop()


def ask(url, sql):
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(sql)
        answer = cursor.fetchone() if cursor.description else None
    connection.close()
    return answer and answer[0]


def test_they_start_keep_their_data_and_leave_nothing(stack, home):
    stack.start()
    ask(stack.postgres.url, "CREATE TABLE kept AS SELECT '花都' AS name")
    redis.Redis.from_url(stack.redis.url).set("kept", 1)
    stack.stop()
    assert leftovers(home) == []

    again = Stack(home)
    try:
        again.start()
        assert ask(again.postgres.url, "SELECT name FROM kept") == "花都"
        assert redis.Redis.from_url(again.redis.url).get("kept") == b"1"
    finally:
        again.stop()
    assert leftovers(home) == []


def test_chinese_has_trigrams_and_no_stranger_comes_in(stack):
    stack.start()
    ask(stack.postgres.url, "CREATE EXTENSION pg_trgm")
    assert ask(stack.postgres.url, "SELECT cardinality(show_trgm('锦华食品'))") == 5
    with pytest.raises(psycopg2.OperationalError, match="password"):
        ask(stack.postgres.url.replace("portal:", "portal:x"), "SELECT 1")
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=stack.redis._port).ping()


def test_killed_with_everything_they_start_again(home):
    """The supervisor is killed: nothing stays, and what was committed is there."""
    with serving(home) as (supervisor, settings):
        ask(settings["DATABASE_URL"], "CREATE TABLE kept AS SELECT 1 AS one")
        supervisor.kill()
        psutil.wait_procs(leftovers(home), timeout=20)
        assert leftovers(home) == []
    with serving(home) as (supervisor, settings):
        assert ask(settings["DATABASE_URL"], "SELECT one FROM kept") == 1
        supervisor.terminate()
        assert supervisor.wait(30) == 0
    assert leftovers(home) == []


class serving:
    """The servers under a supervisor of their own."""

    def __init__(self, home):
        self.home = home

    def __enter__(self):
        (self.home / "env").unlink(missing_ok=True)
        command = [sys.executable, "-m", "deploy.embedded", "servers"]
        self.process = subprocess.Popen([*command, "--dir", self.home], cwd=ROOT)
        deadline = time.monotonic() + 60
        while not (self.home / "env").exists():
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        return self.process, settings_file.read(self.home / "env")

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()
        sweep(self.home)


def test_a_forgotten_pid_file_does_not_matter(tmp_path):
    """The number may by now be that of quite another process."""
    for number in ["", "999999999", str(os.getpid())]:
        (tmp_path / "postmaster.pid").write_text(f"{number}\n{tmp_path}\n")
        stop_earlier(tmp_path)
        assert not (tmp_path / "postmaster.pid").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the database away")
def test_where_its_user_cannot_go_the_cluster_lies_elsewhere(tmp_path, home, monkeypatch):
    monkeypatch.setattr(postgres_module, "ELSEWHERE", home / "elsewhere")
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o700)
    user = postgres_module.server_user(shut)
    folder = postgres_module.cluster_folder(shut, user)
    assert folder.is_relative_to(home)
    assert folder == postgres_module.cluster_folder(shut, user)
    assert shut.stat().st_mode & 0o777 == 0o700


def test_a_cluster_of_another_version_is_said_so(home):
    stack = Stack(home)
    cluster = Postgres(home, stack.memory)
    data = home / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(postgres_module.Trouble, match=r"made by PostgreSQL 9\.6"):
        cluster.start()


def test_what_an_earlier_run_left_is_ended(home):
    left = Service("left", ["sleep", "600"], home=home)
    left.start()
    assert [process.pid for process in leftovers(home)] == [left.process.pid]
    assert sweep(home) == 1
    assert not left.alive
