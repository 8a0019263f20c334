"""While an item is under review: stops, the extension and the site visit.

Suspended time itself is a ClockSpan; here stands why, for how long and on what paper.
"""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from approvals.catalogue.models import Ground
from approvals.items.models import ApprovalItem
from huadu_portal.clock import civil_day
from huadu_portal.workdays.models import Unit
from projects.models import Document, person_field


class Suspension(models.Model):
    """特别程序: the clock stands still on a legal ground, announced with its length."""

    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="suspensions", verbose_name=_("item")
    )
    ground = models.CharField(_("ground"), max_length=20, choices=Ground)
    # 行政许可法第45条: the applicant is told in writing how long it takes.
    expected_days = models.PositiveSmallIntegerField(_("expected length"))
    expected_unit = models.CharField(
        _("unit of the expected length"), max_length=10, choices=Unit, default=Unit.WORKING
    )
    expected_until = models.DateField(_("expected until"))
    notice_file = models.ForeignKey(
        Document, models.PROTECT, related_name="+", verbose_name=_("notice file")
    )
    note = models.TextField(_("note"), blank=True)
    started_at = models.DateTimeField(_("from"))
    started_by = person_field(_("by"))
    ended_at = models.DateTimeField(_("until"), null=True)
    ended_by = person_field(_("resumed by"))

    class Meta:
        verbose_name, verbose_name_plural = _("suspension"), _("suspensions")
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(ended_at__isnull=True),
                name="suspension_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__gte=F("started_at")),
                name="suspension_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()} {self.started_at:%F}"


class Extension(models.Model):
    """延期: once, with the approval of a head who does not handle the item (第42条)."""

    item = models.OneToOneField(
        ApprovalItem, models.PROTECT, related_name="extension", verbose_name=_("item")
    )
    days = models.PositiveSmallIntegerField(_("days"))
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"))
    approved_by = person_field(_("approved by"), null=False)

    class Meta:
        verbose_name, verbose_name_plural = _("extension"), _("extensions")
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="extension_has_days"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
        ]

    def __str__(self) -> str:
        return f"+{self.days}"

    @property
    def is_late(self) -> bool:
        """Whether a limit had passed already on the day on which it was decided (第42条)."""
        breaches = [self.item.promised_breached_on, self.item.statutory_breached_on]
        decided_on = civil_day(self.at)
        return any(since and since <= decided_on for since in breaches)


class SiteVisit(models.Model):
    """联合验收: the one visit of all departments; the latest that was set is the one."""

    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="visits", verbose_name=_("item")
    )
    at = models.DateTimeField(_("visit"))
    place = models.CharField(_("meeting point"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    set_at = models.DateTimeField(_("set"))
    set_by = person_field(_("set by"), null=False)

    class Meta:
        verbose_name, verbose_name_plural = _("site visit"), _("site visits")
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(at__gt=F("set_at")), name="site_visit_lies_ahead_when_set"
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self):
        """When and where, as messages and the history name it."""
        at = date_format(timezone.localtime(self.at), "Y-m-d H:i")
        return f"{at} {self.place} {self.note}".strip()
