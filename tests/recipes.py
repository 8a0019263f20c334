"""The recipes of CONTRIBUTING.md, carried out in a copy of the tree, where their tests are run.

A recipe is a section with numbered steps. A step names a file, perhaps a table or a class in it, and
has the code that belongs there.
"""

import ast
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from tests import database

ROOT = settings.BASE_DIR
# The file that a step names first, and a name in it.
STEP = re.compile(r"^\d\. (.*?)```\w+\n(.*?)```", re.M | re.S)
PLACE = re.compile(r"`([\w/]+\.(?:py|yaml))(?::(\w+))?`")
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


class Step(NamedTuple):
    """What is to be written, into which file, and into which table or class of it."""

    path: str
    name: str
    block: str


def steps_of(heading):
    """The steps of the section whose heading begins so."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {heading}.*?(?=^## )", text, re.M | re.S)
    return [Step(*PLACE.findall(text)[0], block) for text, block in STEP.findall(section)]


def carry_out(steps, tree):
    """A copy of the tree in the folder `tree`, with the steps done."""
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, tree / name)
    for step in steps:
        write(tree / step.path, step)


def write(file, step):
    """Imports to the others, the rest at the end of the table, the class or the file."""
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.write_text(step.block, encoding="utf-8")
        return
    has_imports = step.block.startswith("from ")
    imports, _, rest = step.block.partition("\n\n\n") if has_imports else ("", "", step.block)
    text = file.read_text(encoding="utf-8")
    if step.name:
        lines, (end, comma) = text.splitlines(keepends=True), end_of(text, step.name)
        text = "".join([*lines[:end], rest.rstrip(",\n") + comma, *lines[end:]])
    else:
        text = f"{text}\n\n{rest}"
    docstring, text = re.match(r'(""".*?"""\n)?(.*)', text, re.S).groups()
    file.write_text(f"{docstring or ''}\n{imports}\n{text}", encoding="utf-8")


def end_of(text, name):
    """The line before which a table's brackets close, a model's fields or a class are over; and
    what ends an entry there."""
    for node in ast.parse(text).body:
        match node:
            case ast.ClassDef(name=found) if found == name:
                inner = (
                    each.lineno - 1 for each in node.body if isinstance(each, ast.ClassDef)
                )
                return next(inner, node.end_lineno), "\n\n"
            case ast.Assign(targets=[ast.Name(id=found)]) if found == name:
                rows = next(
                    each for each in ast.walk(node) if isinstance(each, ast.List | ast.Dict)
                )
                return rows.end_lineno - 1, ",\n"
    raise LookupError(name)


@contextmanager
def another_database():
    """A copy of the tests' database for another process: the part of its name after `test_`."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    pattern = connection.settings_dict["NAME"].removesuffix(f"_{worker}")
    name = f"recipe_{worker}"
    database.drop_another(f"test_{name}")
    database.administer(f"CREATE DATABASE test_{name} TEMPLATE {pattern}")
    try:
        yield name
    finally:
        database.drop_another(f"test_{name}")


def run_tests(tree, *tests):
    """What pytest says of them, with a database that has the migrations of the copy."""
    with another_database() as name:
        return run(tree, name, "-m", "pytest", "-q", "-rp", "--reuse-db", *tests)


def make_migrations(tree, app):
    answer = run(tree, "portal", "manage.py", "makemigrations", app)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def run(tree, name, *command):
    url = os.environ["DATABASE_URL"].rpartition("/")[0]
    env = os.environ | {"DATABASE_URL": f"{url}/{name}", "PYTHONDONTWRITEBYTECODE": "1"}
    env.pop("PYTEST_XDIST_WORKER", None)
    return subprocess.run(
        [sys.executable, *command],
        cwd=tree,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )
