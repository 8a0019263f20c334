"""The small disks of test_disk.py are themselves gone afterwards."""

import os
from contextlib import suppress

import pytest

from tests.faults import disk


def test_one_whose_test_fails_is_taken_away(tmp_path):
    folder = tmp_path / "small"
    with suppress(ZeroDivisionError), disk.small_disk(folder, 1):
        assert os.path.ismount(folder)
        1 / 0  # noqa: B018

    assert not os.path.ismount(folder)


def test_without_mount_the_reason_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(pytest.skip.Exception, match="there is no mount"):
        disk.SmallDisk(tmp_path / "small", 1)
