"""五证联办: several approvals of a project handled as one case, before and after the land.

A bundle is data: which approvals go together, for which projects, within which limit. A
case is one bundle of one project. Its items are pre-reviewed while the land is not yet held
(opinions, no certificates) and turn formal together on the day the land is registered.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from approvals.catalogue.models import ApprovalType
from approvals.items.models import MET, ApprovalItem, S
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day
from huadu_portal.routes import address
from huadu_portal.ui.choices import ColoredText
from projects.models import Document, Project, person_field


class Fact(models.TextChoices):
    """What of a project an opinion may rest on."""

    LAND_AREA = "land_area", _("land area")
    BOUNDARY = "boundary", _("boundary of the plot")
    USE = "use", _("use of the land")
    FLOOR_AREA = "floor_area", _("floor area")


class JointBundleQuerySet(models.QuerySet):
    def suiting(self, project: Project) -> Self:
        """Those that are for projects of its industry."""
        named = Q(industries__contains=[project.industry])
        return self.filter(Q(industries=[]) | named)


class JointBundle(models.Model):
    """Which approvals are handled jointly, and within how many working days."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=150)
    project_class = models.CharField(_("for projects"), max_length=200)
    project_class_en = models.CharField(_("for projects, in English"), max_length=200)
    # Working days from the registration of the land on, for all approvals together.
    days = models.PositiveSmallIntegerField(_("joint limit (working days)"))
    # Working days within which the departments give their opinions beforehand.
    opinion_days = models.PositiveSmallIntegerField(_("pre-review (working days)"))
    # Projects of which industries it suits; empty: of all.
    industries = models.JSONField(
        _("suits these industries"), default=list, db_default=[], blank=True
    )
    # What by law comes before may follow until the certificate is granted, but for these.
    before_land = models.ManyToManyField(
        ApprovalType,
        blank=True,
        related_name="+",
        verbose_name=_("to be met before the land is registered"),
    )
    source = models.TextField(_("legal basis and source"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"))

    objects = JointBundleQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("joint bundle"), _("joint bundles")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="joint_bundle_has_a_limit"),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name

    @property
    def suits(self):
        """For which projects, in the reader's language."""
        return self.project_class_en if get_language() == "en" else self.project_class


class BundledType(models.Model):
    """One approval of a bundle, and the facts on which an opinion about it rests."""

    bundle = models.ForeignKey(JointBundle, models.CASCADE, related_name="entries")
    approval_type = models.ForeignKey(
        ApprovalType, models.PROTECT, related_name="+", verbose_name=_("approval")
    )
    rests_on = models.JSONField(_("rests on"), default=list)
    # In the order in which the certificates are issued.
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name, verbose_name_plural = _("joint approval"), _("joint approvals")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "approval_type"], name="bundled_type_once_per_bundle"
            ),
        ]

    def __str__(self) -> str:
        return str(self.approval_type)

    def clean(self):
        if not isinstance(self.rests_on, list) or set(self.rests_on) - set(Fact.values):
            sentence = _("A list of some of these, please: %(facts)s.")
            named = ", ".join(f'"{value}"' for value in Fact.values)
            raise ValidationError({"rests_on": sentence % {"facts": named}})

    @property
    def facts(self):
        return [Fact(name) for name in self.rests_on]


class JointCaseQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of projects one may see; a department's, if an item of its own is in it or
        was given an opinion in it."""
        if user.reads_everything:
            return self
        if user.is_of_department:
            theirs = ApprovalItem.objects.visible_to(user)
            given = PreOpinion.objects.filter(item__in=theirs)
            now = theirs.filter(joint_case__isnull=False)
            return self.filter(
                Q(pk__in=now.values("joint_case")) | Q(pk__in=given.values("case"))
            )
        return self.filter(project__in=Project.objects.visible_to(user))

    def going_on(self) -> Self:
        return self.filter(ended_at=None)


class JointCase(models.Model):
    """A bundle of one project, from the firm's risk commitment to the last certificate."""

    class Stage(ColoredText):
        PRE_REVIEW = "pre_review", "purple", _("pre-review")
        FORMAL = "formal", "blue", _("formal review")
        ISSUED = "issued", "green", _("all certificates issued")
        ENDED = "ended", "neutral", _("ended early")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("case number"), max_length=24, unique=True, editable=False)
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="joint_cases", verbose_name=_("project")
    )
    bundle = models.ForeignKey(
        JointBundle, models.PROTECT, related_name="cases", verbose_name=_("joint bundle")
    )
    # The bundle's limits as they were: a later change moves no promised day.
    days = models.PositiveSmallIntegerField(_("joint limit (working days)"))
    opinions_due_on = models.DateField(_("opinions due"))
    # How often something has been done to it: what a person saw, an act must name.
    version = models.PositiveIntegerField(default=1, editable=False)
    opened_at = models.DateTimeField(_("opened"))
    # Whoever opens it bears the risk that the land is never won; the firm's own people by
    # signing in (在线政务服务规定第8条), the centre with the signed paper.
    opened_by = person_field(_("opened by"), null=False)
    commitment = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("risk commitment"),
    )
    # The item of the center's service that began with it, if the project has one.
    service = models.ForeignKey(
        ApprovalItem,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("service item"),
    )
    # Day 0 of the joint limit.
    registered_at = models.DateTimeField(_("land registered"), null=True)
    registered_by = person_field(_("registered by"))
    land_paper = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("land contract"),
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = person_field(_("ended by"))
    reason = models.TextField(_("reason"), blank=True)

    # Of those that the dashboard counts: when the last certificate was granted.
    issued_at: datetime | None

    objects = JointCaseQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("joint case"), _("joint cases")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "bundle"],
                condition=Q(ended_at__isnull=True),
                name="joint_case_one_per_project_and_bundle",
                violation_error_message=_("This project is already handled jointly."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | Q(registered_at__isnull=True) & ~Q(reason=""),
                name="joint_case_ends_early_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(registered_at__gte=F("opened_at")),
                name="joint_case_land_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.bundle}"

    def get_absolute_url(self) -> str:
        return address("approvals:joint_case", self.pk)

    @property
    def is_in_pre_review(self) -> bool:
        return self.registered_at is None and self.ended_at is None

    def all_have_passed(self) -> bool:
        """Whether there are opinions before the land, and all are favourable."""
        found = self.items.filter(status__in=BEFORE_LAND).values_list("status", flat=True)
        return set(found) == {S.PRE_APPROVED}

    @property
    def is_still_to_sum_up(self) -> bool:
        """Whether its service waits for the summary of the opinions."""
        return self.service is not None and self.service.status == S.ACCEPTED

    def stage_with(self, items: Iterable[ApprovalItem]) -> Stage:
        """How far it is, given its items."""
        if self.ended_at:
            return self.Stage.ENDED
        if self.registered_at is None:
            return self.Stage.PRE_REVIEW
        live = self.live(items)
        is_issued = all(item.status in MET for item in live)
        return self.Stage.ISSUED if live and is_issued else self.Stage.FORMAL

    def live(self, items: Iterable[ApprovalItem]) -> list:
        """Those of the items that are of the case and not taken back; the refused are."""
        return [
            item
            for item in items
            if item.joint_case_id == self.pk and item.status != S.WITHDRAWN
        ]

    def due_on(self, calendar):
        """The last day of the joint limit; None before the land is registered."""
        if self.registered_at is None:
            return None
        return calendar.add(civil_day(self.registered_at), self.days, "working")


class PreOpinion(models.Model):
    """预审意见: what a department says of an item while the land is not yet held."""

    case = models.ForeignKey(JointCase, models.PROTECT, related_name="opinions")
    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="pre_opinions")
    passed = models.BooleanField(_("passed"))
    text = models.TextField(_("opinion"), blank=True)
    at = models.DateTimeField(_("at"))
    by = person_field(_("by"), null=False)
    # A fact on which it rests has changed since.
    voided_at = models.DateTimeField(_("void since"), null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("pre-review opinion"), _("pre-review opinions")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(passed=True) | ~Q(text=""), name="pre_opinion_objects_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.at:%F}"


class FactChange(models.Model):
    """A fact of the project that has changed during the pre-review. Never rewritten."""

    case = models.ForeignKey(JointCase, models.PROTECT, related_name="fact_changes")
    fact = models.CharField(_("what has changed"), max_length=20, choices=Fact)
    note = models.TextField(_("from what to what"))
    at = models.DateTimeField(_("at"))
    by = person_field(_("by"), null=False)
    # How many opinions it made void.
    voided = models.PositiveSmallIntegerField(_("opinions void"))

    class Meta:
        verbose_name, verbose_name_plural = _("changed fact"), _("changed facts")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(note=""), name="fact_change_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.get_fact_display()} {self.at:%F}"


# In the pre-review of a case: their item has not been received yet.
BEFORE_LAND = [S.PRE_REVIEW, S.CORRECTING, S.PRE_APPROVED]
# An opinion is still to come.
UNDECIDED = [S.PRE_REVIEW, S.CORRECTING]
