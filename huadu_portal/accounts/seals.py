from collections.abc import Iterable

from django.utils.crypto import constant_time_compare


def is_one_of(seal: str, good: Iterable[str]) -> bool:
    """Whether what was kept is one of those that let in."""
    return any(constant_time_compare(seal, each) for each in good)
