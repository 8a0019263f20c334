"""Static files out of npm packages: those that `package.json` lists as served.

The packages hold a hundred times as much, which nobody asks for and which would
take minutes to compress.
"""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage


class NpmStorage(FileSystemStorage):
    """Shows each served file under its address below /static/."""

    prefix = ""

    @cached_property
    def served(self) -> dict[str, str]:
        return json.loads((settings.BASE_DIR / "package.json").read_text())["served"]

    def path(self, name: str) -> str:
        return str(Path(self.location) / self.served[name])


class NpmFinder(BaseFinder):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = NpmStorage(location=settings.BASE_DIR / "node_modules")

    def check(self, **kwargs: Any) -> list:
        return []

    def find(self, path, find_all=False, **kwargs):
        found = [self.storage.path(path)] if path in self.storage.served else []
        return found if find_all or kwargs.get("all") else next(iter(found), None)

    def list(self, ignore_patterns):
        return ((name, self.storage) for name in self.storage.served)
