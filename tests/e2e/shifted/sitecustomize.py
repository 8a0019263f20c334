"""Loaded by every process whose clock is shifted (see tests/e2e/stack.py).

Python sleeps until a moment of the monotonic clock, which libfaketime 0.9.10 answers with
EINVAL as soon as it leaves that clock alone. Waiting for nothing on no file is a sleep too.
"""

import select
import time


def sleep(seconds):
    select.select([], [], [], seconds)


time.sleep = sleep
