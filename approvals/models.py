"""The catalogue, the items under way, their history and whose court they are in."""

import json
from datetime import UTC, date
from hashlib import sha256

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    DateTimeRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from huadu_portal.accounts.models import Department
from huadu_portal.clock import now
from huadu_portal.workdays.models import Unit
from projects.models import (
    Application,
    Document,
    Enterprise,
    MaterialKind,
    Phase,
    Project,
)


def person(label, **options):
    options = {"null": True, "blank": True, "editable": False} | options
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=label,
        **options,
    )


class Stage(models.TextChoices):
    """The four stages of the province's law (条例第38条), before them and beside them."""

    SERVICE = "service", _("service start")
    LAND = "lixiang", _("land-use planning permit")
    DESIGN = "gongcheng", _("construction planning permit")
    CONSTRUCTION = "shigong", _("construction permit")
    COMPLETION = "jungong", _("completion acceptance")
    PARALLEL = "parallel", _("in parallel (utilities)")


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
    # Working days to say what is missing (行政许可法第32条; 排污许可管理条例: three).
    notice_days = models.PositiveSmallIntegerField(_("notice limit"), default=5)
    result = models.CharField(_("result document"), max_length=200, blank=True)
    result_en = models.CharField(_("result document in English"), max_length=200, blank=True)
    # One of a group is enough for a project: filing or verification, for instance.
    variant_group = models.CharField(_("variant group"), max_length=20, blank=True)
    is_joint_five = models.BooleanField(_("one of the five joint certificates"), default=False)
    is_default = models.BooleanField(_("planned by default"), default=True)
    condition = models.CharField(_("condition"), max_length=300, blank=True)
    source = models.TextField(_("legal basis and source"), blank=True)
    # Granting it is the fact by which the project reaches this phase.
    reaches_phase = models.CharField(
        _("reaches phase"), max_length=20, choices=Phase, blank=True
    )
    position = models.PositiveSmallIntegerField(_("position"))
    prerequisites = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="dependants",
        verbose_name=_("after"),
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

    def __str__(self):
        return self.name_en if get_language() == "en" else self.name

    @property
    def is_recorded(self):
        """A milestone without a limit: not applied for, but recorded by the centre."""
        return self.kind == self.Kind.MILESTONE and self.promised_days is None

    def due_dates(self, start: date, calendar) -> list[date | None]:
        """Promised and statutory last day of an item accepted on `start`."""
        limits = [
            (self.promised_days, self.promised_unit),
            (self.statutory_days, self.statutory_unit),
        ]
        return [
            None if days is None else calendar.add(start, days, unit) for days, unit in limits
        ]


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

    def __str__(self):
        return str(self.kind)


