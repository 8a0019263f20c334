"""What happens beside an item's plain course: stops, extensions, consultations.

Suspended time itself is a ClockSpan; here stands why, for how long and on what paper.
"""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from approvals.models.items import ApprovalItem
from approvals.models.types import Ground
from approvals.models.waiting import Waiting, rung_index
from huadu_portal.accounts.models import Department
from huadu_portal.routes import address
from huadu_portal.workdays.models import Unit
from projects.models import Document, person


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
    started_by = person(_("by"))
    ended_at = models.DateTimeField(_("until"), null=True)
    ended_by = person(_("resumed by"))

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

    def __str__(self):
        return f"{self.get_ground_display()} {self.started_at:%F}"


class Extension(models.Model):
    """延期: once, with the approval of a head who does not handle the item (第42条)."""

    item = models.OneToOneField(
        ApprovalItem, models.PROTECT, related_name="extension", verbose_name=_("item")
    )
    days = models.PositiveSmallIntegerField(_("days"))
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"))
    approved_by = person(_("approved by"), null=False)

    class Meta:
        verbose_name, verbose_name_plural = _("extension"), _("extensions")
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="extension_has_days"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
        ]

    def __str__(self):
        return f"+{self.days}"


class SiteVisit(models.Model):
    """联合验收: the one visit of all departments; the latest that was set is the one."""

    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="visits", verbose_name=_("item")
    )
    at = models.DateTimeField(_("visit"))
    place = models.CharField(_("meeting point"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    set_at = models.DateTimeField(_("set"))
    set_by = person(_("set by"), null=False)

    class Meta:
        verbose_name, verbose_name_plural = _("site visit"), _("site visits")
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(at__gt=F("set_at")), name="site_visit_lies_ahead_when_set"
            ),
        ]

    def __str__(self):
        return self.words

    @property
    def words(self):
        """When and where, as messages and the history name it."""
        at = date_format(timezone.localtime(self.at), "Y-m-d H:i")
        return f"{at} {self.place} {self.note}".strip()


class ConsultationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of items one may see, and those one's own department was asked."""
        seen = Q(item__in=ApprovalItem.objects.visible_to(user))
        if user.is_of_department:
            seen |= Q(department=user.department_id)
        return self.filter(seen)

    def unanswered(self):
        return self.filter(answered_at=None)

    def lapsed(self, today):
        """Past their day without an opinion, and not yet recorded as silent."""
        return self.unanswered().filter(silent_at=None, due_on__lt=today)


class Consultation(Waiting):
    """征求意见: another department is asked for its opinion; its own limit runs.

    A child row, not a span: the item stays in the court of the department that asks.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="consultations", verbose_name=_("item")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department asked")
    )
    question = models.TextField(_("question"))
    asked_at = models.DateTimeField(_("asked"))
    asked_by = person(_("asked by"))
    due_on = models.DateField(_("opinion due"))
    opinion = models.TextField(_("opinion"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = person(_("answered by"))
    # Silence past the day is recorded; the item goes on without the opinion.
    silent_at = models.DateTimeField(_("silence recorded"), null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("consultation"), _("consultations")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "department"],
                condition=Q(answered_at__isnull=True, silent_at__isnull=True),
                name="consultation_open_once_per_department",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(opinion=""),
                name="consultation_answered_with_opinion",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="consultation_open",
                condition=Q(answered_at__isnull=True, silent_at__isnull=True),
            ),
            rung_index("consultation_rung"),
        ]

    def __str__(self):
        return f"{self.department} · {self.item}"

    def get_absolute_url(self):
        return address("approvals:consultation", self.pk)

    @property
    def is_open(self):
        return self.answered_at is None
