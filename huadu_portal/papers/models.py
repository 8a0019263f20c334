from django.db import models
from django.utils.translation import gettext_lazy as _


class Counter(models.Model):
    """The last number given out, per kind of number and period. See numbers.py."""

    kind = models.CharField(_("kind"), max_length=40)
    period = models.CharField(_("period"), max_length=16)
    last = models.PositiveIntegerField(_("last number"))

    class Meta:
        verbose_name, verbose_name_plural = _("counter"), _("counters")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "period"], name="counter_once_per_kind_and_period"
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.period}: {self.last}"
