"""What the sweep watches beside items and applications."""

from django.db import models
from django.db.models import Q


class Waiting(models.Model):
    """Something that somebody is reminded of until it is done."""

    # Its clock never begins anew, as an item's does.
    epoch = 0
    # When the next sweep has to look at it, which makes it null once nobody waits any more.
    next_rung_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def waiting(cls) -> models.QuerySet:
        """What may still be waited for; here, whatever has not been answered."""
        return cls.objects.filter(answered_at=None)


def rung_index(name: str) -> models.Index:
    """By which the sweep finds what is due."""
    return models.Index(
        fields=["next_rung_at"], name=name, condition=Q(next_rung_at__isnull=False)
    )
