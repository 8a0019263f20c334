"""Caluma's own settings, on the private PostgreSQL."""

import os
from urllib.parse import urlsplit

# Its defaults for trying it out; nothing of what is compared depends on them.
os.environ.setdefault("ENV", "dev")

from caluma.settings.django import *  # noqa: F403

# Otherwise Django keeps every statement in memory.
DEBUG = False

_server = urlsplit(os.environ["DATABASE_URL"])
DATABASES = {
    "default": {
        "ENGINE": "psqlextra.backend",
        "NAME": _server.path.lstrip("/"),
        "USER": _server.username,
        "PASSWORD": _server.password,
        "HOST": _server.hostname,
        "PORT": _server.port,
    }
}
LOGGING_CONFIG = None
