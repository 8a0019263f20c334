"""What a hostile file might make a library do; runs in the sandbox in place of its jobs."""

import os
import resource
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

from huadu_portal.sandbox.jobs.refused import Refused


def take_memory(size):
    return len(bytearray(size))


def spin():
    while True:
        pass


def sleep(seconds):
    time.sleep(seconds)


def crash():
    os.abort()


def fork():
    return os.fork()


def write(path):
    Path(path).write_text("x")


def read(file):
    return file.read()


def say(length):
    return b"x" * length


def refuse():
    raise Refused("too_much", count=3)


def fail():
    raise ValueError("x" * 10_000)


def fail_with_code():
    ElementTree.fromstring("")


def what_is_known():
    """The environment, what code of ours was run, and what can be opened."""
    ours = ("django", "huadu_portal", "projects")
    return {
        "environment": dict(os.environ),
        "modules": sorted(
            name
            for name, module in sys.modules.items()
            if name.startswith(ours) and getattr(module, "__file__", None)
        ),
        "files": len(os.listdir("/dev/fd")),
        "nice": os.nice(0),
        "limits": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    }
