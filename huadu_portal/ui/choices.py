"""Choices that are shown as badges: each member says its color itself.

    class Grade(ColoredText):
        MAJOR = "major", "red", _("major")

Colors are neutral, blue, green, yellow, red, deep-red and purple (static/css/portal.css).
"""

from functools import cache
from typing import Self

from django.db import models


class ColoredText(models.TextChoices):
    color: str

    def __new__(cls, value: str, color: str = "neutral") -> Self:
        member = str.__new__(cls, value)
        member._value_, member.color = value, color
        return member


class ColoredInteger(models.IntegerChoices):
    color: str

    def __new__(cls, value: int, color: str = "neutral") -> Self:
        member = int.__new__(cls, value)
        member._value_, member.color = value, color
        return member


@cache
def colors_of(values: tuple[str, ...]) -> dict[str, str]:
    """The color of each of these values; empty if their choices have none.

    A model's field forgets the class of its choices and keeps their values.
    """
    classes = ColoredText.__subclasses__()
    for choices in classes:
        if tuple(choices.values) == values:
            return {member.value: member.color for member in choices}
    return {}
