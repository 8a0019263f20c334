"""理由模板: the reasons that departments use again."""

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts.models import Department, User
from huadu_portal.rest.text import validate_plain


class ReasonTemplateQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """All for the center's head, who keeps them everywhere; else one's own department's."""
        if not user.is_staff:
            return self.none()
        if user.role == User.Role.CENTRE_HEAD:
            return self
        return self.filter(department=user.department_id)

    def offered(self, use: str, department: UUID | None) -> Self:
        """What is offered at an act of this use by a department (its key); None: the center."""
        if department is None:
            return self.filter(use=use, department__kind=Department.Kind.CENTRE)
        return self.filter(use=use, department=department)


class ReasonTemplate(models.Model):
    """A wording that a department uses again and again, for one of its acts."""

    class Use(models.TextChoices):
        """Acts that send a reason or a list to the firm, by the name of the act."""

        REQUEST_CORRECTION = "request_correction", _("Request correction")
        DECLINE = "decline", _("Do not accept")
        SUSPEND = "suspend", _("Stop the clock")
        EXTEND = "extend", _("Extend")
        REFUSE = "refuse", _("Refuse")
        REOPEN = "reopen", _("Revoke the refusal")
        NOT_APPLICABLE = "mark_not_applicable", _("Mark as not applicable")
        # Of the window's answers to applications.
        RETURN_APPLICATION = "return_application", _("Return for correction")
        DECLINE_APPLICATION = "decline_application", _("Decline")

    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    use = models.CharField(_("used for"), max_length=30, choices=Use)
    text = models.CharField(_("wording"), max_length=500, validators=[validate_plain])

    objects = ReasonTemplateQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("reason template"), _("reason templates")
        ordering = ["use", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "use", "text"],
                name="reason_template_once",
                violation_error_message=_("This wording is there already."),
            ),
            models.CheckConstraint(condition=~Q(text=""), name="reason_template_has_text"),
        ]

    def __str__(self) -> str:
        return self.text