class Status(models.TextChoices):
    PLANNED = "planned", _("planned")
    READY = "ready", _("ready to apply")
    SUBMITTED = "submitted", _("received")
    CORRECTING = "correcting", _("to be corrected")
    PRE_REVIEW = "pre_review", _("in pre-review")
    PRE_APPROVED = "pre_approved", _("pre-review passed")
    ACCEPTED = "accepted", _("under review")
    SUSPENDED = "suspended", _("special procedure")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")
    DELIVERED = "delivered", _("delivered")
    DECLINED = "declined", _("not accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


S = Status  # short, for the tables

# The whole life of an item. Nothing else says what may follow what.
TRANSITIONS = {
    S.PLANNED: {S.READY, S.NOT_APPLICABLE, S.WITHDRAWN},
    # Straight to granted: a milestone that the centre records.
    S.READY: {S.SUBMITTED, S.GRANTED, S.NOT_APPLICABLE, S.WITHDRAWN, S.PRE_REVIEW},
    S.SUBMITTED: {S.ACCEPTED, S.CORRECTING, S.DECLINED, S.WITHDRAWN},
    S.CORRECTING: {S.SUBMITTED, S.WITHDRAWN},
    S.PRE_REVIEW: {S.PRE_APPROVED, S.WITHDRAWN},
    S.PRE_APPROVED: {S.ACCEPTED, S.PRE_REVIEW, S.WITHDRAWN},
    S.ACCEPTED: {S.SUSPENDED, S.GRANTED, S.REFUSED, S.WITHDRAWN},
    S.SUSPENDED: {S.ACCEPTED, S.WITHDRAWN},
    S.GRANTED: {S.DELIVERED},
    S.REFUSED: {S.ACCEPTED},
    S.DELIVERED: set(),
    S.DECLINED: set(),
    S.WITHDRAWN: set(),
    # Undone with a reason: back to where its prerequisites put it.
    S.NOT_APPLICABLE: {S.PLANNED, S.READY},
}
ENDED = [S.REFUSED, S.DELIVERED, S.DECLINED, S.WITHDRAWN, S.NOT_APPLICABLE]
OPEN = [status for status in S if status not in ENDED and status != S.GRANTED]
DECIDED = [S.GRANTED, S.REFUSED, S.DELIVERED]
# What counts as met for the items that come after.
MET = [S.GRANTED, S.DELIVERED, S.NOT_APPLICABLE]
# A new item of the same type may only be planned after one of these.
OVER = [S.REFUSED, S.DECLINED, S.WITHDRAWN]


class Holder(models.TextChoices):
    ENTERPRISE = "enterprise", _("enterprise")
    DEPARTMENT = "department", _("department")
    CENTRE = "centre", _("service center")
    STOPPED = "stopped", _("clock stopped")


# Whose court an item is in; a status that is not named ends the last span.
HOLDERS = {
    S.READY: Holder.ENTERPRISE,
    S.SUBMITTED: Holder.DEPARTMENT,
    S.CORRECTING: Holder.ENTERPRISE,
    S.PRE_REVIEW: Holder.DEPARTMENT,
    S.PRE_APPROVED: Holder.ENTERPRISE,
    S.ACCEPTED: Holder.DEPARTMENT,
    S.SUSPENDED: Holder.STOPPED,
    S.GRANTED: Holder.DEPARTMENT,
}


class Clock(models.TextChoices):
    PENDING = "pending", _("not yet running")
    RUNNING = "running", _("running")
    STOPPED = "stopped", _("stopped")
    ENDED = "ended", _("ended")


CLOCKS = {S.ACCEPTED: Clock.RUNNING, S.SUSPENDED: Clock.STOPPED} | dict.fromkeys(
    [*ENDED, S.GRANTED], Clock.ENDED
)


class Lamp(models.TextChoices):
    NONE = "none", _("no lamp")
    GREEN = "green", _("green")
    YELLOW = "yellow", _("yellow")
    RED = "red", _("red")
    DEEP_RED = "deep_red", _("deep red")


class ApprovalItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All for the centre, theirs for a department and for a firm's people."""
        if user.sees_everything:
            return self
        if user.is_of_department:
            return self.filter(department=user.department_id)
        return self.filter(project__enterprise__in=Enterprise.objects.visible_to(user))

    def open(self):
        return self.filter(status__in=OPEN)

    def running(self):
        """Those whose limits run: they alone show a lamp that can change."""
        return self.filter(status=S.ACCEPTED)

    def overdue(self, today: date):
        return self.running().filter(due_on__lt=today)

    def due_within(self, today: date, last: date):
        return self.running().filter(due_on__gte=today, due_on__lte=last)

    def with_lamp(self, lamp: str, today: date):
        """The lamp as of `today`, in SQL; ApprovalItem.lamp_on says the same."""
        statutory = Q(statutory_due_on__lt=today)
        promised = Q(due_on__lt=today)
        yellow = Q(near_on__lte=today)
        # A comparison with null is neither true nor false: such rows must stay in.
        calm = ~(statutory & Q(statutory_due_on__isnull=False))
        match Lamp(lamp):
            case Lamp.DEEP_RED:
                shown = statutory
            case Lamp.RED:
                shown = promised & calm
            case Lamp.YELLOW:
                shown = yellow & Q(due_on__gte=today) & calm
            case Lamp.GREEN:
                shown = Q(near_on__gt=today) & calm
            case Lamp.NONE:
                return self.exclude(status=S.ACCEPTED, due_on__isnull=False)
        return self.running().filter(shown, due_on__isnull=False)


class ApprovalItem(models.Model):
    """办件: one approval, for one project."""

    Status = Status

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # 办件编号, given when it is first submitted.
    number = models.CharField(
        _("item number"), max_length=50, null=True, unique=True, editable=False
    )
    project = models.ForeignKey(
        Project, models.PROTECT, related_name="items", verbose_name=_("project")
    )
    approval_type = models.ForeignKey(
        ApprovalType, models.PROTECT, related_name="items", verbose_name=_("approval")
    )
    # The type's, as it was when the item was planned; worklists are sorted by it.
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="items", verbose_name=_("department")
    )
    officer = person(_("officer"))
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=Status,
        default=Status.PLANNED,
        editable=False,
    )
    # How many events the item has had: what a person saw, an act must name.
    version = models.PositiveIntegerField(default=0, editable=False)
    # How often its clock began anew; part of every key that must not repeat.
    epoch = models.PositiveIntegerField(default=0, editable=False)
    submitted_at = models.DateTimeField(_("received at"), null=True, editable=False)
    # By then the department says what is missing, or it counts as accepted.
    notice_due_on = models.DateField(_("notice due"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    # Derived by approvals.operations.recompute from spans and calendar, stored for lists.
    near_on = models.DateField(_("yellow from"), null=True, editable=False)
    due_on = models.DateField(_("promised by"), null=True, editable=False)
    statutory_due_on = models.DateField(_("due by law"), null=True, editable=False)
    is_provisional = models.BooleanField(
        _("rests on an unpublished calendar"), default=False, editable=False
    )
    next_rung_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    # 行政许可法第44条: ten working days to deliver.
    deliver_by = models.DateField(_("deliver by"), null=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, editable=False)
    # The lamp it had when its clock ended.
    last_lamp = models.CharField(max_length=10, choices=Lamp, default=Lamp.NONE, editable=False)
    # Why it does not apply, was declined, refused or withdrawn.
    reason = models.TextField(_("reason"), blank=True, editable=False)
    documents = models.ManyToManyField(
        Document, blank=True, related_name="items", verbose_name=_("documents")
    )

    objects = ApprovalItemQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("approval item"), _("approval items")
        permissions = [
            ("receive_approvalitem", "Can accept, decline and ask for corrections"),
            ("decide_approvalitem", "Can grant, refuse and deliver"),
            ("exempt_approvalitem", "Can mark as not applicable"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "approval_type"],
                condition=~Q(status__in=OVER),
                name="item_one_per_project_and_type",
                violation_error_message=_("This approval is already under way."),
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=False, status__in=DECIDED)
                | Q(decided_at__isnull=True) & ~Q(status__in=DECIDED),
                name="item_decided_at_iff_decided",
            ),
            # One way only: a type without a limit (a milestone) never gets a date.
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=False)
                | Q(due_on__isnull=True, statutory_due_on__isnull=True),
                name="item_due_only_once_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(status=S.NOT_APPLICABLE) | ~Q(reason=""),
                name="item_not_applicable_with_reason",
                violation_error_message=_("Please give a reason."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["department", "due_on", "id"],
                name="item_worklist",
                condition=Q(status__in=OPEN),
            ),
            models.Index(fields=["due_on", "id"], name="item_due"),
            models.Index(
                fields=["next_rung_at", "id"],
                name="item_rung",
                condition=Q(next_rung_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.project.name} · {self.approval_type}"

    def get_absolute_url(self):
        return reverse("approvals:item", args=[self.pk])

    def may_become(self, status):
        return status in TRANSITIONS[Status(self.status)]

    @property
    def clock(self):
        return CLOCKS.get(Status(self.status), Clock.PENDING)

    @property
    def holder(self):
        """Whose court it is in; None before it is ready and after it has ended."""
        return HOLDERS.get(Status(self.status))

    def is_overdue(self, today: date) -> bool:
        return self.status == S.ACCEPTED and self.due_on is not None and self.due_on < today

    def lamp_on(self, today: date) -> Lamp:
        """The lamp as of `today` (states.md): only running limits have a live one."""
        if self.status != S.ACCEPTED or self.due_on is None:
            return Lamp.NONE
        if self.statutory_due_on is not None and self.statutory_due_on < today:
            return Lamp.DEEP_RED
        if self.due_on < today:
            return Lamp.RED
        return Lamp.YELLOW if self.near_on <= today else Lamp.GREEN


class ItemEvent(models.Model):
    """What happened to an item. Written by approvals.operations, never changed."""

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded"), default=now)
    # Null: the system.
    by = person(_("by"))
    from_status = models.CharField(_("from"), max_length=20, choices=Status)
    to_status = models.CharField(_("to"), max_length=20, choices=Status)
    note = models.TextField(_("note"), blank=True)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name, verbose_name_plural = _("event"), _("events")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="event_number_once"),
        ]

    def __str__(self):
        return f"{self.number} → {self.get_to_status_display()}"

    def digest_after(self, previous: str) -> str:
        """What `digest` has to be, given that of the event before ("" for none)."""
        moments = [m.astimezone(UTC).isoformat() for m in (self.at, self.recorded_at)]
        row = [str(self.item_id), self.number, *moments, str(self.by_id or "")]
        row += [self.from_status, self.to_status, self.note]
        return sha256(json.dumps([previous, *row]).encode()).hexdigest()


