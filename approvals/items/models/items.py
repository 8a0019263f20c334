"""办件: an approval item of a project."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from approvals.catalogue.models import ApprovalType
from approvals.items.models.querysets import ApprovalItemQuerySet
from approvals.items.models.states import (
    CLOCKS,
    DECIDED,
    HOLDERS,
    HOLDERS_OF_MILESTONES,
    OPEN,
    OVER,
    TRANSITIONS,
    Breach,
    Clock,
    Lamp,
    S,
    Status,
)
from huadu_portal.accounts.models import Department, User
from huadu_portal.escalation.schedule import Timing
from huadu_portal.routes import address
from huadu_portal.workdays.models import Unit
from projects.models import Document, Project, person_field

OVERDUE_LAMPS = [Lamp.RED, Lamp.DEEP_RED]
# A lamp that says what the breach does.
LAMPS_OF_BREACHES = {
    (Lamp.RED, Breach.PROMISED),
    (Lamp.DEEP_RED, Breach.PROMISED),
    (Lamp.DEEP_RED, Breach.STATUTORY),
}


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
    officer = person_field(_("officer"))
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
    # The version of its type under which it was received, and that one's notice limit; null
    # before receipt, and of items from before types had versions.
    type_version = models.PositiveIntegerField(null=True, editable=False)
    notice_days = models.PositiveSmallIntegerField(_("notice limit"), null=True, editable=False)
    # By then the department says what is missing, or it counts as accepted.
    notice_due_on = models.DateField(_("notice due"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    # The type's limits as they were on acceptance, or the joint case's: a later change of
    # the catalogue moves no date that was given. Null: no such limit.
    promised_days = models.PositiveSmallIntegerField(
        _("promised limit"), null=True, editable=False
    )
    promised_unit = models.CharField(
        max_length=10, choices=Unit, default=Unit.WORKING, editable=False
    )
    statutory_days = models.PositiveSmallIntegerField(
        _("statutory limit"), null=True, editable=False
    )
    statutory_unit = models.CharField(
        max_length=10, choices=Unit, default=Unit.WORKING, editable=False
    )
    extension_days = models.PositiveSmallIntegerField(
        _("extended by"), default=0, editable=False
    )
    # Accepted by law, because the department kept silent (行政许可法第32条).
    is_deemed = models.BooleanField(_("deemed accepted"), default=False, editable=False)
    # Derived by approvals.items.operations.dates.recompute from spans and calendar, stored for lists.
    near_on = models.DateField(_("yellow from"), null=True, editable=False)
    due_on = models.DateField(_("promised by"), null=True, editable=False)
    statutory_due_on = models.DateField(_("due by law"), null=True, editable=False)
    # The day on which each limit had passed while the clock ran; whatever is extended, stopped
    # or reopened later, it stays (approvals.items.operations.breaches).
    promised_breached_on = models.DateField(
        _("past the promised limit since"), null=True, editable=False
    )
    statutory_breached_on = models.DateField(
        _("past the statutory limit since"), null=True, editable=False
    )
    is_provisional = models.BooleanField(
        _("rests on an unpublished calendar"), default=False, editable=False
    )
    next_rung_at = models.DateTimeField(null=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    # 行政许可法第44条: ten working days to deliver.
    deliver_by = models.DateField(_("deliver by"), null=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, editable=False)
    # 联合验收: the item with which it was applied for, is looked at and is answered.
    whole = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="parts",
        verbose_name=_("part of"),
    )
    # 五证联办: the case by which it is handled jointly, if it is.
    joint_case = models.ForeignKey(
        "JointCase",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="items",
        verbose_name=_("joint case"),
    )
    # The lamp it had when its clock ended.
    last_lamp = models.CharField(max_length=10, choices=Lamp, default=Lamp.NONE, editable=False)
    # Delivered without number or file, as was possible once; no act leaves it so any more.
    lacks_result = models.BooleanField(
        _("delivered without number or file"), default=False, db_default=False, editable=False
    )
    # Why it does not apply, was declined, refused or withdrawn, or nothing was handed over.
    reason = models.TextField(_("reason"), blank=True, editable=False)
    documents = models.ManyToManyField(
        Document, blank=True, related_name="items", verbose_name=_("documents")
    )

    # Of one read locked: its columns as they are in the database (operations/history.py).
    as_stored: dict[str, Any]

    # Of one that a sweep looks at: by which days it is waited for (supervision/operations/item_subject.py).
    timing: Timing

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
                condition=Q(extension_days=0) | Q(accepted_at__isnull=False),
                name="item_extended_only_once_accepted",
            ),
            models.CheckConstraint(
                condition=Q(promised_breached_on__isnull=True) | Q(due_on__isnull=False),
                name="item_promise_breached_only_if_given",
            ),
            models.CheckConstraint(
                condition=Q(statutory_breached_on__isnull=True)
                | Q(statutory_due_on__isnull=False),
                name="item_law_breached_only_if_limited",
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
            # Counted: tabs and tiles by status, a department's its own; lamps, by dates that many
            # have in common (as included columns they would be kept once for each item); what
            # was decided in a year; what rests on a year that is not published yet.
            models.Index(fields=["status", "department", "due_on"], name="item_status"),
            models.Index(
                fields=["department", "due_on", "statutory_due_on", "near_on"],
                name="item_running",
                condition=Q(status=S.ACCEPTED),
            ),
            models.Index(
                fields=["id"],
                name="item_provisional",
                condition=Q(is_provisional=True, status__in=OPEN),
            ),
            models.Index(
                fields=["decided_at"],
                include=[
                    "department",
                    "due_on",
                    "statutory_due_on",
                    "status",
                    "promised_breached_on",
                    "statutory_breached_on",
                ],
                name="item_closed",
                condition=Q(decided_at__isnull=False),
            ),
            # Lists of those that missed a limit, which are few.
            models.Index(
                fields=["due_on", "id"],
                include=["department", "promised_breached_on", "statutory_breached_on"],
                name="item_missed",
                condition=Q(promised_breached_on__isnull=False)
                | Q(statutory_breached_on__isnull=False),
            ),
            # For the sweep that records what has passed.
            models.Index(
                Least("due_on", "statutory_due_on"),
                name="item_passed",
                condition=Q(status=S.ACCEPTED),
            ),
            models.Index(
                fields=["id"], name="item_lacks_result", condition=Q(lacks_result=True)
            ),
            models.Index(
                fields=["notice_due_on", "id"],
                name="item_notice",
                condition=Q(status=S.SUBMITTED),
            ),
            models.Index(
                fields=["next_rung_at", "id"],
                name="item_rung",
                condition=Q(next_rung_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project.name} · {self.approval_type}"

    def get_absolute_url(self) -> str:
        return address("approvals:item", self.pk)

    def is_visible_to(self, user: User) -> bool:
        """Whether a person may know of it; `visible_to()` says the same in SQL."""
        if user.is_of_department:
            return self.department_id == user.department_id
        return self.project.enterprise.is_visible_to(user)

    # The types have one made by Django, which takes ours instead.
    def get_status_display(self) -> str:  # type: ignore[no-redef]
        return str(self.status_words or Status(self.status).label)

    @property
    def status_words(self):
        """Where the label of the status does not fit: nobody applies for a milestone."""
        if self.status == S.READY and self.approval_type.is_recorded:
            return _("to be recorded")
        return None

    def may_become(self, status: str) -> bool:
        return status in TRANSITIONS[Status(self.status)]

    @property
    def clock(self):
        return CLOCKS.get(Status(self.status), Clock.PENDING)

    @property
    def holder(self):
        """The responsible party; None before it is ready and after it has ended."""
        return self.holder_in(Status(self.status))

    def holder_in(self, status):
        """The responsible party in this status; a milestone is the centre's to record, and
        nobody has to deliver it."""
        if self.approval_type.is_recorded:
            return HOLDERS_OF_MILESTONES.get(status)
        return HOLDERS.get(status)

    @property
    def is_over(self) -> bool:
        """Whether it has ended without a result."""
        return self.status in OVER

    @property
    def days_for_notice(self) -> int:
        """The notice limit by which it was received: a later version of its type moves none."""
        own = self.notice_days
        return self.approval_type.notice_days if own is None else own

    @property
    def is_in_pre_review(self) -> bool:
        """Whether it is handled jointly and has not been received: opinions only."""
        return self.joint_case_id is not None and self.submitted_at is None

    @property
    def is_sent_back(self) -> bool:
        """Whether an opinion in pre-review waits for the firm; `sent_back()` says it in SQL."""
        return self.status == S.CORRECTING and self.is_in_pre_review

    def is_together_with(self, other):
        """Whether one application is for both: the same item, case or joint inspection."""
        in_one_case = self.joint_case_id and self.joint_case_id == other.joint_case_id
        roots = {self.whole_id or self.pk, other.whole_id or other.pk}
        return bool(in_one_case) or len(roots) == 1

    def has_lapsed(self, today: date) -> bool:
        """Whether the notice limit has ended in silence; `lapsed()` says the same in SQL.

        A part of a joint inspection is accepted with its whole, as long as that waits too.
        """
        return (
            self.status == S.SUBMITTED
            and self.notice_due_on is not None
            and self.notice_due_on < today
            and self.approval_type.is_licence_like
            and not (self.whole and self.whole.status == S.SUBMITTED)
        )

    def is_overdue(self, today: date) -> bool:
        return self.lamp_on(today) in OVERDUE_LAMPS

    def ended_limit(self, today: date) -> date | None:
        """The last day of the first of its limits that has ended; None while both run."""
        days = [day for day in (self.due_on, self.statutory_due_on) if day and day < today]
        return min(days, default=None)

    @property
    def breach(self) -> Breach | None:
        if self.statutory_breached_on:
            return Breach.STATUTORY
        return Breach.PROMISED if self.promised_breached_on else None

    def breach_beside(self, lamp: Lamp) -> Breach | None:
        """Its breach, unless the lamp says the same already."""
        is_said = (lamp, self.breach) in LAMPS_OF_BREACHES
        return None if is_said else self.breach

    def lamp_on(self, today: date) -> Lamp:
        """The lamp as of `today`: only running limits have a live one."""
        if self.status != S.ACCEPTED:
            return Lamp.NONE
        return Lamp.of_running(today, self.near_on, self.due_on, self.statutory_due_on)
