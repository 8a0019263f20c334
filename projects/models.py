"""Who invests, what they apply for, and the project that comes of it."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from projects.choices import (
    EnvironmentalForm,
    FundSource,
    Grade,
    Industry,
    LandAcquisition,
    Nature,
    Town,
)

# Thresholds of the grades, total investment in 万元 (brief §4.1: 10 亿元, 1 亿元).
MAJOR_FROM_WAN = Decimal(100_000)
KEY_FROM_WAN = Decimal(10_000)


def wan(label, **options):
    """A sum of money in 万元, to the cent of a 万元."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, **options)


def person(label, **options):
    options = {"null": True, "blank": True, "editable": False} | options
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=label,
        **options,
    )


class Platform(models.Model):
    """An industrial platform of the district; the list is the centre's to edit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True)
    name_en = models.CharField(_("English name"), max_length=150)

    class Meta:
        verbose_name, verbose_name_plural = _("platform"), _("platforms")
        ordering = ["name"]

    def __str__(self):
        return self.name


class EnterpriseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All for the centre, their own for a firm's people."""
        if user.sees_everything:
            return self
        if not user.is_authenticated or user.is_staff:
            return self.none()
        return self.filter(pk__in=Membership.objects.active_of(user))


class Enterprise(models.Model):
    """A firm that invests. Its people belong to it through Membership."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("enterprise name"), max_length=200)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    # Set when staff let a code through whose check character does not fit.
    credit_code_reason = models.CharField(
        _("reason for accepting the code"), max_length=300, blank=True
    )
    legal_representative = models.CharField(
        _("legal representative"), max_length=60, blank=True
    )
    address = models.CharField(_("registered address"), max_length=300, blank=True)
    is_fortune_500 = models.BooleanField(_("Fortune 500"), default=False)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(_("registered"), db_default=Now(), editable=False)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="Membership",
        through_fields=("enterprise", "user"),
        related_name="enterprises",
    )

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("enterprise"), _("enterprises")
        permissions = [("override_credit_code", "Can accept an unusual credit code")]
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_code__regex=r"^[0-9A-HJ-NP-RTUWXY]{18}$"),
                name="enterprise_credit_code_well_formed",
                violation_error_message=_("This is not a unified social credit code."),
            ),
        ]

    def __str__(self):
        return self.name


class MembershipQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those of the enterprises one may see."""
        visible = Enterprise.objects.visible_to(user)
        return self.filter(Q(user=user) | Q(enterprise__in=visible))

    def decidable_by(self, user):
        """Requests to join that this person may answer."""
        asked = self.filter(state=Membership.State.ASKED)
        if user.has_perm("projects.agree_membership"):
            return asked
        owned = self.active_of(user).filter(role=Membership.Role.OWNER)
        return asked.filter(enterprise__in=owned)

    def active_of(self, user):
        """Keys of the enterprises this person acts for."""
        return self.filter(user=user, state=Membership.State.ACTIVE).values("enterprise")


