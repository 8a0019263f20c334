"""The published catalogue, and what came packaged."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.accounts.models import Department
from huadu_portal.workdays.models import Unit
from projects.models import (
    MaterialKind,
    Phase,
)


class Stage(models.TextChoices):
    """The four stages of the province's law (条例第38条), before them and beside them."""

    SERVICE = "service", _("service start")
    LAND = "lixiang", _("land-use planning permit")
    DESIGN = "gongcheng", _("construction planning permit")
    CONSTRUCTION = "shigong", _("construction permit")
    COMPLETION = "jungong", _("completion acceptance")
    PARALLEL = "parallel", _("in parallel (utilities)")


class Start(models.TextChoices):
    """The day a limit starts on, its day 0."""

    ACCEPTANCE = "acceptance", _("from acceptance")
    RECEIPT = "receipt", _("from receipt")


class Ground(models.TextChoices):
    """Why a clock may stop (行政许可法第45条); nothing else stops one."""

    EXPERT_REVIEW = "expert_review", _("expert review")
    HEARING = "hearing", _("hearing")
    PUBLIC_NOTICE = "public_notice", _("public notice")
    TESTING = "testing", _("testing or quarantine")
    INSPECTION = "inspection", _("inspection")
    APPRAISAL = "appraisal", _("appraisal or technical assessment")


