"""Ports, passwords, settings, restarts: what needs no server."""

import os
import socket
import stat
import subprocess
import sys
from itertools import pairwise

import pytest

from deploy.embedded import demo, ports, settings_file, stack, suite
from deploy.embedded.memory import Memory
from deploy.embedded.places import LOCAL, Trouble
from deploy.embedded.supervision import LONGEST_PAUSE, STEADY, Keeper


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind((ports.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_refused_in_one_line(taken):
    with pytest.raises(Trouble, match=rf"^Port {taken} is in use.*PORT=\d+ make run$"):
        ports.for_web(str(taken))


@pytest.mark.parametrize("text", ["abc", "", "0", "65536", "-1", "80 80"])
def test_what_is_no_port_is_said_so(text):
    with pytest.raises(Trouble, match="is not a port number"):
        ports.for_web(text)


def test_a_drawn_port_is_free():
    port = ports.draw()
    assert ports.FIRST <= port <= ports.LAST
    assert ports.for_web(str(port)) == port


def test_a_password_is_drawn_once_and_kept_private(tmp_path):
    file = tmp_path / "memory.json"
    password = Memory(file).password("postgres password")
    assert Memory(file).password("postgres password") == password
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_memory_cut_short_is_begun_anew(tmp_path):
    file = tmp_path / "memory.json"
    file.write_text('{"postgres po')
    assert Memory(file).once("port", lambda: 5) == 5


def test_settings_survive_the_shell(tmp_path):
    settings = {"SECRET_KEY": "a'b\"c $d #e", "MEDIA_ROOT": "/a folder/项目"}
    file = tmp_path / "env"
    settings_file.write(file, settings)
    read = f"set -a; . {file}; {sys.executable} -c 'import os; print(dict(os.environ))'"
    shown = subprocess.run(["sh", "-c", read], capture_output=True, text=True, check=True)
    assert settings.items() <= eval(shown.stdout).items()
    assert settings_file.read(file) == settings
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.fixture
def without_servers(monkeypatch):
    for name in stack.SERVERS:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_a_server_in_the_environment_is_used(without_servers, tmp_path):
    without_servers.setenv("DATABASE_URL", "postgresql://db.example/portal")
    made = stack.Stack(tmp_path)
    assert made.settings["DATABASE_URL"] == "postgresql://db.example/portal"
    assert made.servers == [made.redis]


def test_our_own_server_in_the_environment_is_none(without_servers, tmp_path):
    without_servers.setenv("DATABASE_URL", stack.Stack(tmp_path).postgres.url)
    made = stack.Stack(tmp_path)
    assert made.servers == [made.postgres, made.redis]


def test_a_port_from_the_environment_holds_every_time(without_servers, tmp_path):
    without_servers.setenv("PORT", "8055")
    settings_file.write(tmp_path / "env", stack.Stack(tmp_path).settings)
    assert stack.Stack(tmp_path).settings["PORT"] == "8055"


def test_a_second_start_says_who_is_first(tmp_path):
    with (
        stack.alone(tmp_path),
        pytest.raises(Trouble, match=f"process {os.getpid()}"),
        stack.alone(tmp_path),
    ):
        pass


def test_tests_never_lie_where_the_demo_lies():
    from deploy.embedded.__main__ import HOMES

    assert len(set(HOMES.values())) == len(HOMES)
    assert HOMES["run"] == LOCAL


class Mayfly:
    """A service that dies as soon as it has been started."""

    name = "mayfly"
    alive = False

    def __init__(self):
        self.starts = 0

    def start(self):
        self.starts += 1


def test_what_dies_is_started_again_ever_more_patiently(capsys):
    thing, now = Mayfly(), [0.0]
    keeper = Keeper(thing, clock=lambda: now[0])
    started_at = []
    while thing.starts < 8:
        before = thing.starts
        keeper.look()
        if thing.starts > before:
            started_at.append(now[0])
        now[0] += 0.5
    pauses = [after - before for before, after in pairwise(started_at)]
    assert pauses == sorted(pauses)
    assert LONGEST_PAUSE <= pauses[-1] < 10


def test_a_long_life_is_a_recovery(capsys):
    now = [0.0]
    keeper = Keeper(Mayfly(), clock=lambda: now[0])
    keeper.deaths = 5
    now[0] = STEADY + 1
    keeper.look()
    assert keeper.due_at == now[0] + 1


@pytest.mark.parametrize(
    ("statuses", "status"),
    [([0, 0], 0), ([0, 5], 0), ([5, 0], 0), ([5, 5], 5), ([1, 0], 1), ([0, 1], 1), ([2], 2)],
)
def test_a_part_without_tests_is_no_failure_but_no_test_at_all_is(statuses, status):
    assert suite.combined(statuses) == status


def test_the_total_is_over_all_parts(tmp_path):
    parts = [tmp_path / "one.xml", tmp_path / "two.xml", tmp_path / "missing.xml"]
    parts[0].write_text('<a><testsuite tests="9" failures="1" errors="1" skipped="2"/></a>')
    parts[1].write_text('<a><testsuite tests="3" failures="0" errors="0" skipped="0"/></a>')
    assert suite.totals(parts) == "total: 8 passed, 2 failed, 2 skipped"


def test_the_files_that_took_longest_come_first(tmp_path):
    part = tmp_path / "one.xml"
    part.write_text(
        "<a><testsuite>"
        '<testcase classname="tests.test_short" time="2"/>'
        '<testcase classname="tests.test_long.TestOne" time="3"/>'
        '<testcase classname="tests.test_long.TestTwo" time="4"/>'
        "</testsuite></a>"
    )

    lines = suite.longest([part, tmp_path / "missing.xml"]).splitlines()

    assert [line.split() for line in lines] == [
        ["7", "s", "tests.test_long"],
        ["2", "s", "tests.test_short"],
    ]


class TestCoverage:
    def part(self, tmp_path, *arguments):
        return suite.Parts(stack.Stack(tmp_path), [*arguments], {})._part("e2e", ("-m", "e2e"))

    def test_is_measured_apart_for_each_part(self, tmp_path):
        command, env = self.part(tmp_path, "--cov")

        assert "--cov-report=" in command
        assert env == {"COVERAGE_FILE": f"{tmp_path}/.coverage.e2e"}

    def test_is_not_measured_unasked(self, tmp_path):
        command, env = self.part(tmp_path, "-x")

        assert (env, "--cov-report=" in command) == ({}, False)


class TestWithoutDemo:
    @pytest.fixture
    def bare(self, tmp_path, monkeypatch):
        monkeypatch.setenv("DEMO", "0")
        monkeypatch.delenv("SECOND_FACTOR", raising=False)
        return stack.Stack(tmp_path)

    @pytest.mark.parametrize(("is_terminal", "asked"), [(True, []), (False, ["--no-input"])])
    def test_the_first_administrators_are_asked_for(
        self, bare, monkeypatch, is_terminal, asked
    ):
        runs = []
        monkeypatch.setattr(demo.sys.stdin, "isatty", lambda: is_terminal)
        monkeypatch.setattr(demo.subprocess, "run", lambda command, **how: runs.append(command))

        demo.set_up(bare)

        assert [command[2:] for command in runs] == [["setup", *asked]]

    def test_staff_need_a_second_factor(self, bare):
        assert bare.settings["SECOND_FACTOR"] == "required"

    def test_unless_somebody_says_otherwise(self, tmp_path, monkeypatch):
        monkeypatch.setenv("DEMO", "0")
        monkeypatch.setenv("SECOND_FACTOR", "optional")

        assert stack.Stack(tmp_path).settings["SECOND_FACTOR"] == "optional"
