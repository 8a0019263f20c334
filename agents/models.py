"""Who accompanies a project, and since when."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.accounts.models import User
from huadu_portal.rest.text import validate_plain
from projects.models import Project, person_field


class ServiceAgentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        return self if user.reads_everything else self.none()

    def serving(self) -> Self:
        """Those who can be given a project: of this role, and not switched off."""
        return self.filter(user__is_active=True, user__role=User.Role.AGENT)

    def with_load(self) -> Self:
        """Each with the number of projects it accompanies now."""
        running = Q(user__assignments__ended_at__isnull=True)
        return self.annotate(load=models.Count("user__assignments", filter=running)).order_by(
            "load", "user__name"
        )


class ServiceAgent(models.Model):
    """代办专员: a person of the centre who accompanies projects, free of charge."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="service_agent",
        verbose_name=_("person"),
    )
    # Empty only where an older account had no number at all; the start checklist says so.
    phone = models.CharField(_("telephone"), max_length=30, validators=[validate_plain])
    # Above it the window is warned (docs/states.md, Project).
    ceiling = models.PositiveSmallIntegerField(_("projects at most"), default=8)
    # Takes on projects of general grade that nobody else was named for.
    is_on_duty = models.BooleanField(_("on duty"), default=False)

    # Of those asked for `with_load()`.
    load: int

    objects = ServiceAgentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("service agent"), _("service agents")
        permissions = [("assign_serviceagent", "Can assign agents to projects")]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_serving(self) -> bool:
        return self.user.is_active and self.user.role == User.Role.AGENT


class Assignment(models.Model):
    """From when until when an agent accompanied a project."""

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="assignments", verbose_name=_("project")
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="assignments",
        verbose_name=_("service agent"),
    )
    by = person_field(_("by"))
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("assignment"), _("assignments")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(ended_at__isnull=True),
                name="assignment_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} · {self.project}"


class ChiefAppointment(models.Model):
    """From when until when somebody was the chief officer of a project (首席服务官)."""

    project = models.ForeignKey(
        Project,
        models.PROTECT,
        related_name="chief_appointments",
        verbose_name=_("project"),
    )
    chief = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="chief_appointments",
        verbose_name=_("chief project service officer"),
    )
    by = person_field(_("by"))
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("appointment as chief officer")
        verbose_name_plural = _("appointments as chief officer")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(ended_at__isnull=True),
                name="chief_appointment_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chief} · {self.project}"
