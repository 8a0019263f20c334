"""项目申报: an application, its statuses and its history."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.accounts.models import User
from huadu_portal.papers.models import Paper
from huadu_portal.routes import address
from huadu_portal.ui.choices import ColoredText
from projects.models.columns import person_field
from projects.models.enterprises import Enterprise
from projects.models.fields import Described


class ApplicationStatus(ColoredText):
    DRAFT = "draft", "neutral", _("draft")
    SUBMITTED = "submitted", "blue", _("awaiting triage")
    RETURNED = "returned", "yellow", _("returned for correction")
    ACCEPTED = "accepted", "green", _("taken on")
    DECLINED = "declined", "red", _("not taken on")
    WITHDRAWN = "withdrawn", "neutral", _("withdrawn")


A = ApplicationStatus


# Every transition of an application. Nothing else says what may follow what.
APPLICATION_TRANSITIONS: dict[str, set[ApplicationStatus]] = {
    A.DRAFT: {A.SUBMITTED, A.WITHDRAWN},
    A.SUBMITTED: {A.ACCEPTED, A.RETURNED, A.DECLINED, A.WITHDRAWN},
    A.RETURNED: {A.SUBMITTED, A.WITHDRAWN},
    A.ACCEPTED: set(),
    A.DECLINED: set(),
    A.WITHDRAWN: set(),
}


EDITABLE = {A.DRAFT, A.RETURNED}


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """All that were ever submitted for the centre, a firm's own for its people."""
        if user.reads_everything:
            return self.filter(number__isnull=False)
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def waiting(self) -> Self:
        """Submitted and not yet answered by the window."""
        return self.filter(status=A.SUBMITTED)

    def answer_missed(self, today: date) -> Self:
        """Whose answer was late once, whatever came after, or is late now."""
        is_late = Q(status=A.SUBMITTED, due_on__lt=today)
        return self.filter(Q(answer_missed_on__isnull=False) | is_late)


class Application(Described):
    """项目申报: what an enterprise asks the centre to take on."""

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
    created_by = person_field(_("filled in by"), null=False)
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
    # The window answers by the end of this day (docs/states.md, Limits).
    # Of the window, while it is waiting; of the firm, once it has been returned.
    due_on = models.DateField(_("answer due"), null=True, editable=False)
    # The day after the first one by which the window should have answered and had not; stays,
    # however often it is returned and submitted again. Written by the act that answers.
    answer_missed_on = models.DateField(_("answer missed since"), null=True, editable=False)
    next_rung_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(_("answered"), null=True, editable=False)
    # What the firm kept already and the last submission took instead of asking again.
    relied_on = models.ManyToManyField(
        "projects.Document", related_name="relied_on_by", editable=False
    )

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

    def __str__(self) -> str:
        return f"{self.number or '–'} {self.title}"

    def get_absolute_url(self) -> str:
        return address("projects:application", self.pk)

    @property
    def title(self):
        """Its name, also while it is only typed."""
        return self.name or self.draft.get("name") or str(_("untitled application"))

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_returned(self) -> bool:
        return self.status == A.RETURNED

    @property
    def is_waiting(self) -> bool:
        return self.status == A.SUBMITTED

    def may_become(self, status: str) -> bool:
        return status in APPLICATION_TRANSITIONS[ApplicationStatus(self.status)]


class ApplicationEvent(models.Model):
    """What happened to an application. Append-only."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    by = person_field(_("by"))
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

    def __str__(self) -> str:
        return f"{self.number} → {self.get_to_status_display()}"


class ApplicationPaper(models.Model):
    """A paper issued by a submission."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="papers")
    paper = models.OneToOneField(
        Paper,
        models.PROTECT,
        related_name="of_application",
        verbose_name=_("official paper"),
    )
    # ApplicationEvent.number of the submission it tells of.
    event_number = models.PositiveIntegerField(_("event"))

    class Meta:
        verbose_name = _("paper of an application")
        verbose_name_plural = _("papers of applications")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.paper)
