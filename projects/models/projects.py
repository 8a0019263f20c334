"""The project and its phases."""

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.accounts.models import User
from huadu_portal.routes import address
from huadu_portal.ui.choices import ColoredText
from projects.choices import Grade
from projects.models.applications import Application
from projects.models.columns import person_field
from projects.models.enterprises import Enterprise
from projects.models.fields import Described

# GB/T 40058-2021, by its pattern alone.
NATIONAL_CODE = r"^\d{2}(0[1-9]|1[0-2])-\d{6}-\d{2}-\d{2}-\d{6}$"
NOT_A_CODE = _("A national project code looks like 2309-440114-04-01-123456.")


class Phase(ColoredText):
    LEAD = "lead", "neutral", _("lead")
    NEGOTIATING = "negotiating", "neutral", _("negotiating")
    SIGNED = "signed", "purple", _("signed")
    LANDED = "landed", "purple", _("landed")
    PREPARING = "preparing", "blue", _("preparing")
    STARTED = "started", "blue", _("started")
    BUILDING = "building", "blue", _("building")
    COMPLETED = "completed", "green", _("completed")
    PRODUCING = "producing", "green", _("producing")
    FULL_OUTPUT = "full_output", "green", _("full output")
    PAUSED = "paused", "yellow", _("paused")
    ENDED = "ended", "neutral", _("ended")


# It stands still or has been given up: nothing new is submitted for it.
HALTED = [Phase.PAUSED, Phase.ENDED]
# From here on a project has an agent (docs/states.md, Project).
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
    def visible_to(self, user: User) -> Self:
        """All for the centre, a firm's own for its people.

        An officer sees a project through its items: ApprovalItem.visible_to.
        """
        if user.reads_everything:
            return self
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def accompanied_by(self, user: User) -> Self:
        """As service agent, or as chief officer."""
        return self.filter(Q(agent=user) | Q(chief_officer=user))

    def started_in(self, year: int) -> Self:
        return self.filter(started_on__year=year)

    def completed_in(self, year: int) -> Self:
        return self.filter(completed_on__year=year)


class Project(Described):
    """An investment project, from the first lead to full output."""

    Phase = Phase

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("project number"), max_length=24, unique=True)
    # 项目代码 (GB/T 40058-2021), given by the national platform when it is filed.
    national_code = models.CharField(
        _("national code"),
        max_length=24,
        null=True,
        blank=True,
        unique=True,
        validators=[RegexValidator(NATIONAL_CODE, NOT_A_CODE)],
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
    agent = person_field(_("service agent"))
    chief_officer = person_field(_("chief project service officer"))
    phase = models.CharField(
        _("phase"), max_length=20, choices=Phase, default=Phase.LEAD, editable=False
    )
    grade = models.CharField(_("grade"), max_length=10, choices=Grade, default=Grade.GENERAL)
    # Whom the center calls about it; taken over from the application.
    contact_name = models.CharField(
        _("contact"), max_length=60, blank=True, default="", db_default=""
    )
    contact_mobile = models.CharField(
        _("contact mobile"), max_length=11, blank=True, default="", db_default=""
    )
    # How often its facts were edited, or it was paused, ended, resumed: what a person saw, an
    # act must name.
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
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
        permissions = [
            ("edit_project", "Can edit the facts of projects"),
            ("edit_projectcontact", "Can edit whom the center calls"),
            ("grade_project", "Can grade projects"),
            ("halt_project", "Can pause, end and resume projects"),
        ]
        constraints = [
            *Described.Meta.constraints,
            models.CheckConstraint(
                condition=Q(national_code__regex=NATIONAL_CODE),
                name="project_national_code_well_formed",
                violation_error_message=NOT_A_CODE,
            ),
            models.CheckConstraint(
                condition=Q(agent__isnull=False) | ~Q(phase__in=ACTIVE_PHASES),
                name="project_active_has_an_agent",
            ),
        ]
        indexes = [
            models.Index(fields=["started_on"], name="project_started"),
            models.Index(fields=["completed_on"], name="project_completed"),
            # In the order of the list at the desk (agents/admin.py).
            models.Index(fields=["-created_at", "id"], name="project_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return address("agents:project", self.pk)

    @property
    def is_halted(self) -> bool:
        return self.phase in HALTED


class PhaseChange(models.Model):
    """A project's step from one phase to another. Append-only."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="phase_changes")
    at = models.DateTimeField(_("at"))
    by = person_field(_("by"))
    from_phase = models.CharField(_("from"), max_length=20, choices=Phase)
    to_phase = models.CharField(_("to"), max_length=20, choices=Phase)
    on = models.DateField(_("on"))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("change of phase"), _("changes of phase")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.project} → {self.get_to_phase_display()}"
