"""The official working-day calendar as published, one row a day that departs from the week.

The migration puts a trigger on both published tables: whatever changes them, the version
changes with it (see published.py).
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.TextChoices):
    WORKING = "working", _("working days")
    CALENDAR = "calendar", _("calendar days")


class SpecialDay(models.Model):
    """A day the State Council has named: off, or worked in exchange (调休)."""

    date = models.DateField(_("date"), primary_key=True)
    is_workday = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=40)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name, verbose_name_plural = _("special day"), _("special days")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class PublishedYear(models.Model):
    """A year whose calendar we have. Any other year is provisional."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    source_notice = models.CharField(_("notice"), max_length=200)
    loaded_at = models.DateTimeField(_("loaded"))

    class Meta:
        verbose_name, verbose_name_plural = _("published year"), _("published years")
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class CalendarVersion(models.Model):
    """One row, written by the trigger alone: a new random version per change."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.UUIDField()

    class Meta:
        verbose_name, verbose_name_plural = (
            _("calendar version"),
            _("calendar versions"),
        )
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="calendar_has_one_version")
        ]

    def __str__(self) -> str:
        return str(self.version)


class CalendarChange(models.Model):
    """A publication: who made which notice the calendar, and what moved. Never changed."""

    year = models.PositiveSmallIntegerField(_("year"))
    at = models.DateTimeField(_("at"))
    # Null: the command of those who operate the portal.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    source_notice = models.CharField(_("notice"), max_length=200)
    # [day, is worked now, name], for each day that became another.
    days = models.JSONField(_("days changed"))
    items_moved = models.PositiveIntegerField(_("items whose due dates moved"))
    version_before = models.UUIDField(_("calendar before"), null=True)
    version_after = models.UUIDField(_("calendar after"))

    class Meta:
        verbose_name, verbose_name_plural = _("calendar change"), _("calendar changes")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.year} · {self.source_notice}"
