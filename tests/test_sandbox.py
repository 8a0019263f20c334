"""What runs in the sandbox takes no more than it may, and takes nobody along."""

import ast
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile

from huadu_portal import sandbox
from huadu_portal.sandbox.turns import Turns
from tests.faults.waiting import eventually

MB = 1024 * 1024
JOBS = sandbox.JOBS
LIMITS = sandbox.Limits(memory=512 * MB, seconds=5, deadline=10)


@pytest.fixture(autouse=True)
def misbehaving(monkeypatch):
    """A server of our own, that knows how to do wrong."""
    monkeypatch.setattr(sandbox, "JOBS", "tests")
    monkeypatch.setattr(sandbox, "_servers", servers := {})
    yield servers
    for server in servers.values():
        server.control.close()
        server.process.wait(10)


def run(name, *arguments, limits=LIMITS, **options):
    return sandbox.run(f"misbehaving.{name}", *arguments, limits=limits, **options)


class TestAnswers:
    def test_bytes_and_json_come_back(self):
        assert run("say", 5) == b"xxxxx"
        assert run("take_memory", 10) == 10

    def test_a_refusal_keeps_its_code_and_figures(self):
        with pytest.raises(sandbox.Refused) as refusal:
            run("refuse")

        assert (refusal.value.code, refusal.value.params) == ("too_much", {"count": 3})

    def test_an_unforeseen_exception_is_told_in_few_words(self):
        with pytest.raises(sandbox.Failed) as failure:
            run("fail")

        assert str(failure.value).startswith("ValueError: xxx")
        assert len(str(failure.value)) < 1000

    def test_an_exception_with_a_code_of_its_own_is_no_refusal(self):
        with pytest.raises(sandbox.Failed) as failure:
            run("fail_with_code")

        assert str(failure.value).startswith("ParseError: no element found")

    def test_an_upload_is_read_wherever_it_lies(self):
        on_disk = TemporaryUploadedFile("x.pdf", "", 0, None)
        on_disk.write(b"on disk")
        for upload, content in [
            (ContentFile(b"in memory"), b"in memory"),
            (on_disk, b"on disk"),
        ]:
            with sandbox.readable(upload) as file:
                assert run("read", file=file) == content


class TestLimits:
    def test_of_memory(self):
        with pytest.raises(sandbox.Killed):
            run("take_memory", 600 * MB)

    def test_of_the_processor(self):
        with pytest.raises(sandbox.Killed):
            run("spin", limits=sandbox.Limits(memory=512 * MB, seconds=1, deadline=60))

    def test_of_the_clock_are_kept_by_the_server(self, misbehaving):
        run("say", 1)
        before = [*misbehaving.values()]

        with pytest.raises(sandbox.Killed):
            run("sleep", 60, limits=sandbox.Limits(memory=512 * MB, seconds=60, deadline=1))

        # It is still there: nobody had to kill it for being stuck.
        assert run("say", 1) == b"x"
        assert [*misbehaving.values()] == before

    def test_a_server_that_is_stuck_is_replaced(self, misbehaving, monkeypatch):
        monkeypatch.setattr(sandbox, "GRACE", 0)
        run("say", 1)
        [server] = misbehaving.values()
        server.process.send_signal(signal.SIGSTOP)

        with pytest.raises(sandbox.Busy):
            run("say", 1, limits=sandbox.Limits(memory=512 * MB, seconds=1, deadline=1))

        server.process.wait(10)
        assert run("say", 1) == b"x"

    def test_of_the_answer(self):
        with pytest.raises(sandbox.Killed):
            run("say", 5 * MB)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may have as many as it likes")
    def test_of_processes(self):
        with pytest.raises(sandbox.Failed, match="BlockingIOError"):
            run("fork")

    def test_of_what_is_written(self, tmp_path):
        with pytest.raises(sandbox.Failed, match="File too large"):
            run("write", str(tmp_path / "x"))

    def test_a_crash_ends_that_job_alone(self, misbehaving):
        with pytest.raises(sandbox.Killed):
            run("crash")

        assert run("say", 1) == b"x"
        assert len(misbehaving) == 1


class TestWhatIsKnown:
    def test_is_neither_our_environment_nor_our_code(self, monkeypatch):
        monkeypatch.setenv("SECRET_KEY", "secret")

        known = run("what_is_known")

        assert set(known["environment"]) <= {*sandbox.ENVIRONMENT, "LC_CTYPE"}
        # Of ours only what the job itself imports; no package above it has run.
        assert known["modules"] == [JOBS, f"{JOBS}.refused"]

    def test_is_no_socket_or_file_of_ours(self, tmp_path):
        with open(tmp_path / "ours", "w") as ours:
            os.set_inheritable(ours.fileno(), True)
            # Its three streams, its own socket, the server's control closed, the listing.
            assert run("what_is_known")["files"] <= 6

    def test_it_stands_behind_the_portal(self):
        assert run("what_is_known")["nice"] == min(os.nice(0) + 10, 19)


class TestTurns:
    @pytest.fixture(autouse=True)
    def turns(self, monkeypatch):
        turns = Turns(places=2, waiting=1)
        monkeypatch.setattr(sandbox, "_turns", turns)
        return turns

    @pytest.fixture
    def never_quick(self, monkeypatch):
        """Every job takes too long to be waited for."""
        monkeypatch.setattr("huadu_portal.sandbox.turns.QUICK", 0)

    def test_a_third_waits_and_a_fourth_is_sent_away(self, turns):
        with ThreadPoolExecutor(3) as pool:
            under_way = [pool.submit(run, "sleep", 1, asker=name) for name in "abc"]
            eventually(lambda: not turns.room)
            with pytest.raises(sandbox.Busy):
                run("say", 1, asker="d")
            assert [each.result() for each in under_way] == [None] * 3

        assert run("say", 1) == b"x"

    def test_of_one_asker_one_runs_and_others_find_a_place(self, turns):
        with ThreadPoolExecutor(2) as pool:
            under_way = [pool.submit(run, "sleep", 1, asker="a") for _ in range(2)]
            eventually(lambda: not turns.room)
            assert len(turns.jobs) == 1
            with pytest.raises(sandbox.Busy):
                run("say", 1, asker="a")
            assert run("say", 1, asker="b") == b"x"
            assert [each.result() for each in under_way] == [None] * 2

    def test_nobody_waits_for_what_takes_long(self, turns, never_quick):
        with turns.turn("a"):
            with pytest.raises(sandbox.Busy):
                run("say", 1, asker="a")
            with turns.turn("b"), pytest.raises(sandbox.Busy):
                run("say", 1, asker="c")

        assert (turns.jobs, turns.room) == ([], 1)

    def test_nobody_waits_for_ever_for_quick_ones(self, turns, monkeypatch):
        monkeypatch.setattr("huadu_portal.sandbox.turns.PATIENCE", 0)

        with turns.turn("a"), pytest.raises(sandbox.Busy):
            run("say", 1, asker="a")

        assert (len(turns.jobs), turns.room) == (0, 1)

    def test_workers_ask_for_nobody(self, turns, never_quick):
        with turns.turn(None):
            assert run("say", 1) == b"x"

    def test_a_place_is_given_back_by_what_fails(self, turns):
        with pytest.raises(sandbox.Failed):
            run("fail", asker="a")

        assert turns.jobs == []


class TestServer:
    def test_one_that_has_died_is_replaced(self, misbehaving):
        run("say", 1)
        [server] = misbehaving.values()
        server.process.kill()
        server.process.wait(10)

        assert run("say", 1) == b"x"

    def test_its_death_is_no_fault_of_the_file(self, misbehaving):
        run("say", 1)
        [server] = misbehaving.values()
        threading.Timer(0.5, server.process.kill).start()

        with pytest.raises(sandbox.Busy):
            run("sleep", 8)

    def test_dies_with_its_children_when_we_die(self):
        """A process of its own starts a job and is killed."""
        code = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "from huadu_portal import sandbox\n"
            "sandbox.JOBS = 'tests'\n"
            "limits = sandbox.Limits(memory=2**29, seconds=60, deadline=60)\n"
            "sandbox.run('misbehaving.sleep', 60, limits=limits)\n"
        )
        caller = subprocess.Popen([sys.executable, "-c", code, str(settings.BASE_DIR)])
        begun = psutil.Process(caller.pid)
        eventually(lambda: len(begun.children(recursive=True)) == 2)
        started = begun.children(recursive=True)

        caller.kill()
        caller.wait()

        _, alive = psutil.wait_procs(started, timeout=10)
        assert alive == []


def test_what_runs_in_it_knows_nothing_of_ours():
    """Each import of Django or of the portal would be loaded, with its secrets, in the child."""
    sandbox_folder = settings.BASE_DIR / "huadu_portal/sandbox"
    files = [sandbox_folder / "server.py", *(sandbox_folder / "jobs").glob("*.py")]
    assert len(files) > 10
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{file}: name the package"
                names = [node.module]
            names = [name for name in names if not f"{name}.".startswith(f"{JOBS}.")]
            foreign = ("django", "huadu_portal", "projects", "approvals", "agents")
            assert not [name for name in names if name.split(".")[0] in foreign], file
