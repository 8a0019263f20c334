"""Policies as data: which steps a course has, whom each reaches; and what has been reached.

An EscalationPolicy with its Steps is what people call 催办规则, a ladder with its rungs. Columns,
the API and older names still say ladder and rung.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.accounts.models import Department, User
from huadu_portal.escalation.subjects import SUBJECT_TYPES, course_choices, grade_choices
from huadu_portal.notifications.models import Delivery
from huadu_portal.rows import key_array
from huadu_portal.ui.choices import ColoredText
from huadu_portal.workdays.models import Unit


class Trigger(models.TextChoices):
    """What a step's number counts, in its unit."""

    SINCE = "since", _("days since the clock began")
    SHARE = "share", _("per cent of the promised limit used")
    NEAR = "near", _("the lamp turns yellow")
    LEFT = "left", _("days left until the promised day")
    PAST = "past", _("days past the promised day")
    STATUTORY_PAST = "statutory_past", _("days past the statutory day")
    QUIET = "quiet", _("working days without any event")


class RecipientRole(models.TextChoices):
    """Who is told, by the part they have in the matter."""

    OFFICER = "officer", _("the officer in charge")
    DEPARTMENT_HEAD = "department_head", _("head of the department")
    AGENT = "agent", _("service agent of the project")
    CHIEF_OFFICER = "chief_officer", _("chief officer of the project")
    WINDOW = "window", _("comprehensive window")
    CENTRE_HEAD = "centre_head", _("center head")
    LEADER = "leader", _("district leader")
    FIRM = "firm", _("the enterprise")
    SECURITY_ADMIN = "security_admin", _("security administrator")


class CardLevel(ColoredText):
    """预警, 黄牌, 红牌, 督办: how grave it is that a step was reached."""

    WARNING = "warning", "blue", _("warning")
    YELLOW = "yellow", "yellow", _("yellow card")
    RED = "red", "red", _("red card")
    SUPERVISION = "supervision", "deep-red", _("supervision card")


class Waiting(models.Model):
    """Something that somebody is reminded of until it is done."""

    # When the next sweep has to look at it, which makes it null once nobody waits any more.
    next_rung_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def waiting(cls) -> models.QuerySet:
        """What may still be waited for; here, whatever has not been answered.

        A model without a column `answered_at` says it otherwise.
        """
        return cls.objects.filter(answered_at=None)  # type: ignore[attr-defined]  # of a real model


def due_index(name: str) -> models.Index:
    """By which the sweep finds what is due."""
    return models.Index(
        fields=["next_rung_at"], name=name, condition=Q(next_rung_at__isnull=False)
    )


class EscalationPolicyQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Whoever works at the desk may know who is reminded when."""
        return self if user.is_staff else self.none()

    def current(self) -> Self:
        return self.filter(replaced_at=None)


class EscalationPolicy(models.Model):
    """One version of the steps of a course, for all or for a department or grade.

    A version never changes; a new one replaces it, and the old one stays to be read.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    course = models.CharField(
        _("subject of the reminder"), max_length=20, choices=course_choices
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only of the department"),
    )
    grade = models.CharField(
        _("only for projects of the grade"), max_length=10, choices=grade_choices, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    published_at = models.DateTimeField(_("in force from"), editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("published by"),
    )
    note = models.CharField(_("why it was changed"), max_length=200, blank=True)
    replaced_at = models.DateTimeField(_("in force until"), null=True, editable=False)

    objects = EscalationPolicyQuerySet.as_manager()

    class Meta:
        # The release before runs beside this one during an upgrade and knows this name.
        db_table = "approvals_ladder"
        verbose_name, verbose_name_plural = _("ladder"), _("ladders")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "department", "grade"],
                condition=Q(replaced_at__isnull=True),
                nulls_distinct=False,
                name="ladder_one_in_force",
                violation_error_message=_("There is a ladder for exactly this already."),
            ),
            models.UniqueConstraint(
                fields=["course", "department", "grade", "version"],
                nulls_distinct=False,
                name="ladder_version_once",
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(map(str, [self.get_course_display(), *self.scope]))

    @property
    def scope(self):
        """For whom it is, in words."""
        grade = self.get_grade_display() if self.grade else None
        return [part for part in (self.department, grade) if part] or [_("for all")]


class Step(models.Model):
    """A step of a policy. Its code is what a reminder keeps of it."""

    policy = models.ForeignKey(
        EscalationPolicy, models.CASCADE, related_name="steps", db_column="ladder_id"
    )
    position = models.PositiveSmallIntegerField(_("order"))
    code = models.SlugField(
        _("code"),
        max_length=20,
        validators=[RegexValidator("^[a-z][a-z_0-9]*$")],
    )
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60)
    trigger = models.CharField(_("trigger"), max_length=20, choices=Trigger)
    value = models.PositiveSmallIntegerField(
        _("number"), default=0, validators=[MaxValueValidator(1000)]
    )
    unit = models.CharField(_("unit"), max_length=10, choices=Unit, default=Unit.WORKING)
    # A shorter limit skips it; nothing is gained by a warning as long as the limit.
    min_days = models.PositiveSmallIntegerField(_("only for limits of days"), default=0)
    audience = ArrayField(
        models.CharField(max_length=20, choices=RecipientRole), verbose_name=_("recipients")
    )
    # What follows from it, the app of the subject says (SubjectType.on_told).
    card = models.CharField(_("card"), max_length=20, choices=CardLevel, blank=True)
    # Beside the inbox; none named: whatever is set up and the reader wants.
    channels = ArrayField(
        models.CharField(max_length=20, choices=Delivery.Channel),
        default=list,
        blank=True,
        verbose_name=_("by these ways only"),
    )
    # Told at once; everything else waits for the morning's digest.
    is_urgent = models.BooleanField(_("at once"), default=False)
    text = models.CharField(_("text"), max_length=200)
    text_en = models.CharField(_("English text"), max_length=250)

    class Meta:
        db_table = "approvals_ladderrung"
        verbose_name, verbose_name_plural = _("rung"), _("rungs")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "code"], name="rung_code_once"),
            models.CheckConstraint(
                condition=~Q(trigger="share") | Q(value__gte=1, value__lte=100),
                name="rung_share_is_a_percentage",
                violation_error_message=_("A share lies between 1 and 100 per cent."),
            ),
            models.CheckConstraint(
                condition=~Q(trigger__in=["past", "statutory_past", "quiet"]) | Q(value__gte=1),
                name="rung_past_by_a_day_at_least",
                violation_error_message=_("At least one day."),
            ),
            models.CheckConstraint(
                condition=Q(audience__len__gte=1),
                name="rung_told_to_somebody",
                violation_error_message=_("At least one recipient group must be selected."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" else self.name

    @property
    def content(self) -> dict[str, Any]:
        """All that was typed of it: its fields but key, policy and position."""
        fields = self._meta.concrete_fields
        return {
            field.attname: getattr(self, field.attname)
            for field in fields
            if field.name not in {"id", "policy", "position"}
        }


class RecheckRequest(models.Model):
    """A policy or the calendar has changed: the next sweep looks at all that waits on the course.

    A row, not an update of what waits: that would take locks in another order than acts do.
    """

    # Empty: of every course.
    course = models.CharField(max_length=20, choices=course_choices, blank=True)

    class Meta:
        db_table = "approvals_lookagain"
        verbose_name, verbose_name_plural = _("look at all again"), _("looks at all again")

    def __str__(self) -> str:
        return self.get_course_display() or "*"


def subject_in(kind: str, subjects: models.QuerySet) -> Q:
    """Of reminders: that the subject is one of these."""
    keys = subjects.order_by().annotate(key=Cast("pk", models.CharField())).values("key")
    return Q(subject_kind=kind, subject_key__in=keys)


class ReminderQuerySet(models.QuerySet):
    def about(self, kind: str, keys: Iterable) -> "ReminderQuerySet":
        """Of the subjects of a kind that have these keys."""
        return self.filter(subject_kind=kind, subject_key__in=key_array(map(str, keys)))


class Reminder(models.Model):
    """A step that was reached. A row first: once per subject, course, epoch and step."""

    # What it is about: as its SubjectType says, and its key as text.
    subject_kind = models.CharField(_("kind"), max_length=20)
    subject_key = models.CharField(_("key"), max_length=40)
    course = models.CharField(
        _("subject of the reminder"), max_length=20, choices=course_choices
    )
    epoch = models.PositiveIntegerField()
    # The code of the step, and its name as it was.
    rung = models.CharField(_("rung"), max_length=20)
    rung_name = models.CharField(max_length=40)
    rung_name_en = models.CharField(max_length=60)
    # A silence begins anew with each event: the version it has lasted since; else 0.
    occasion = models.PositiveIntegerField(default=0)
    # When the step was reached, and when a sweep wrote it down.
    reached_at = models.DateTimeField(_("reached"))
    recorded_at = models.DateTimeField(_("recorded"))
    # A higher step was already due when this one was found: told nobody.
    is_superseded = models.BooleanField(_("superseded"), default=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        db_table = "approvals_reminder"
        verbose_name, verbose_name_plural = _("reminder"), _("reminders")
        ordering = ["-reached_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "subject_kind",
                    "subject_key",
                    "course",
                    "epoch",
                    "rung",
                    "occasion",
                ],
                name="reminder_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_rung_display()} · {self.subject}"

    @cached_property
    def subject(self) -> models.Model:
        return _subjects(self.subject_kind, [self.subject_key])[self.subject_key]

    def get_rung_display(self):
        return self.rung_name_en if get_language() == "en" else self.rung_name


def fetch_subjects(reminders: Iterable[Reminder]) -> list[Reminder]:
    """The same with their subjects, in one statement for each kind."""
    reminders, keys = list(reminders), defaultdict(set)
    for reminder in reminders:
        keys[reminder.subject_kind].add(reminder.subject_key)
    found = {kind: _subjects(kind, those) for kind, those in keys.items()}
    for reminder in reminders:
        reminder.subject = found[reminder.subject_kind][reminder.subject_key]
    return reminders


def _subjects(kind: str, keys: Collection[str]) -> dict[str, models.Model]:
    subject_type = SUBJECT_TYPES[kind]
    rows = subject_type.model.objects.filter(pk__in=keys)
    return {str(row.pk): row for row in subject_type.with_joined(rows)}
