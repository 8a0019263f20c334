"""No message is asked for where the catalogue's collector does not look: within an f-string."""

import ast

import pytest
from django.conf import settings

from huadu_portal.ui.management.commands.catalogue import KEYWORDS
from tests.modules import modules


def test_no_message_stands_in_an_f_string():
    files = [file for _, file in modules(settings.BASE_DIR)]

    assert [place for file in files for place in uncollected(file)] == []


@pytest.mark.parametrize("call", ["_('full')", "translation.gettext('full')"])
def test_one_is_noticed(tmp_path, call):
    file = tmp_path / "new.py"
    file.write_text(f'said = f"8 · {{{call}}}"\nwell = _("8 · full")\n')

    assert uncollected(file) == ["new.py:1"]


def uncollected(file):
    return [
        f"{file.name}:{call.lineno}"
        for text in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) in KEYWORDS
    ]
