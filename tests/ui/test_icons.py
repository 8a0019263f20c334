"""Every symbol that a template names is in the sprite; a wrong name would show nothing."""

import re

from django.conf import settings

NAMED = re.compile(r"""(?:\{% icon |\bsymbol=|\bicon=)"([a-z0-9-]+)\"""")


def test_every_symbol_is_there():
    sprite = (settings.BASE_DIR / "static/img/icons.svg").read_text()
    there = set(re.findall(r'id="([a-z0-9-]+)"', sprite))

    missing = {
        f"{file.relative_to(settings.BASE_DIR)}: {name}"
        for file in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in NAMED.findall(file.read_text())
        if name not in there
    }

    assert missing == set()