class Membership(models.Model):
    """A person acting for an enterprise, once its owner or the window has agreed."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        FILER = "filer", _("filer")

    class State(models.TextChoices):
        ASKED = "asked", _("asked to join")
        ACTIVE = "active", _("active")
        REFUSED = "refused", _("not agreed to")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enterprise = models.ForeignKey(
        Enterprise,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("enterprise"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.FILER)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    decided_by = person(_("decided by"))

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("membership"), _("memberships")
        permissions = [("agree_membership", "Can agree to a membership")]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "user"], name="membership_once"),
        ]

    def __str__(self):
        return f"{self.user} · {self.enterprise}"

    @property
    def is_active(self):
        return self.state == self.State.ACTIVE


class ApplicationStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("awaiting triage")
    RETURNED = "returned", _("returned for correction")
    ACCEPTED = "accepted", _("taken on")
    DECLINED = "declined", _("not taken on")
    WITHDRAWN = "withdrawn", _("withdrawn")


A = ApplicationStatus

# The whole life of an application. Nothing else says what may follow what.
APPLICATION_TRANSITIONS = {
    A.DRAFT: {A.SUBMITTED, A.WITHDRAWN},
    A.SUBMITTED: {A.ACCEPTED, A.RETURNED, A.DECLINED, A.WITHDRAWN},
    A.RETURNED: {A.SUBMITTED, A.WITHDRAWN},
    A.ACCEPTED: set(),
    A.DECLINED: set(),
    A.WITHDRAWN: set(),
}
EDITABLE = {A.DRAFT, A.RETURNED}


class Described(models.Model):
    """What is known of a project, in the fields of the national data standard.

    An application fills them when it is submitted; the project takes them over.
    """

    name = models.CharField(_("project name"), max_length=200, blank=True)
    summary = models.TextField(_("what will be built and made"), blank=True)
    industry = models.CharField(_("industry"), max_length=30, choices=Industry, blank=True)
    nature = models.CharField(
        _("nature of construction"), max_length=20, choices=Nature, blank=True
    )
    fund_source = models.CharField(
        _("source of funds"), max_length=20, choices=FundSource, blank=True
    )
    fixed_assets_wan = wan(_("fixed assets (10,000 yuan)"), default=0)
    working_capital_wan = wan(_("working capital (10,000 yuan)"), default=0)
    investment_wan = models.GeneratedField(
        expression=F("fixed_assets_wan") + F("working_capital_wan"),
        output_field=models.DecimalField(
            _("total investment (10,000 yuan)"), max_digits=15, decimal_places=2
        ),
        db_persist=True,
    )
    annual_output_wan = wan(_("expected annual output (10,000 yuan)"), default=0)
    town = models.CharField(_("town"), max_length=9, choices=Town, blank=True)
    platform = models.ForeignKey(
        Platform,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("industrial platform"),
    )
    site = models.CharField(_("site address"), max_length=300, blank=True)
    land_acquisition = models.CharField(
        _("how the land is acquired"), max_length=20, choices=LandAcquisition, blank=True
    )
    # 1 亩 = 666.67 m²
    land_mu = models.DecimalField(
        _("land (mu)"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    floor_area_sqm = models.DecimalField(
        _("floor area (m²)"), max_digits=11, decimal_places=2, null=True, blank=True
    )
    with_design_scheme = models.BooleanField(
        _("land comes with a design scheme"), default=False
    )
    area_assessed = models.BooleanField(_("area assessment already done"), default=False)
    environmental_form = models.CharField(
        _("environmental procedure"),
        max_length=20,
        choices=EnvironmentalForm,
        blank=True,
    )
    energy_tce = models.PositiveIntegerField(
        _("annual energy (tonnes of standard coal)"), null=True, blank=True
    )
    starts_on = models.DateField(_("planned start"), null=True, blank=True)
    completes_on = models.DateField(_("planned completion"), null=True, blank=True)
    produces_on = models.DateField(_("planned production"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    fixed_assets_wan__gte=0,
                    working_capital_wan__gte=0,
                    annual_output_wan__gte=0,
                ),
                name="%(class)s_money_not_negative",
                violation_error_message=_("An investment cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(completes_on__gte=F("starts_on")),
                name="%(class)s_completes_after_start",
                violation_error_message=_("A project cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(produces_on__gte=F("completes_on")),
                name="%(class)s_produces_after_completion",
                violation_error_message=_(
                    "Production cannot begin before the project is completed."
                ),
            ),
        ]

    @classmethod
    def description_fields(cls):
        """Names of the fields an application hands over to its project."""
        return [field.name for field in Described._meta.get_fields() if not field.generated]

    @property
    def suggested_grade(self):
        if self.investment_wan >= MAJOR_FROM_WAN or self.enterprise.is_fortune_500:
            return Grade.MAJOR
        return Grade.KEY if self.investment_wan >= KEY_FROM_WAN else Grade.GENERAL


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All that were ever submitted for the centre, a firm's own for its people."""
        if user.sees_everything:
            return self.filter(number__isnull=False)
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def waiting(self):
        """Submitted and not yet answered by the window."""
        return self.filter(status=A.SUBMITTED)


