"""What a start says of itself while it takes its time."""

import io
import subprocess
import sys
import threading

import pytest

from deploy.embedded import bootstrap, progress


class Screen(io.StringIO):
    """A terminal, or none; wakes whoever waits for so many writings."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal, self.written = is_terminal, threading.Semaphore(0)

    def isatty(self):
        return self.is_terminal

    def flush(self):
        self.written.release()


def shown(*, is_terminal, signs):
    """What stands there after a step that gave so many reports, seven seconds each."""
    screen, seconds = Screen(is_terminal=is_terminal), iter(range(0, 7 * signs + 700, 7))
    report = progress.StepReport("Loading", screen, every=0.001, clock=lambda: next(seconds))
    report._say, said = lambda line: said.append(line) or screen.flush(), []
    report.begin()
    for _ in range(signs + 1):
        assert screen.written.acquire(timeout=30)
    report.end("done in")
    return said


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_long_step_shows_that_it_goes_on(is_terminal):
    said = shown(is_terminal=is_terminal, signs=3)

    assert said[:4] == ["Loading …", "Loading … 7 s", "Loading … 14 s", "Loading … 21 s"]
    assert said[-1].startswith("Loading: done in ")


def test_on_a_terminal_it_stays_in_one_line():
    screen = Screen(is_terminal=True)
    report = progress.StepReport("Loading", screen, every=100)
    report.begin()
    report.end("done in")

    assert screen.getvalue() == "\r\x1b[KLoading …\r\x1b[KLoading: done in 0 s\n"


def test_elsewhere_what_takes_no_time_is_said_once():
    screen = Screen(is_terminal=False)
    report = progress.StepReport("Loading", screen, every=100)
    report.begin()
    report.end("done in")

    assert screen.getvalue() == "Loading …\n"


def test_a_step_that_fails_says_so(capsys, monkeypatch):
    report, seconds = progress.StepReport, iter([0, 3])
    monkeypatch.setattr(
        progress,
        "StepReport",
        lambda title, out: report(title, out, every=100, clock=lambda: next(seconds)),
    )

    with pytest.raises(KeyError), progress.step("Loading"):
        raise KeyError

    assert capsys.readouterr().out == "Loading …\nLoading: stopped after 3 s\n"


def test_the_first_start_says_how_long_it_takes(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "make_environment", lambda: None)
    monkeypatch.setattr(bootstrap.os, "execv", lambda *_: None)
    monkeypatch.setattr(bootstrap.signal, "signal", lambda *_: None)
    monkeypatch.chdir(tmp_path)

    bootstrap.main(["run"])
    assert "takes about" in capsys.readouterr().out

    (tmp_path / ".local").mkdir()
    (tmp_path / ".local" / "env").touch()
    bootstrap.main(["run"])
    assert capsys.readouterr().out == ""


def test_a_bare_python_can_show_it():
    """As `make` starts it: isolated, without packages, outside of ours."""
    code = f"import runpy; runpy.run_path({bootstrap.__file__!r})['progress'].step"
    command = [sys.executable, "-I", "-S", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
