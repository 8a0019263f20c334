"""A function does one thing: what is longer than a screen is cut."""

import ast

from django.conf import settings

from tests.modules import modules

LONGEST = 40  # lines


def test_no_function_is_longer_than_a_screen():
    files = [file for _, file in modules(settings.BASE_DIR)]
    files += (settings.BASE_DIR / "tests").rglob("*.py")

    assert [long for file in files for long in long_ones(file)] == []


def test_a_long_one_is_noticed(tmp_path):
    file = tmp_path / "new.py"
    file.write_text("def short():\n    pass\n\n\ndef long():\n" + "    pass\n" * LONGEST)

    assert long_ones(file) == ["new.py:5 long: 41 lines"]


def long_ones(file):
    return [
        f"{file.name}:{node.lineno} {node.name}: {lines} lines"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := node.end_lineno - node.lineno + 1) > LONGEST
    ]
