"""What the API says and hears of the catalogue and of the items."""

from datetime import date, datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals import national
from approvals.models import (
    ApprovalItem,
    ApprovalType,
    Clock,
    ClockSpan,
    Commitment,
    CommitmentState,
    Consultation,
    Holder,
    ItemEvent,
    ItemPaper,
    Lamp,
    MaterialRequirement,
)
from approvals.progress import may_have_stood_still, progress_of
from huadu_portal.accounts.api import DepartmentSerializer
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day, now
from huadu_portal.papers.models import PaperKind
from huadu_portal.workdays.published import calendar
from projects.models import Project


class RequirementSerializer(serializers.ModelSerializer):
    code = serializers.CharField(source="kind.code")
    name = serializers.CharField(source="kind.name")

    class Meta:
        model = MaterialRequirement
        fields = ["code", "name", "is_tolerable"]


class ApprovalTypeSerializer(serializers.ModelSerializer):
    department = DepartmentSerializer()
    materials = RequirementSerializer(source="requirements", many=True)
    prerequisites = serializers.SlugRelatedField("code", many=True, read_only=True)

    class Meta:
        model = ApprovalType
        fields = [
            "id",
            "code",
            "name",
            "name_en",
            "department",
            "stage",
            "kind",
            "promised_days",
            "promised_unit",
            "promised_from",
            "statutory_days",
            "statutory_unit",
            "statutory_from",
            "max_extension_days",
            "notice_stops_clock",
            "commitment_allowed",
            "notice_days",
            "result",
            "variant_group",
            "is_joint_five",
            "is_default",
            "condition",
            "source",
            "position",
            "prerequisites",
            "materials",
        ]
        read_only_fields = fields


# ---- Items --------------------------------------------------------------------------------


class TypeNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = ApprovalType
        fields = ["code", "name"]


class ProjectNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = Project
        fields = ["id", "number", "name"]


class PersonSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="get_full_name")

    class Meta:
        model = User
        fields = ["id", "name"]


class ItemListSerializer(serializers.ListSerializer):
    """A page of items, all of them as of one moment.

    Says of each what ItemSerializer says (a test holds it), in a fifth of the time: this is
    the list that every desk has open all day.
    """

    def to_representation(self, items):
        today, published = civil_day(now()), calendar()
        prefetch_related_objects(
            [each for each in items if may_have_stood_still(each)], "spans"
        )
        return [_listed(item, today, published) for item in items]


# What `_listed` reads: the whole item, and little of what it belongs to.
LISTED_COLUMNS = [
    *(field.name for field in ApprovalItem._meta.concrete_fields),
    "project__number",
    "project__name",
    "approval_type__code",
    "approval_type__name",
    # What the counting of days and whose court it is asks of the type.
    "approval_type__kind",
    "approval_type__promised_days",
    "approval_type__promised_from",
    "approval_type__statutory_from",
    "department__code",
    "officer__name",
    "officer__username",
]


def _listed(item: ApprovalItem, today: date, published) -> dict:
    progress = progress_of(item, today, published)
    project, entry, officer = item.project, item.approval_type, item.officer
    return {
        "id": item.pk,
        "number": item.number,
        "status": item.status,
        "version": item.version,
        "project": {"id": project.pk, "number": project.number, "name": project.name},
        "approval_type": {"code": entry.code, "name": entry.name},
        "department": item.department.code,
        "officer": officer and {"id": officer.pk, "name": officer.get_full_name()},
        "lamp": item.lamp_on(today),
        "clock": item.clock,
        "holder": item.holder,
        "submitted_at": _here(item.submitted_at),
        "notice_due_on": item.notice_due_on,
        "accepted_at": _here(item.accepted_at),
        "is_deemed": item.is_deemed,
        "extension_days": item.extension_days,
        "due_on": item.due_on,
        "statutory_due_on": item.statutory_due_on,
        "days_used": progress and progress.used,
        "days_left": progress and progress.left,
        "provisional": item.is_provisional,
        "decided_at": _here(item.decided_at),
        "deliver_by": item.deliver_by,
        "delivered_at": _here(item.delivered_at),
        "reason": item.reason,
    }


def _here(moment: datetime | None) -> datetime | None:
    """With the offset of the district, as DRF writes it."""
    return moment and timezone.localtime(moment)


