"""How long an exploration lasts: make test takes a part of each, make test-all the whole.

The bounds are those at which an exploration found what was planted, several times over.
"""

import os

WHOLE = os.environ.get("EXPLORATIONS") == "whole"


def of(whole: int, part: int) -> int:
    """So many examples, rounds or races."""
    return whole if WHOLE else part
