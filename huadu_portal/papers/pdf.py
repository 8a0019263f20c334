"""Papers are set by typst, in the sandbox: the longest texts that people can type would keep a
thread of the web busy for minutes."""

import json

from huadu_portal import sandbox
from huadu_portal.database_waits import requests_under_way
from huadu_portal.sandbox.jobs import fonts

# The first paper takes half a second, for fonts are read; each further one a tenth.
LIMITS = sandbox.Limits(
    memory=2048 * 1024 * 1024,
    seconds=10,
    deadline=20,
    answer=50 * 1024 * 1024,
    threads=True,
)


def render(template_name: str, data: dict) -> bytes:
    """The PDF of a template of ours, set with the data; equal data gives equal bytes.

    Raises sandbox.Killed where the texts are too long, sandbox.Busy where it may go later.
    """
    fonts.paths()
    # A lone surrogate would not be JSON; it becomes a question mark.
    text = json.dumps(data, ensure_ascii=False).encode(errors="replace").decode()
    whose = requests_under_way.asker()
    return sandbox.run("typesetting.render", template_name, text, limits=LIMITS, asker=whose)
