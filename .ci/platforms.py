"""make platforms: whether what is locked installs where we do not run.

For each Python and platform, pip looks for a wheel of every locked release, and the
conditions in their metadata are asked whether that place needs something more.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
GLIBC = [f"manylinux_2_{minor}" for minor in (5, 12, 17, 24, 26, 27, 28, 31, 34)]
GLIBC += ["manylinux1", "manylinux2010", "manylinux2014"]
# pip is not told what a newer system also takes: each tag is named.
MACS = [f"macosx_{major}_0_arm64" for major in range(11, 16)]
MACS += [f"macosx_{version}_universal2" for version in ("10_9", "10_12", "10_13", "10_15")]
MACS += [f"macosx_{major}_0_universal2" for major in range(11, 16)]
PLATFORMS = {
    ("linux", "Linux", "x86_64"): [f"{glibc}_x86_64" for glibc in GLIBC],
    ("linux", "Linux", "aarch64"): [f"{glibc}_aarch64" for glibc in GLIBC],
    ("darwin", "Darwin", "arm64"): MACS,
}


def main() -> int:
    missing = 0
    for python in PYTHONS:
        for place, tags in PLATFORMS.items():
            lacks = lacking(python, place, tags)
            missing += len(lacks)
            print(python, *place[1:], "lacks" if lacks else "has all", *lacks, flush=True)
    return 1 if missing else 0


def lacking(python: str, place: tuple[str, str, str], tags: list[str]) -> list[str]:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps"]
    pip += ["--ignore-installed", "--only-binary=:all:", "--report", "-", "--target", "none"]
    pip += ["--python-version", python, "--implementation", "cp"]
    pip += ["--abi", f"cp{python.replace('.', '')}", "--abi", "abi3", "--abi", "none"]
    for tag in tags:
        pip += ["--platform", tag]
    done = subprocess.run(
        [*pip, "-r", ROOT / "requirements.txt"], capture_output=True, text=True
    )
    if done.returncode:
        return re.findall(r"No matching distribution found for (\S+)", done.stderr) or [
            done.stderr
        ]
    found = [each["metadata"] for each in json.loads(done.stdout)["install"]]
    return unnamed(found, environment(python, place))


def unnamed(found: list[dict], environment: dict[str, str]) -> list[str]:
    """What one of them needs there that is locked nowhere."""
    locked = {canonicalize_name(each["name"]) for each in found}
    needed = set()
    for each in found:
        for line in each.get("requires_dist", []):
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is None or marker.evaluate(environment | {"extra": ""}):
                needed.add(canonicalize_name(requirement.name))
    return sorted(needed - locked)


def environment(python: str, place: tuple[str, str, str]) -> dict[str, str]:
    sys_platform, system, machine = place
    return {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": sys_platform,
        "platform_system": system,
        "platform_machine": machine,
    }


if __name__ == "__main__":
    sys.exit(main())
