"""What browser tests need, from Debian's packages: never a download of our own."""

import os
import shutil
from pathlib import Path

from . import processes
from .places import Trouble

# The fonts: without them a screenshot shows boxes for Chinese.
PACKAGES = ["chromium", "fonts-noto-cjk", "faketime"]
FONTS = Path("/usr/share/fonts/opentype/noto")


def provide(home: Path) -> dict[str, str]:
    """Where the browser and the clock-shifting library are; what is missing is left out."""
    if not _all_there() and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(home)
    found = {"CHROMIUM": chromium(), "LIBFAKETIME": libfaketime()}
    if not found["CHROMIUM"]:
        print("No Chromium: the browser tests are skipped.", flush=True)
    return {name: path for name, path in found.items() if path}


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def libfaketime() -> str | None:
    """The library for programs with threads, if there is one."""
    for name in ["libfaketimeMT.so.1", "libfaketime.so.1"]:
        for library in Path("/usr/lib").glob(f"*/faketime/{name}"):
            return str(library)
    return None


def _all_there() -> bool:
    return bool(chromium() and libfaketime() and any(FONTS.glob("*CJK*")))


def _install(home: Path) -> None:
    print(f"Installing {', '.join(PACKAGES)} for the browser tests …", flush=True)
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]
    try:
        # A machine whose lists are old may know the packages but not find them.
        processes.run("apt-get", ["apt-get", "update"], home=home, env=env)
        processes.run("apt-get", install, home=home, env=env)
    except Trouble as trouble:
        print(trouble, flush=True)
