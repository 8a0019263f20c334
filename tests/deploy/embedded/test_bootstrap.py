"""When the virtual environment is taken as it is, and when it is made anew."""

import sys

import pytest

from deploy.embedded import bootstrap


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """An environment that looks whole, and what would be done to it."""
    done = []
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "requirements.txt").write_text("Django\n")
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "complete")
    monkeypatch.setattr(bootstrap, "REQUIREMENTS", tmp_path / "requirements.txt")
    monkeypatch.setattr(bootstrap, "make_bare", lambda: done.append("made anew"))
    monkeypatch.setattr(bootstrap, "install", lambda: done.append("installed"))
    bootstrap.build()
    done.clear()
    return done


def make_sure():
    if not bootstrap.is_complete():
        bootstrap.build()


def test_a_whole_one_is_left_alone(venv):
    make_sure()
    assert venv == []


def test_new_requirements_are_added(venv):
    bootstrap.REQUIREMENTS.write_text("Django\ncelery\n")
    make_sure()
    assert venv == ["installed"]


def test_a_half_made_one_is_made_anew(venv):
    bootstrap.STAMP.unlink()
    make_sure()
    assert venv == ["made anew", "installed"]


def test_one_whose_python_is_gone_is_made_anew(venv):
    bootstrap.PYTHON.unlink()
    make_sure()
    assert venv == ["made anew", "installed"]


@pytest.mark.parametrize("release", [(3, 10), (3, 99)])
def test_one_of_another_python_is_made_anew(venv, monkeypatch, release):
    monkeypatch.setattr(bootstrap.sys, "version_info", release)
    make_sure()
    assert venv == ["made anew", "installed"]


def test_one_that_was_moved_is_made_anew(venv, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    bootstrap.VENV.rename(elsewhere)
    monkeypatch.setattr(bootstrap, "VENV", elsewhere)
    monkeypatch.setattr(bootstrap, "PYTHON", elsewhere / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMP", elsewhere / "complete")
    make_sure()
    assert venv == ["made anew", "installed"]


def test_one_whose_making_fails_is_not_taken_for_whole(venv, monkeypatch):
    bootstrap.STAMP.unlink()
    monkeypatch.setattr(bootstrap, "install", lambda: sys.exit("no network"))
    with pytest.raises(SystemExit, match="no network"):
        make_sure()
    assert not bootstrap.is_complete()