class ApprovalType(models.Model):
    """An approval the district grants: one entry of the published catalogue."""

    class Kind(models.TextChoices):
        LICENCE = "license", _("licence")
        FILING = "filing", _("filing")
        REGISTRATION = "registration", _("registration")
        CONFIRMATION = "confirmation", _("confirmation")
        TECHNICAL_REVIEW = "technical_review", _("technical review")
        CONSULTATION = "consultation", _("consultation")
        JOINT = "joint", _("joint handling")
        UTILITY = "utility", _("utility service")
        SERVICE = "service", _("service of the center")
        MILESTONE = "milestone", _("milestone")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200)
    name_ja = models.CharField(_("Japanese name"), max_length=200, blank=True)
    # Short forms by which people look for it: 环评, 施工证, EIA.
    aliases = models.CharField(
        _("short forms for the search"), max_length=200, blank=True, default="", db_default=""
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    # Null where there is no such limit: milestones, some services.
    promised_days = models.PositiveSmallIntegerField(_("promised limit"), null=True, blank=True)
    promised_unit = models.CharField(
        _("unit of the promised limit"),
        max_length=10,
        choices=Unit,
        default=Unit.WORKING,
    )
    statutory_days = models.PositiveSmallIntegerField(
        _("statutory limit"), null=True, blank=True
    )
    statutory_unit = models.CharField(
        _("unit of the statutory limit"),
        max_length=10,
        choices=Unit,
        default=Unit.WORKING,
    )
    # The environmental law counts from receipt, the licensing law from acceptance.
    promised_from = models.CharField(
        _("start of the promised limit"),
        max_length=10,
        choices=Start,
        default=Start.ACCEPTANCE,
    )
    statutory_from = models.CharField(
        _("start of the statutory limit"),
        max_length=10,
        choices=Start,
        default=Start.ACCEPTANCE,
    )
    # 行政许可法第42条: ten days more, once; fifteen where several offices decide jointly.
    max_extension_days = models.PositiveSmallIntegerField(_("extension at most"), default=10)
    # Public notice (公示) stops the clock only where the law says so for this approval.
    notice_stops_clock = models.BooleanField(_("public notice stops the clock"), default=False)
    commitment_allowed = models.BooleanField(_("may be granted on commitment"), default=False)
    # Working days to say what is missing (行政许可法第32条; 排污许可管理条例: three).
    notice_days = models.PositiveSmallIntegerField(_("notice limit"), default=5)
    result = models.CharField(_("result document"), max_length=200, blank=True)
    result_en = models.CharField(_("result document in English"), max_length=200, blank=True)
    # How long the result holds, from the day of issue; null: without end, or as it says.
    valid_months = models.PositiveSmallIntegerField(
        _("valid for (months)"), null=True, blank=True
    )
    valid_note = models.CharField(_("rule of validity"), max_length=300, blank=True)
    valid_note_en = models.CharField(
        _("rule of validity in English"), max_length=300, blank=True
    )
    # Code of the milestone up to which it has to hold; nobody is reminded after it.
    valid_used_by = models.SlugField(_("used up by"), max_length=20, blank=True)
    # One of a group is enough for a project: filing or verification, for instance.
    variant_group = models.CharField(_("variant group"), max_length=20, blank=True)
    is_joint_five = models.BooleanField(_("one of the five joint certificates"), default=False)
    # A service of the center that is not applied for: opening a joint case accepts it, and the
    # summary of the opinions delivers it.
    begins_joint_case = models.BooleanField(
        _("accepted by opening a joint case"), default=False, db_default=False
    )
    is_default = models.BooleanField(_("planned by default"), default=True)
    condition = models.CharField(_("condition"), max_length=300, blank=True)
    source = models.TextField(_("legal basis and source"), blank=True)
    # Empty: not shown. Nothing is said of a fee that nobody has confirmed.
    fee = models.CharField(_("fee"), max_length=200, blank=True, default="", db_default="")
    fee_en = models.CharField(
        _("fee in English"), max_length=200, blank=True, default="", db_default=""
    )
    # Granting it is the fact by which the project reaches this phase.
    reaches_phase = models.CharField(
        _("reaches phase"), max_length=20, choices=Phase, blank=True
    )
    position = models.PositiveSmallIntegerField(_("position"))
    # Which TypeVersion the fields above are; 1 is what it came with. Null: since it came.
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1, editable=False)
    in_force_from = models.DateField(_("in force from"), null=True, editable=False)
    # The first day of a version that is published and not yet in force.
    changes_on = models.DateField(_("changes on"), null=True, editable=False)
    prerequisites = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="dependants",
        verbose_name=_("prerequisites"),
    )
    # 联合验收: applied for, looked at and answered together with this one, if they apply.
    parts = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="wholes",
        verbose_name=_("parts of the joint inspection"),
    )
    materials = models.ManyToManyField(
        MaterialKind, through="MaterialRequirement", verbose_name=_("materials")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("approval type"), _("approval types")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(promised_days__lte=F("statutory_days"))
                | ~Q(promised_unit=F("statutory_unit")),
                name="approval_type_promise_within_statute",
                violation_error_message=_("The promise exceeds the statutory limit."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name

    @property
    def validity(self):
        """The rule by which its result ends, for the reader."""
        return self.valid_note_en if get_language() == "en" else self.valid_note

    @property
    def costs(self) -> str:
        """The fee for the reader; empty where nobody has entered one."""
        return self.fee_en or self.fee if get_language() == "en" else self.fee

    @property
    def may_have_parts(self) -> bool:
        """Of a joint inspection alone (联合验收); no other item is asked for its parts."""
        return self.kind == self.Kind.JOINT

    @property
    def is_recorded(self) -> bool:
        """A milestone without a limit: not applied for, but recorded by the centre."""
        return self.kind == self.Kind.MILESTONE and self.promised_days is None

    @classmethod
    def licence_like_kinds(cls) -> list[str]:
        """Under 行政许可法第32条: silence past the notice limit accepts them.

        Utilities promise a service, the centre serves, milestones are facts.
        """
        others = {cls.Kind.UTILITY, cls.Kind.SERVICE, cls.Kind.MILESTONE}
        return [kind for kind in cls.Kind.values if kind not in others]

    @property
    def is_licence_like(self) -> bool:
        return self.kind in self.licence_like_kinds()

    def may_stop_on(self, ground: str) -> bool:
        return ground != Ground.PUBLIC_NOTICE or self.notice_stops_clock


class MaterialRequirement(models.Model):
    """A kind of material that an approval type asks for."""

    approval_type = models.ForeignKey(ApprovalType, models.CASCADE, related_name="requirements")
    kind = models.ForeignKey(
        MaterialKind, models.PROTECT, related_name="+", verbose_name=_("material")
    )
    # 容缺受理: may follow later, against a written commitment.
    is_tolerable = models.BooleanField(_("may follow later"), default=False)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("required material")
        verbose_name_plural = _("required materials")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["approval_type", "kind"], name="requirement_once_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return str(self.kind)


class TypeVersionQuerySet(models.QuerySet):
    def planned(self) -> Self:
        """Published, and to come into force on a later day."""
        return self.filter(in_force_at=None, cancelled_at=None)


class TypeVersion(models.Model):
    """What a type says from a day on, with its materials and prerequisites.

    A version never changes; a new one replaces it, and the old one stays to be read. Types
    that nobody has changed at the desk have none.
    """

    approval_type = models.ForeignKey(
        ApprovalType, models.PROTECT, related_name="versions", verbose_name=_("approval type")
    )
    version = models.PositiveIntegerField(_("version"))
    # As approvals.catalogue.operations.versions.content_of.
    content = models.JSONField()
    # Null: what the type said before it was first changed.
    effective_on = models.DateField(_("in force from"), null=True)
    note = models.CharField(_("why it was changed"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    # When the type's own fields were set to it.
    in_force_at = models.DateTimeField(null=True)
    # Called off before its day came.
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # When the items that it lets begin were opened.
    followed_up_at = models.DateTimeField(null=True)

    objects = TypeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an approval type")
        verbose_name_plural = _("versions of approval types")
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(
                fields=["approval_type", "version"], name="type_version_once"
            ),
            models.UniqueConstraint(
                fields=["approval_type"],
                condition=Q(in_force_at=None, cancelled_at=None),
                name="type_version_one_planned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approval_type} · {self.version}"


class PackagedType(models.Model):
    """What a type came with when the catalogue was last loaded.

    A link of these that is gone was taken away here, on purpose.
    """

    approval_type = models.OneToOneField(
        ApprovalType, models.CASCADE, primary_key=True, related_name="packaged"
    )
    # As approvals.catalogue.packaged.links: codes and names.
    links = models.JSONField(default=dict)

    class Meta:
        verbose_name, verbose_name_plural = _("packaged type"), _("packaged types")

    def __str__(self) -> str:
        return str(self.approval_type)
