"""Makes the virtual environment, then goes on in it. Runs on a bare Python.

    python -I deploy/embedded/bootstrap.py run

With a command it becomes `.venv/bin/python -m deploy.embedded COMMAND …`.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TextIO

# By its place: this file runs as a program, outside of any package.
_spec = spec_from_file_location("progress", Path(__file__).with_name("progress.py"))
# The file is there.
assert _spec is not None
assert _spec.loader is not None
progress = module_from_spec(_spec)
_spec.loader.exec_module(progress)

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.txt"
# Written last: without it the environment is taken for half-made.
STAMP = VENV / "complete"


def main(arguments: list[str]) -> None:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        os.chdir(ROOT)
        if arguments[:1] == ["run"] and not (ROOT / ".local" / "env").exists():
            say(progress.FIRST_START)
        make_environment()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as trouble:
        sys.exit(f"Cannot make {VENV}: {trouble}")
    if arguments:
        os.execv(PYTHON, [str(PYTHON), "-m", "deploy.embedded", *arguments])


def make_environment() -> None:
    local = ROOT / ".local"
    local.mkdir(exist_ok=True, mode=0o711)
    with (local / "venv.lock").open("w") as lock:
        wait_for(lock)
        # Inherited: should we be killed, the next one waits for the pip we leave.
        os.set_inheritable(lock.fileno(), True)
        if not is_complete():
            build()


def wait_for(lock: TextIO) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another make is preparing the virtual environment; waiting for it.")
        fcntl.flock(lock, fcntl.LOCK_EX)


def is_complete() -> bool:
    return _stamped() == [interpreter(), wanted()]


def build() -> None:
    """Add what is new to an environment that was whole; make any other anew."""
    here = interpreter()
    if here and _stamped()[:1] == [here]:
        STAMP.unlink()
    else:
        with progress.step("Making the virtual environment"):
            make_bare()
    with progress.step("Installing the Python packages"):
        install()
    STAMP.write_text(f"{interpreter()}\n{wanted()}\n")


def make_bare() -> None:
    provide_ensurepip()
    made = quietly([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made.returncode:
        sys.exit(f"Cannot make {VENV}:\n{tail(made.stdout)}")


def provide_ensurepip() -> None:
    """Debian keeps it in a package of its own."""
    if find_spec("ensurepip"):
        return
    package = "python{}.{}-venv".format(*sys.version_info)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installing {package} …")
        quietly(["apt-get", "update"])
        if quietly(["apt-get", "install", "-y", package]).returncode == 0:
            return
    sys.exit(f"Python cannot make virtual environments: install {package}.")


def install() -> None:
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input"]
    pip += ["--disable-pip-version-check", "--prefer-binary", "-r", str(REQUIREMENTS)]
    done = quietly(pip)
    if done.returncode == 0:
        return
    hint = ""
    if not any(map(shutil.which, ["cc", "gcc", "clang"])):
        hint = "\nThere is no compiler, which a package without a wheel needs."
    sys.exit(f"Cannot install the dependencies:\n{tail(done.stdout)}{hint}")


def interpreter() -> str | None:
    """The environment's Python and place: one that was moved does not work.

    None if it is of another release than the Python we run on ourselves: who asks for
    3.13 (make test PYTHON=python3.13) is not served by an environment of 3.11.
    """
    if not PYTHON.exists():
        return None
    shown = quietly([str(PYTHON), "-c", "import sys; print(*sys.version_info[:3])"])
    release = shown.stdout.split()
    if shown.returncode or release[:2] != [str(part) for part in sys.version_info[:2]]:
        return None
    return f"{' '.join(release)} {VENV}"


def wanted() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def _stamped() -> list[str]:
    try:
        return STAMP.read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def quietly(command: list[str]) -> subprocess.CompletedProcess:
    """Run to the end; when we are stopped, it is too."""
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        close_fds=False,
    )


def tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-12:])


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