class ItemSerializer(serializers.ModelSerializer):
    project = ProjectNameSerializer()
    approval_type = TypeNameSerializer()
    department = serializers.SlugRelatedField("code", read_only=True)
    officer = PersonSerializer(allow_null=True)
    lamp = serializers.SerializerMethodField()
    clock = serializers.ChoiceField(Clock.choices)
    holder = serializers.ChoiceField(Holder.choices, allow_null=True)
    provisional = serializers.BooleanField(source="is_provisional")
    days_used = serializers.SerializerMethodField()
    days_left = serializers.SerializerMethodField()

    class Meta:
        model = ApprovalItem
        list_serializer_class = ItemListSerializer
        fields = [
            "id",
            "number",
            "status",
            "version",
            "project",
            "approval_type",
            "department",
            "officer",
            "lamp",
            "clock",
            "holder",
            "submitted_at",
            "notice_due_on",
            "accepted_at",
            "is_deemed",
            "extension_days",
            "due_on",
            "statutory_due_on",
            "days_used",
            "days_left",
            "provisional",
            "decided_at",
            "deliver_by",
            "delivered_at",
            "reason",
        ]
        read_only_fields = fields

    def to_representation(self, item):
        self.today = civil_day(now())
        progress = progress_of(item, self.today, calendar())
        self.used = progress and progress.used
        self.left = progress and progress.left
        return super().to_representation(item)

    @extend_schema_field(serializers.ChoiceField(Lamp.choices))
    def get_lamp(self, item):
        return item.lamp_on(self.today)

    def get_days_used(self, item) -> int | None:
        return self.used

    def get_days_left(self, item) -> int | None:
        return self.left


class ItemEventSerializer(serializers.ModelSerializer):
    national_codes = serializers.SerializerMethodField(
        help_text="What the event is in the state's data exchange, 1 to 15; mostly one."
    )

    class Meta:
        model = ItemEvent
        fields = [
            "number",
            "at",
            "recorded_at",
            "from_status",
            "to_status",
            "act",
            "national_codes",
            "note",
            "digest",
        ]

    def get_national_codes(self, event) -> list[int]:
        return national.codes_of(event)


class ConsultationSerializer(serializers.ModelSerializer):
    department = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = Consultation
        fields = [
            "id",
            "department",
            "question",
            "asked_at",
            "due_on",
            "opinion",
            "answered_at",
            "silent_at",
        ]
        read_only_fields = fields


class CommitmentSerializer(serializers.ModelSerializer):
    material = serializers.SlugRelatedField("code", read_only=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Commitment
        fields = [
            "id",
            "item",
            "source",
            "material",
            "text",
            "made_at",
            "due_on",
            "state",
            "fulfilled_at",
            "document",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(CommitmentState.choices))
    def get_state(self, commitment):
        return commitment.state_on(civil_day(now()))


class ClockSpanSerializer(serializers.ModelSerializer):
    class Meta:
        model = ClockSpan
        fields = ["holder", "ground", "started_at", "ended_at"]


class CourtSerializer(serializers.Serializer):
    """A party's part of the time. Seconds and shares add up over all parties."""

    holder = serializers.ChoiceField(Holder.choices, source="party.holder")
    department = serializers.CharField(
        source="party.department.code", allow_null=True, help_text="Its code."
    )
    ground = serializers.CharField(source="party.ground", help_text="Of a stopped clock.")
    items = serializers.IntegerField(help_text="Approval items that were in this court.")
    seconds = serializers.IntegerField(help_text="Around the clock, on days off too.")
    share = serializers.FloatField(help_text="Of the whole, from 0 to 1.")


class ItemPaperSerializer(serializers.ModelSerializer):
    """An official paper; `url` is its PDF, `verify` the public page that vouches for it."""

    id = serializers.UUIDField(source="paper_id")
    number = serializers.CharField(source="paper.number")
    kind = serializers.ChoiceField(PaperKind.choices, source="paper.kind")
    title = serializers.CharField(source="paper.title")
    issued_at = serializers.DateTimeField(source="paper.issued_at")
    sha256 = serializers.CharField(
        source="paper.sha256", help_text="Empty until the PDF has been set."
    )
    url = serializers.SerializerMethodField()
    verify = serializers.CharField(source="paper.get_absolute_url")

    class Meta:
        model = ItemPaper
        fields = [
            "id",
            "number",
            "kind",
            "title",
            "event_number",
            "issued_at",
            "sha256",
            "url",
            "verify",
        ]

    def get_url(self, link) -> str:
        return reverse("approval-item-paper", args=[link.item_id, link.paper_id])
