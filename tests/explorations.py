"""How long an exploration lasts: make test takes a part of each, make test-all the whole.

The bounds are those at which an exploration found what was planted, several times over.
"""

import os
from collections.abc import Sequence

WHOLE = os.environ.get("EXPLORATIONS") == "whole"


def of(whole: int, part: int) -> int:
    """So many examples, rounds or races."""
    return whole if WHOLE else part


def some(things: Sequence, turn: int) -> Sequence:
    """All of them; in part every third one, another third at each turn."""
    return things if WHOLE else things[turn % 3 :: 3]
