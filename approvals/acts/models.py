"""What happens beside an item's plain course: corrections, stops, extensions, visits,
consultations, and commitments of firms; what staff note, and the reasons they use again.

Suspended time itself is a ClockSpan; here stands why, for how long and on what paper.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from approvals.catalogue.models import ApprovalType, Ground
from approvals.items.models import OVER, ApprovalItem
from approvals.items.models.waiting import OwedForItem
from huadu_portal.accounts.models import Department, User
from huadu_portal.clock import civil_day
from huadu_portal.escalation.models import due_index
from huadu_portal.rest.text import validate_plain
from huadu_portal.routes import address
from huadu_portal.ui.choices import ColoredText
from huadu_portal.workdays.models import Unit
from projects.material_names import in_english
from projects.models import Application, Document, MaterialKind, person_field

# After so long without an answer the window may close an item (docs/states.md, Limits).
CORRECTION_PATIENCE = timedelta(30)


class CorrectionRequest(OwedForItem):
    """一次性告知: everything an item lacks, told at once."""

    item = models.ForeignKey(ApprovalItem, models.PROTECT, related_name="corrections")
    asked_at = models.DateTimeField(_("asked"))
    asked_by = person_field(_("asked by"))
    # A sentence for each thing that is missing or wrong.
    missing = models.JSONField(_("what is missing"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("request for correction")
        verbose_name_plural = _("requests for correction")
        ordering = ["asked_at", "pk"]
        indexes = [
            due_index("correction_rung"),
            models.Index(
                fields=["asked_at"],
                name="correction_unanswered",
                condition=Q(answered_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.asked_at:%F}"

    @property
    def points(self) -> list["Point"]:
        """Every line of the list with what it asks for and what the firm said to it.

        The kinds of material stand first (`request_correction`). Fetch `POINTS` with many.
        """
        materials = sorted(self.materials.all(), key=lambda each: each.pk)
        kinds: list[MaterialKind | None] = [each.kind for each in materials]
        kinds += [None] * (len(self.missing) - len(kinds))
        answers = {answer.number: answer for answer in self.answers.all()}
        return [
            Point(number, sentence, kind, answers.get(number))
            for number, (sentence, kind) in enumerate(
                zip(self.missing, kinds, strict=False), start=1
            )
        ]


# What `points` reads besides the request itself.
POINTS = ["materials__kind", "answers__documents"]


class AskedMaterial(models.Model):
    """A kind of material that a correction asks for; one already here, for a reason."""

    correction = models.ForeignKey(CorrectionRequest, models.CASCADE, related_name="materials")
    kind = models.ForeignKey(
        MaterialKind, models.PROTECT, related_name="+", verbose_name=_("kind of material")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("material requested")
        verbose_name_plural = _("materials requested")
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "kind"], name="asked_material_once_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return str(self.kind)


class PointAnswer(models.Model):
    """What the firm said to one point of a request for correction: files, words, or both."""

    correction = models.ForeignKey(CorrectionRequest, models.CASCADE, related_name="answers")
    # Which line of `missing`, from 1.
    number = models.PositiveSmallIntegerField(_("point"))
    text = models.TextField(_("answer"), blank=True)
    documents = models.ManyToManyField(
        Document, related_name="+", blank=True, verbose_name=_("documents")
    )
    # No words, and no file that the item had not been given before.
    is_unchanged = models.BooleanField(_("nothing new"), default=False)

    class Meta:
        verbose_name = _("answer to a point")
        verbose_name_plural = _("answers to points")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "number"], name="correction_point_answered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"


@dataclass(frozen=True)
class Point:
    """A line of a request for correction."""

    number: int
    sentence: str
    # The kind of material that it asks for; None where it is a sentence.
    kind: MaterialKind | None
    answer: PointAnswer | None


class Suspension(models.Model):
    """特别程序: the clock stands still on a legal ground, announced with its length."""

    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="suspensions", verbose_name=_("item")
    )
    ground = models.CharField(_("ground"), max_length=20, choices=Ground)
    # 行政许可法第45条: the applicant is told in writing how long it takes.
    expected_days = models.PositiveSmallIntegerField(_("expected length"))
    expected_unit = models.CharField(
        _("unit of the expected length"), max_length=10, choices=Unit, default=Unit.WORKING
    )
    expected_until = models.DateField(_("expected until"))
    notice_file = models.ForeignKey(
        Document, models.PROTECT, related_name="+", verbose_name=_("notice file")
    )
    note = models.TextField(_("note"), blank=True)
    started_at = models.DateTimeField(_("from"))
    started_by = person_field(_("by"))
    ended_at = models.DateTimeField(_("until"), null=True)
    ended_by = person_field(_("resumed by"))

    class Meta:
        verbose_name, verbose_name_plural = _("suspension"), _("suspensions")
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(ended_at__isnull=True),
                name="suspension_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__gte=F("started_at")),
                name="suspension_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()} {self.started_at:%F}"


class Extension(models.Model):
    """延期: once, with the approval of a head who does not handle the item (第42条)."""

    item = models.OneToOneField(
        ApprovalItem, models.PROTECT, related_name="extension", verbose_name=_("item")
    )
    days = models.PositiveSmallIntegerField(_("days"))
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"))
    approved_by = person_field(_("approved by"), null=False)

    class Meta:
        verbose_name, verbose_name_plural = _("extension"), _("extensions")
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1), name="extension_has_days"),
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
        ]

    def __str__(self) -> str:
        return f"+{self.days}"

    @property
    def is_late(self) -> bool:
        """Whether a limit had passed already on the day on which it was decided (第42条)."""
        breaches = [self.item.promised_breached_on, self.item.statutory_breached_on]
        decided_on = civil_day(self.at)
        return any(since and since <= decided_on for since in breaches)


class SiteVisit(models.Model):
    """联合验收: the one visit of all departments; the latest that was set is the one."""

    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="visits", verbose_name=_("item")
    )
    at = models.DateTimeField(_("visit"))
    place = models.CharField(_("meeting point"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    set_at = models.DateTimeField(_("set"))
    set_by = person_field(_("set by"), null=False)

    class Meta:
        verbose_name, verbose_name_plural = _("site visit"), _("site visits")
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(at__gt=F("set_at")), name="site_visit_lies_ahead_when_set"
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self):
        """When and where, as messages and the history name it."""
        at = date_format(timezone.localtime(self.at), "Y-m-d H:i")
        return f"{at} {self.place} {self.note}".strip()


class ConsultationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of items one may see, and those one's own department was asked."""
        seen = Q(item__in=ApprovalItem.objects.visible_to(user))
        if user.is_of_department:
            seen |= Q(department=user.department_id)
        return self.filter(seen)

    def unanswered(self) -> Self:
        return self.filter(answered_at=None)

    def lapsed(self, today: date) -> Self:
        """Past their day without an opinion, and not yet recorded as silent."""
        return self.unanswered().filter(silent_at=None, due_on__lt=today)


