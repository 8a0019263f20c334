"""python -m deploy.embedded run|test|test-all|faults|bench|peers|servers [--dir FOLDER] [-- ARGUMENTS]"""

import argparse
import ctypes
import os
import signal
import sys
import time
from pathlib import Path

from .assets import compile_messages
from .demo import run_demo
from .frontend import install_packages
from .places import LOCAL, Trouble
from .processes import PR_SET_PDEATHSIG
from .signals import Stopped, stopping_on_request
from .stack import Stack, alone
from .suite import FOR_TESTS, run_bench, run_faults, run_tests

HOMES = {
    "run": LOCAL,
    "test": LOCAL / "test",
    "test-all": LOCAL / "test-all",
    "faults": LOCAL / "faults",
    "bench": LOCAL / "bench",
    "peers": LOCAL / "peers",
    "servers": LOCAL / "dev",
}


def main() -> int:
    options = parse()
    home = (options.dir or HOMES[options.command]).resolve()
    # We start hundreds of processes; each would compile the whole portal again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # When make is killed this process ends, and with it all that it has started.
    if "MAKELEVEL" in os.environ and sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
    try:
        with stopping_on_request(), alone(home):
            return perform(options.command, home, options.arguments)
    except Stopped as stopped:
        return 0 if options.command in {"run", "servers"} else 128 + stopped.number
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="deploy.embedded")
    parser.add_argument("command", choices=HOMES)
    parser.add_argument("--dir", type=Path, help="where data, logs and settings lie")
    parser.add_argument("arguments", nargs="*", help="for pytest or bench, after --")
    return parser.parse_args()


def perform(command: str, home: Path, arguments: list[str]) -> int:
    if command in {"test", "test-all"}:
        return run_tests(home, arguments, whole=command == "test-all")
    if command == "faults":
        return run_faults(home, arguments)
    if command == "bench":
        return run_bench(home, "bench", arguments)
    if command == "peers":
        return run_bench(home, "bench.peers", arguments)
    if command == "run":
        run_demo(home)
    if command == "servers":
        run_servers(home)
    return 0


def run_servers(home: Path) -> None:
    """Only PostgreSQL and Redis, and what single tests need, for working on the portal."""
    stack = Stack(home, FOR_TESTS)
    try:
        install_packages(home)
        compile_messages(stack)
        stack.start()
        print(f"PostgreSQL and Redis are up; settings in {home}/env", flush=True)
        while True:
            time.sleep(1)
    finally:
        stack.stop()


if __name__ == "__main__":
    sys.exit(main())
