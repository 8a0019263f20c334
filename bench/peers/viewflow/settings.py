"""As little as Viewflow's workflow part needs, on the private PostgreSQL."""

import os
from urllib.parse import urlsplit

_server = urlsplit(os.environ["DATABASE_URL"])
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _server.path.lstrip("/"),
        "USER": _server.username,
        "PASSWORD": _server.password,
        "HOST": _server.hostname,
        "PORT": _server.port,
    }
}
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "viewflow",
    "viewflow.workflow",
    "bench.peers.viewflow",
]
SECRET_KEY = "only-for-the-comparison"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
