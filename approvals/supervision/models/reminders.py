"""The rungs that were reached, and what holds a ladder still."""

from django.db import models
from django.db.models import Q
from django.db.models.lookups import Exact
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from approvals.acts.models import Commitment, Consultation, CorrectionRequest
from approvals.items.models import ApprovalItem
from approvals.papers.models import Certificate
from approvals.supervision.models.cards import HelpRequest, SupervisionOrder
from approvals.supervision.models.ladders import Course
from projects.models import Application, person

# What can be reminded of: each a column of the reminder, exactly one of which is filled.
SUBJECTS = [
    "item",
    "application",
    "consultation",
    "correction",
    "commitment",
    "certificate",
    "order",
    "help_request",
]


def _subject(model, label):
    # The unique constraint leads with it, so it needs no index of its own.
    return models.ForeignKey(
        model,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="reminders",
        verbose_name=label,
    )


def _once(subject):
    return models.UniqueConstraint(
        fields=[subject, "epoch", "course", "rung", "occasion"],
        condition=Q(**{f"{subject}__isnull": False}),
        name=f"reminder_once_per_{subject}_rung",
    )


class Reminder(models.Model):
    """A rung that was reached. A row first: once per subject, epoch and rung."""

    item = _subject(ApprovalItem, _("approval item"))
    application = _subject(Application, _("application"))
    consultation = _subject(Consultation, _("consultation"))
    correction = _subject(CorrectionRequest, _("correction notice"))
    commitment = _subject(Commitment, _("commitment"))
    certificate = _subject(Certificate, _("certificate"))
    order = _subject(SupervisionOrder, _("supervision order"))
    help_request = _subject(HelpRequest, _("request for coordination"))
    course = models.CharField(_("matter waited for"), max_length=20, choices=Course)
    epoch = models.PositiveIntegerField()
    # The code of the rung, and its name as it was.
    rung = models.CharField(_("rung"), max_length=20)
    rung_name = models.CharField(max_length=40)
    rung_name_en = models.CharField(max_length=60)
    # A silence begins anew with each event: the version it has lasted since; else 0.
    occasion = models.PositiveIntegerField(default=0)
    # When the rung was reached, and when a sweep wrote it down.
    reached_at = models.DateTimeField(_("reached"))
    recorded_at = models.DateTimeField(_("recorded"))
    # A higher rung was already due when this one was found: told nobody.
    is_superseded = models.BooleanField(_("superseded"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("reminder"), _("reminders")
        ordering = ["-reached_at", "-pk"]
        constraints = [
            *map(_once, SUBJECTS),
            models.CheckConstraint(
                condition=Exact(
                    models.Func(
                        *map(models.F, SUBJECTS),
                        function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                    1,
                ),
                name="reminder_has_one_subject",
            ),
        ]

    def __str__(self):
        return f"{self.get_rung_display()} · {self.subject}"

    @property
    def subject(self):
        return next(
            getattr(self, name) for name in SUBJECTS if getattr(self, f"{name}_id") is not None
        )

    def get_rung_display(self):
        return self.rung_name_en if get_language() == "en" else self.rung_name


class LadderStop(models.Model):
    """A head has told the ladder of an item to be still, with a reason and until a day."""

    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="ladder_stops", verbose_name=_("item")
    )
    reason = models.TextField(_("reason"))
    until = models.DateField(_("until"))
    stopped_at = models.DateTimeField(_("stopped"))
    stopped_by = person(_("stopped by"), null=False)
    lifted_at = models.DateTimeField(_("lifted"), null=True)
    lifted_by = person(_("lifted by"))

    class Meta:
        verbose_name, verbose_name_plural = _("stop of a ladder"), _("stops of ladders")
        ordering = ["-stopped_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="ladder_stop_has_reason"),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(lifted_at__isnull=True),
                name="ladder_stop_one_at_a_time",
            ),
        ]

    def __str__(self):
        return f"{self.item} … {self.until}"

    def holds_on(self, today):
        """The day it ends on is a day of reminders again."""
        return self.lifted_at is None and today < self.until
