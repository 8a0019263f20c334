"""make audit: whether a locked release has a known hole, by pip-audit in an environment of its own.

Status 1: one has. Status 2: none is known to have, but not every release could be asked about.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

LOCKED = Path(__file__).resolve().parents[1] / "requirements.txt"


def main(locked: Path) -> int:
    answers, said = asked_about(locked)
    holes = [
        f"{release['name']} {release['version']}: {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no release yet'}"
        for release in answers
        for hole in release.get("vulns", [])
    ]
    unknown = [release["skip_reason"] for release in answers if "skip_reason" in release]
    for line in [*holes, *unknown]:
        print(line)
    if not answers:
        print(said, file=sys.stderr)
        print("The database of known holes cannot be reached: nothing was audited.")
    elif unknown:
        print(f"Nothing is known of {len(unknown)} of {len(answers)} releases.")
    else:
        print(f"{len(holes)} known holes in {len(answers)} releases.")
    return 1 if holes else 2 if unknown or not answers else 0


def asked_about(locked: Path) -> tuple[list[dict], str]:
    """What the database says of each release, and what pip-audit said of the asking."""
    with TemporaryDirectory() as folder:
        programs, found = Path(folder, "venv", "bin"), Path(folder, "found.json")
        venv.create(programs.parent, with_pip=True)
        install = [programs / "pip", "install", "--quiet", "pip-audit"]
        if (done := subprocess.run(install, capture_output=True, text=True)).returncode:
            return [], done.stderr
        command = [
            programs / "pip-audit",
            "--disable-pip",
            "--no-deps",
            "--requirement",
            locked,
        ]
        command += ["--progress-spinner", "off", "--format", "json", "--output", found]
        done = subprocess.run(command, capture_output=True, text=True)
        told = found.read_text() if found.exists() else ""
    return json.loads(told)["dependencies"] if told else [], done.stderr


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else LOCKED))
