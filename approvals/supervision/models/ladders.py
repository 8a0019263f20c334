"""The ladder as data: which rungs a clock has, whom each reaches, and what it shows."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.accounts.models import Department
from huadu_portal.notifications.models import Delivery
from huadu_portal.ui.choices import ColoredText
from huadu_portal.workdays.models import Unit
from projects.choices import Grade
from projects.models import person


class Course(models.TextChoices):
    """What is waited for; each has a clock of its own."""

    RECEIPT = "receipt", _("answer to what was handed in")
    PRE_REVIEW = "pre_review", _("opinion in pre-review")
    REVIEW = "review", _("decision of an accepted item")
    SUSPENSION = "suspension", _("end of a special procedure")
    DELIVERY = "delivery", _("delivery of a result")
    APPLICATION = "application", _("triage of an application")
    CONSULTATION = "consultation", _("opinion of an asked department")
    CORRECTION = "correction", _("the firm's answer to a correction notice")
    COMMITMENT = "commitment", _("what a firm has promised")
    CERTIFICATE = "certificate", _("validity of a certificate")
    ORDER = "order", _("reply to a supervision order")
    HELP = "help", _("answer to a request for coordination")
    REVISION = "revision", _("the firm's answer to an opinion in pre-review")


# What runs in a department's court: these can show a card, and be stopped by its head.
OF_DEPARTMENT = {
    Course.RECEIPT,
    Course.PRE_REVIEW,
    Course.REVIEW,
    Course.SUSPENSION,
    Course.DELIVERY,
    Course.CONSULTATION,
    Course.ORDER,
}


# How staff push each other is no firm's business (docs/decisions/0016).
AMONG_STAFF = {Course.ORDER, Course.HELP}


class Trigger(models.TextChoices):
    """What a rung's number counts, in its unit."""

    SINCE = "since", _("days since the clock began")
    SHARE = "share", _("per cent of the promised limit used")
    NEAR = "near", _("the lamp turns yellow")
    LEFT = "left", _("days left until the promised day")
    PAST = "past", _("days past the promised day")
    STATUTORY_PAST = "statutory_past", _("days past the statutory day")
    QUIET = "quiet", _("working days without any event")


class Hearer(models.TextChoices):
    """Who is told, by the part they have in the matter."""

    OFFICER = "officer", _("the officer in charge")
    DEPARTMENT_HEAD = "department_head", _("head of the department")
    AGENT = "agent", _("service agent of the project")
    CHIEF_OFFICER = "chief_officer", _("chief officer of the project")
    WINDOW = "window", _("comprehensive window")
    CENTRE_HEAD = "centre_head", _("center head")
    LEADER = "leader", _("district leader")
    FIRM = "firm", _("the enterprise")


class CardLevel(ColoredText):
    """预警, 黄牌, 红牌, 督办."""

    WARNING = "warning", "blue", _("warning")
    YELLOW = "yellow", "yellow", _("yellow card")
    RED = "red", "red", _("red card")
    SUPERVISION = "supervision", "deep-red", _("supervision order")


class LadderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever works at the desk may know who is reminded when."""
        return self if user.is_staff else self.none()

    def current(self):
        return self.filter(replaced_at=None)


class Ladder(models.Model):
    """One version of the rungs of a course, for all or for a department or grade.

    A version never changes; a new one replaces it, and the old one stays to be read.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    course = models.CharField(_("matter waited for"), max_length=20, choices=Course)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only of the department"),
    )
    grade = models.CharField(
        _("only for projects of the grade"), max_length=10, choices=Grade, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    published_at = models.DateTimeField(_("in force from"), editable=False)
    published_by = person(_("published by"))
    note = models.CharField(_("why it was changed"), max_length=200, blank=True)
    replaced_at = models.DateTimeField(_("in force until"), null=True, editable=False)

    objects = LadderQuerySet.as_manager()

    class Meta:
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

    def __str__(self):
        return " · ".join(map(str, [self.get_course_display(), *self.scope]))

    @property
    def scope(self):
        """For whom it is, in words."""
        grade = self.get_grade_display() if self.grade else None
        return [part for part in (self.department, grade) if part] or [_("for all")]


class LadderRung(models.Model):
    """A step of a ladder. Its code is what a reminder keeps of it."""

    ladder = models.ForeignKey(Ladder, models.CASCADE, related_name="rungs")
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
        models.CharField(max_length=20, choices=Hearer), verbose_name=_("who is told")
    )
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
        verbose_name, verbose_name_plural = _("rung"), _("rungs")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["ladder", "code"], name="rung_code_once"),
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
                violation_error_message=_("Somebody has to be told."),
            ),
        ]

    def __str__(self):
        return self.name_en if get_language() == "en" else self.name

    @property
    def hearers(self):
        """Who is told; of what is said among staff no firm, whatever an old version says."""
        hidden = {Hearer.FIRM} if self.ladder.course in AMONG_STAFF else set()
        return [hearer for hearer in self.audience if hearer not in hidden]


class LookAgain(models.Model):
    """Ladder or calendar has changed: the next sweep looks at all that waits on the course.

    A row, not an update of what waits: that would want locks that acts hold the other way.
    """

    # Empty: of every course.
    course = models.CharField(max_length=20, choices=Course, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("look at all again"), _("looks at all again")

    def __str__(self):
        return self.get_course_display() or "*"
