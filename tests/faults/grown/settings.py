"""The next release's: `migrate` runs under them while the portal of today goes on."""

from huadu_portal.settings import *  # noqa: F403
from huadu_portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.grown"]