class TsTzRange(models.Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class ClockSpan(models.Model):
    """A stretch of time during which an item was in one party's court."""

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="spans")
    holder = models.CharField(_("holder"), max_length=20, choices=Holder)
    ground = models.CharField(_("ground"), max_length=200, blank=True)
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("span"), _("spans")
        ordering = ["started_at", "pk"]
        constraints = [
            # An open end is null, which a range reads as "for ever".
            ExclusionConstraint(
                name="span_one_holder_at_a_time",
                expressions=[
                    ("item", RangeOperators.EQUAL),
                    (
                        TsTzRange("started_at", "ended_at", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(
                condition=~Q(holder=Holder.STOPPED) | ~Q(ground=""),
                name="span_stopped_on_a_ground",
            ),
        ]

    def __str__(self):
        return f"{self.get_holder_display()} {self.started_at:%F}"


class CorrectionRequest(models.Model):
    """一次性告知: everything an item lacks, told at once."""

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="corrections")
    asked_at = models.DateTimeField(_("asked"))
    asked_by = person(_("asked by"))
    # A sentence for each thing that is missing or wrong.
    missing = models.JSONField(_("what is missing"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("request for correction")
        verbose_name_plural = _("requests for correction")
        ordering = ["asked_at", "pk"]

    def __str__(self):
        return f"{self.item_id} {self.asked_at:%F}"


class Certificate(models.Model):
    """The result document of an item, as delivered."""

    item = models.OneToOneField(
        ApprovalItem, models.PROTECT, related_name="certificate", verbose_name=_("item")
    )
    number = models.CharField(_("certificate number"), max_length=100)
    issued_on = models.DateField(_("issued"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    document = models.ForeignKey(
        Document,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )

    class Meta:
        verbose_name, verbose_name_plural = _("certificate"), _("certificates")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("issued_on")),
                name="certificate_valid_after_issue",
                violation_error_message=_("It cannot expire before it is issued."),
            ),
        ]

    def __str__(self):
        return self.number


class Rung(models.TextChoices):
    """The steps of the ladder, lowest first."""

    ASSIGNED = "assigned", _("assigned")
    HALF = "half", _("half of the limit used")
    NEAR = "near", _("due soon")
    EVE = "eve", _("due tomorrow")
    OVERDUE = "overdue", _("overdue")
    STATUTORY = "statutory", _("past the statutory limit")
    SUPERVISION = "supervision", _("supervision order")


class Reminder(models.Model):
    """A rung that was reached. A row first: once per subject, epoch and rung."""

    item = models.ForeignKey(
        ApprovalItem,
        models.PROTECT,
        null=True,
        related_name="reminders",
        verbose_name=_("approval item"),
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        related_name="reminders",
        verbose_name=_("application"),
    )
    epoch = models.PositiveIntegerField()
    rung = models.CharField(_("rung"), max_length=20, choices=Rung)
    # When the rung was reached, and when a sweep wrote it down.
    reached_at = models.DateTimeField(_("reached"))
    recorded_at = models.DateTimeField(_("recorded"))
    # A higher rung was already due when this one was found: told nobody.
    is_superseded = models.BooleanField(_("superseded"), default=False)

    class Meta:
        verbose_name, verbose_name_plural = _("reminder"), _("reminders")
        ordering = ["-reached_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "epoch", "rung"], name="reminder_once_per_item_rung"
            ),
            models.UniqueConstraint(
                fields=["application", "epoch", "rung"],
                name="reminder_once_per_application_rung",
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=True, application__isnull=False)
                | Q(item__isnull=False, application__isnull=True),
                name="reminder_has_one_subject",
            ),
        ]

    def __str__(self):
        return f"{self.get_rung_display()} · {self.item or self.application}"
