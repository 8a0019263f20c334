"""The daily heads of the history: what keeps whole chains from being written anew."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from django.db import models
from django.utils.translation import gettext_lazy as _


class HistoryHead(models.Model):
    """All events recorded on a day, in one digest that rests on the day before's. Append-only.

    Once it is exported, no event of that day or an earlier one can be changed, added or
    removed unnoticed, even by someone who recomputes every digest.
    """

    day = models.DateField(_("day"), unique=True)
    events = models.PositiveIntegerField(_("number of events"))
    digest = models.CharField(_("digest"), max_length=64)
    previous = models.CharField(_("digest of the day before"), max_length=64, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("daily head"), _("daily heads")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.digest}"

    @classmethod
    def over(cls, day: date, previous: str, events: Iterable[tuple[int, str]]) -> "HistoryHead":
        """The head of a day, unsaved; `events` are (id, digest) in order of id."""
        digest, count = sha256(f"{previous}\n{day.isoformat()}\n".encode()), 0
        for pk, event_digest in events:
            digest.update(f"{pk} {event_digest}\n".encode())
            count += 1
        return cls(day=day, events=count, digest=digest.hexdigest(), previous=previous)