class Application(Described):
    """入驻申报: what an enterprise asks the centre to take on."""

    Status = ApplicationStatus

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Given when it is first submitted.
    number = models.CharField(
        _("receipt number"), max_length=24, null=True, unique=True, editable=False
    )
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        related_name="applications",
        verbose_name=_("enterprise"),
    )
    created_by = person(_("filled in by"), null=False)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    contact_mobile = models.CharField(_("contact mobile"), max_length=11, blank=True)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ApplicationStatus,
        default=A.DRAFT,
        editable=False,
    )
    # How many events it has had: what a person saw, an act must name.
    version = models.PositiveIntegerField(default=0, editable=False)
    # +1 with each submission; part of every key that must not repeat.
    epoch = models.PositiveIntegerField(default=0, editable=False)
    # What has been typed so far, as typed, by field name. Checked when it is submitted,
    # so that saving never refuses and nothing is lost.
    draft = models.JSONField(default=dict, blank=True, editable=False)
    saved_at = models.DateTimeField(_("saved"), db_default=Now(), editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    # The window answers by the end of this day (states.md: three working days).
    due_on = models.DateField(_("answer due"), null=True, editable=False)
    next_rung_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(_("answered"), null=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta(Described.Meta):
        abstract = False
        verbose_name, verbose_name_plural = _("application"), _("applications")
        permissions = [("triage_application", "Can triage applications")]
        constraints = [
            *Described.Meta.constraints,
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"])
                | Q(number__isnull=False, submitted_at__isnull=False),
                name="application_numbered_once_submitted",
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"],
                name="application_queue",
                condition=Q(status="submitted"),
            ),
            models.Index(
                fields=["next_rung_at"],
                name="application_rung",
                condition=Q(next_rung_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number or '–'} {self.title}"

    def get_absolute_url(self):
        return reverse("projects:application", args=[self.pk])

    @property
    def title(self):
        """Its name, also while it is only typed."""
        return self.name or self.draft.get("name") or str(_("untitled application"))

    @property
    def is_editable(self):
        return self.status in EDITABLE

    @property
    def is_waiting(self):
        return self.status == A.SUBMITTED

    def may_become(self, status):
        return status in APPLICATION_TRANSITIONS[ApplicationStatus(self.status)]


class ApplicationEvent(models.Model):
    """What happened to an application. Append-only."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    by = person(_("by"))
    from_status = models.CharField(_("from"), max_length=10, choices=ApplicationStatus)
    to_status = models.CharField(_("to"), max_length=10, choices=ApplicationStatus)
    note = models.TextField(_("note"), blank=True)
    # With a return: everything that is missing, a sentence each.
    missing = models.JSONField(_("what is missing"), default=list, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("event"), _("events")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "number"],
                name="application_event_number_once",
            ),
        ]

    def __str__(self):
        return f"{self.number} → {self.get_to_status_display()}"


class MaterialKind(models.Model):
    """A kind of material, asked for by approval types under this name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200, unique=True)
    # Asked for with the application itself; the rest when an item needs it.
    with_application = models.BooleanField(_("with the application"), default=False)
    is_required = models.BooleanField(_("required"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("kind of material"), _("kinds of material")
        ordering = ["code"]

    def __str__(self):
        return self.name


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All that was handed in for the centre, a firm's own for its people.

        A department's officer meets a document through the items it is attached to.
        """
        if user.sees_everything:
            return self.exclude(application__isnull=False, application__number=None)
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def current(self):
        """Without those that a newer version or a removal has replaced."""
        return self.filter(replaced_by__isnull=True, removed_at__isnull=True)


class Document(models.Model):
    """A material of an enterprise. Kept once, pointed at by whoever needs it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        related_name="documents",
        verbose_name=_("enterprise"),
    )
    kind = models.ForeignKey(
        MaterialKind,
        models.PROTECT,
        related_name="documents",
        verbose_name=_("kind of material"),
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("application"),
    )
    # Under a name of our own; the sender's is only ever shown.
    file = models.FileField(_("file"), upload_to="documents/%Y/%m/", max_length=200)
    filename = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    version = models.PositiveIntegerField(_("version"), default=1)
    replaced_by = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    uploaded_by = person(_("uploaded by"), null=False)
    uploaded_at = models.DateTimeField(_("uploaded"))
    removed_at = models.DateTimeField(_("removed"), null=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("document"), _("documents")

    def __str__(self):
        return self.filename

    def get_absolute_url(self):
        return reverse("projects:download", args=[self.pk])


class Phase(models.TextChoices):
    LEAD = "lead", _("lead")
    NEGOTIATING = "negotiating", _("negotiating")
    SIGNED = "signed", _("signed")
    LANDED = "landed", _("landed")
    PREPARING = "preparing", _("preparing")
    STARTED = "started", _("started")
    BUILDING = "building", _("building")
    COMPLETED = "completed", _("completed")
    PRODUCING = "producing", _("producing")
    FULL_OUTPUT = "full_output", _("full output")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


# From here on a project has an agent (states.md).
ACTIVE_PHASES = [
    Phase.LANDED,
    Phase.PREPARING,
    Phase.STARTED,
    Phase.BUILDING,
    Phase.COMPLETED,
    Phase.PRODUCING,
    Phase.FULL_OUTPUT,
]


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All for the centre, a firm's own for its people.

        An officer meets a project through its items: ApprovalItem.visible_to.
        """
        if user.sees_everything:
            return self
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def started_in(self, year: int):
        return self.filter(started_on__year=year)

    def completed_in(self, year: int):
        return self.filter(completed_on__year=year)


class Project(Described):
    """An investment project, from the first lead to full output."""

    Phase = Phase

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("project number"), max_length=24, unique=True)
    # 项目代码 (GB/T 40058-2021), given by the national platform when it is filed.
    national_code = models.CharField(
        _("national code"), max_length=24, null=True, blank=True, unique=True
    )
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        related_name="projects",
        verbose_name=_("enterprise"),
    )
    application = models.OneToOneField(
        Application,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="project",
        verbose_name=_("application"),
    )
    # Written by agents.operations, which keeps the history.
    agent = person(_("service agent"))
    chief_officer = person(_("chief project service officer"))
    phase = models.CharField(
        _("phase"), max_length=20, choices=Phase, default=Phase.LEAD, editable=False
    )
    grade = models.CharField(_("grade"), max_length=10, choices=Grade, default=Grade.GENERAL)
    is_joint_five = models.BooleanField(_("five certificates jointly"), default=False)
    started_on = models.DateField(_("started"), null=True, editable=False)
    completed_on = models.DateField(_("completed"), null=True, editable=False)
    produced_on = models.DateField(_("in production"), null=True, editable=False)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(_("taken on"), editable=False)

    objects = ProjectQuerySet.as_manager()

    class Meta(Described.Meta):
        abstract = False
        verbose_name, verbose_name_plural = _("project"), _("projects")
        constraints = [
            *Described.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    national_code__regex=r"^\d{2}(0[1-9]|1[0-2])-\d{6}-\d{2}-\d{2}-\d{6}$"
                ),
                name="project_national_code_well_formed",
                violation_error_message=_(
                    "A national project code looks like 2309-440114-04-01-123456."
                ),
            ),
            models.CheckConstraint(
                condition=Q(agent__isnull=False) | ~Q(phase__in=ACTIVE_PHASES),
                name="project_active_has_an_agent",
            ),
        ]
        indexes = [
            models.Index(fields=["started_on"], name="project_started"),
            models.Index(fields=["completed_on"], name="project_completed"),
        ]

    def __str__(self):
        return f"{self.number} {self.name}"

    def get_absolute_url(self):
        return reverse("agents:project", args=[self.pk])


class PhaseChange(models.Model):
    """A project's step from one phase to another. Append-only."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="phase_changes")
    at = models.DateTimeField(_("at"))
    by = person(_("by"))
    from_phase = models.CharField(_("from"), max_length=20, choices=Phase)
    to_phase = models.CharField(_("to"), max_length=20, choices=Phase)
    on = models.DateField(_("on"))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("change of phase"), _("changes of phase")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.project} → {self.get_to_phase_display()}"