class Consultation(OwedForItem):
    """征求意见: another department is asked for its opinion; its own limit runs.

    A child row, not a span: the department that asks stays responsible for the item.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="consultations", verbose_name=_("item")
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department consulted")
    )
    question = models.TextField(_("question"))
    asked_at = models.DateTimeField(_("asked"))
    asked_by = person_field(_("asked by"))
    due_on = models.DateField(_("opinion due"))
    opinion = models.TextField(_("opinion"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = person_field(_("answered by"))
    # Silence past the day is recorded; the item goes on without the opinion.
    silent_at = models.DateTimeField(_("no answer recorded"), null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("consultation"), _("consultations")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "department"],
                condition=Q(answered_at__isnull=True, silent_at__isnull=True),
                name="consultation_open_once_per_department",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(opinion=""),
                name="consultation_answered_with_opinion",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="consultation_open",
                condition=Q(answered_at__isnull=True, silent_at__isnull=True),
            ),
            due_index("consultation_rung"),
        ]

    def __str__(self) -> str:
        return f"{self.department} · {self.item}"

    def get_absolute_url(self) -> str:
        return address("approvals:consultation", self.pk)

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


# Not kept yet, and still owed: an item that came to nothing asks for nothing.
OPEN_COMMITMENT = Q(fulfilled_at=None) & ~Q(item__status__in=OVER)


class CommitmentState(ColoredText):
    """How it stands with a commitment on a day."""

    OPEN = "open", "blue", _("open")
    MISSED = "missed", "red", _("missed")
    KEPT = "kept", "green", _("kept")
    KEPT_LATE = "kept_late", "yellow", _("kept late")
    LAPSED = "lapsed", "neutral", _("no longer applicable")


class CommitmentQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those of the items one may see."""
        return self.filter(item__in=ApprovalItem.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(OPEN_COMMITMENT)

    def missed(self, today: date) -> Self:
        return self.filter(OPEN_COMMITMENT, due_on__lt=today)


class Commitment(OwedForItem):
    """书面承诺: what the firm is to bring, in writing and by a day.

    容缺受理 takes an item in while a secondary material lacks; 告知承诺 takes the firm's
    word instead of a proof; a joint case turns its commitments into follow-up tasks.
    """

    class Source(models.TextChoices):
        TOLERANT = "tolerant", _("tolerant acceptance")
        NOTIFICATION = "notification", _("commitment instead of proof")
        JOINT = "joint", _("joint case")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(
        ApprovalItem, models.PROTECT, related_name="commitments", verbose_name=_("item")
    )
    source = models.CharField(_("source"), max_length=20, choices=Source)
    material = models.ForeignKey(
        MaterialKind, models.PROTECT, null=True, related_name="+", verbose_name=_("material")
    )
    # What by law comes before the item's certificate, and is met by its own grant.
    approval_type = models.ForeignKey(
        ApprovalType,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("approval that is to follow"),
    )
    text = models.CharField(_("content of the commitment"), max_length=500)
    due_on = models.DateField(_("promised for"))
    made_at = models.DateTimeField(_("promised"))
    made_by = person_field(_("committed by"))
    fulfilled_at = models.DateTimeField(_("kept"), null=True)
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, related_name="+", verbose_name=_("document")
    )

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("commitment"), _("commitments")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fulfilled_at__isnull=True, document__isnull=True)
                | Q(fulfilled_at__isnull=False, document__isnull=False)
                | Q(approval_type__isnull=False, document__isnull=True),
                name="commitment_kept_with_a_document",
            ),
        ]
        indexes = [
            due_index("commitment_rung"),
            models.Index(
                fields=["due_on"],
                name="commitment_open",
                condition=Q(fulfilled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """What is to be brought or granted, in the language of the reader."""
        return self.in_english if get_language() == "en" else self.text

    def get_absolute_url(self) -> str:
        return reverse("approvals:commitment", args=[self.item_id, self.pk])

    @classmethod
    def waiting(cls):
        return cls.objects.open()

    @property
    def in_english(self) -> str:
        return self.approval_type.name_en if self.approval_type else in_english(self.text)

    @property
    def words(self) -> dict[str, str]:
        """What a message says of it: what is to be brought, and by when."""
        due = self.due_on.isoformat()
        return {"promised": self.text, "promised_en": self.in_english, "due": due}

    @property
    def is_open(self) -> bool:
        return self.fulfilled_at is None and self.item.status not in OVER

    def is_missed(self, today: date) -> bool:
        return self.is_open and self.due_on < today

    def state_on(self, today: date) -> CommitmentState:
        if self.fulfilled_at:
            is_late = civil_day(self.fulfilled_at) > self.due_on
            return CommitmentState.KEPT_LATE if is_late else CommitmentState.KEPT
        if not self.is_open:
            return CommitmentState.LAPSED
        return CommitmentState.MISSED if self.is_missed(today) else CommitmentState.OPEN


class InternalNoteQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """For staff alone: those of items and applications that they may see."""
        if not user.is_staff:
            return self.none()
        items = Q(item__in=ApprovalItem.objects.visible_to(user))
        return self.filter(items | Q(application__in=Application.objects.visible_to(user)))


class InternalNote(models.Model):
    """What staff note among themselves on an item or an application; no firm ever reads it.

    No event: it is no act, stands in no history, and moves no version. Append-only, by trigger.
    """

    item = models.ForeignKey(
        ApprovalItem,
        models.PROTECT,
        null=True,
        related_name="internal_notes",
        verbose_name=_("item"),
    )
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        null=True,
        related_name="internal_notes",
        verbose_name=_("application"),
    )
    at = models.DateTimeField(_("at"))
    by = person_field(_("by"), null=False)
    text = models.TextField(_("text"))

    objects = InternalNoteQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("internal note"), _("internal notes")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=True, application__isnull=False)
                | Q(item__isnull=False, application__isnull=True),
                name="internal_note_on_one_thing",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="internal_note_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.at:%F}"


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
