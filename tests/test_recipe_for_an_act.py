"""The steps of CONTRIBUTING.md for a new act lead to one: carried out in a copy of the tree, its tests are green."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests import database

ROOT = settings.BASE_DIR
# A numbered step, the file it names first (and a table in it), and what is to be written.
STEP = re.compile(r"^\d\. .*?`([\w/]+\.py)(?::(\w+))?`.*?```python\n(.*?)```", re.M | re.S)
# What the tests need of the tree.
NEEDED = [
    "agents",
    "approvals",
    "deploy",
    "docs",
    "huadu_portal",
    "locale",
    "projects",
    "static",
    "templates",
    "tests",
    "manage.py",
    "pyproject.toml",
]


def steps():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^## A new act on items.*?(?=^## )", text, re.M | re.S)
    return STEP.findall(section)


@pytest.fixture
def tree(tmp_path):
    """A copy in which the steps have been carried out."""
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, tmp_path / name)
    for path, table, block in steps():
        carry_out(tmp_path / path, table, block)
    return tmp_path


def carry_out(file, table, block):
    """Imports to the others, the rest at the end of the table or of the file."""
    if not file.exists():
        file.write_text(block, encoding="utf-8")
        return
    imports, _, rest = (
        block.rpartition("\n\n\n") if block.startswith("from") else ("", "", block)
    )
    text = file.read_text(encoding="utf-8")
    docstring, text = re.match(r'(""".*?"""\n)?(.*)', text, re.S).groups()
    if table:
        head, tail = re.split(rf"(?<=^{table} = \[)", text, maxsplit=1, flags=re.M)
        rows, end, tail = tail.partition("\n]\n")
        text = f"{head}{rows}\n{rest}{end.lstrip()}{tail}"
    else:
        text = f"{text}\n\n{rest}"
    file.write_text(f"{docstring or ''}\n{imports}\n{text}", encoding="utf-8")


@pytest.fixture
def apart(django_db_setup):
    """A copy of the tests' database for another process: the part of its name after `test_`."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    pattern = connection.settings_dict["NAME"].removesuffix(f"_{worker}")
    name = f"recipe_{worker}"
    database.administer(f"DROP DATABASE IF EXISTS test_{name} WITH (FORCE)")
    database.administer(f"CREATE DATABASE test_{name} TEMPLATE {pattern}")
    yield name
    database.administer(f"DROP DATABASE test_{name} WITH (FORCE)")


def run(tree, name, *tests):
    url = os.environ["DATABASE_URL"].rpartition("/")[0]
    env = os.environ | {"DATABASE_URL": f"{url}/{name}", "PYTHONDONTWRITEBYTECODE": "1"}
    env.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, "-m", "pytest", "-q", "--reuse-db", *tests]
    return subprocess.run(
        command, cwd=tree, env=env, capture_output=True, text=True, timeout=120
    )


def test_the_steps_touch_four_files_and_the_tests():
    files = [path for path, _table, _block in steps()]

    assert len(files) == 5
    assert [path.startswith("tests/") for path in files] == [False] * 4 + [True]


@pytest.mark.django_db
def test_carried_out_they_make_an_act_whose_tests_are_green(tree, apart):
    *_, (tests, _table, _block) = steps()
    of_every_act = "tests/approvals/acts/test_act_pages.py::test_a_page_shows_every_field"

    answer = run(tree, apart, tests, f"{of_every_act}[note_call]")

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "6 passed" in answer.stdout
