"""Kinds of fields that several models have."""

from django.conf import settings
from django.db import models


def wan_field(label, **options):
    """A sum of money in 万元, to the cent of a 万元."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, **options)


def person_field(label, **options):
    options = {"null": True, "blank": True, "editable": False} | options
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=label,
        **options,
    )
