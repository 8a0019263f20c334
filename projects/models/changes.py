"""What changes of a project after it has been taken on: its facts, and whether it goes on."""

from typing import Any, NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from huadu_portal.escalation.models import Waiting, due_index
from huadu_portal.rows import field_of
from huadu_portal.ui.choices import ColoredText
from projects.models.columns import person_field
from projects.models.projects import Phase, Project


class ChangedFact(NamedTuple):
    """A field by its label, with the value before and the one after."""

    label: Any
    old: Any
    new: Any


def _label(name: str) -> Any:
    return capfirst(field_of(Project, name).verbose_name)


def _shown(name: str, value: Any) -> Any:
    field = field_of(Project, name)
    if value in (None, ""):
        return None
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    return dict(field.flatchoices).get(value, value)


class ProjectEdit(models.Model):
    """One correction or addition of a project's facts, with old and new values. Append-only."""

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="edits", verbose_name=_("project")
    )
    at = models.DateTimeField(_("at"))
    by = person_field(_("by"))
    # By field: the value before and after, as the database has it, people by their names.
    changes = models.JSONField(_("changes"))
    note = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("change of facts"), _("changes of facts")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.project} {self.at:%F}"

    @property
    def lines(self) -> list["ChangedFact"]:
        """What has changed, as it is read; None where nothing was stated."""
        return [
            ChangedFact(_label(name), _shown(name, old), _shown(name, new))
            for name, (old, new) in self.changes.items()
        ]


class ProjectHalt(Waiting):
    """A project is paused until a day, or has ended; resuming undoes either."""

    class Kind(ColoredText):
        PAUSE = "pause", "yellow", _("paused")
        END = "end", "neutral", _("ended")

    PHASES = {Kind.PAUSE: Phase.PAUSED, Kind.END: Phase.ENDED}

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="halts", verbose_name=_("project")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    reason = models.TextField(_("reason"))
    # To which it goes back; what is reached meanwhile is reached.
    phase_before = models.CharField(_("phase before"), max_length=20, choices=Phase)
    expected_until = models.DateField(_("expected end of the pause"), null=True)
    # A pause is looked at again each quarter.
    review_on = models.DateField(_("to be reviewed on"), null=True)
    # How often it has been: reminders of the next review are new ones.
    reviews = models.PositiveSmallIntegerField(_("reviews"), default=0)
    started_at = models.DateTimeField(_("from"))
    started_by = person_field(_("by"))
    ended_at = models.DateTimeField(_("until"), null=True)
    ended_by = person_field(_("resumed by"))

    class Meta:
        verbose_name = _("pause or end of a project")
        verbose_name_plural = _("pauses and ends of projects")
        ordering = ["-started_at", "-pk"]
        indexes = [due_index("project_halt_rung")]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(ended_at__isnull=True),
                name="project_halt_one_at_a_time",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="project_halt_with_reason"),
            models.CheckConstraint(
                condition=Q(kind="end", expected_until__isnull=True, review_on__isnull=True)
                | Q(kind="pause", expected_until__isnull=False, review_on__isnull=False),
                name="project_halt_pause_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="project_halt_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_at:%F}"

    @classmethod
    def waiting(cls):
        """A pause waits for its review."""
        return cls.objects.filter(kind=cls.Kind.PAUSE, ended_at=None)
