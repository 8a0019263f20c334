"""What the API says of the items, and of the points before a milestone."""

from datetime import date, datetime

from django.db.models import prefetch_related_objects
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals.catalogue.readiness import PointKind
from approvals.catalogue.serializers import TypeNameSerializer
from approvals.items import national
from approvals.items.models import ApprovalItem, Clock, ClockSpan, Holder, ItemEvent, Lamp
from approvals.items.progress import may_have_stood_still, progress_of
from approvals.items.readiness import PointState
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day, now
from huadu_portal.workdays.arithmetic import Calendar
from huadu_portal.workdays.published import calendar
from projects.models import Project

# ---- Items --------------------------------------------------------------------------------


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
    # What the counting of days and the holder ask of the type.
    "approval_type__kind",
    "approval_type__promised_days",
    "approval_type__promised_from",
    "approval_type__statutory_from",
    "department__code",
    "officer__name",
    "officer__username",
]


def _listed(item: ApprovalItem, today: date, published: Calendar) -> dict:
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
        "promised_breached_on": item.promised_breached_on,
        "statutory_breached_on": item.statutory_breached_on,
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
    department: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "code", read_only=True
    )
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
            "promised_breached_on",
            "statutory_breached_on",
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
        self.used = progress.used if progress else None
        self.left = progress.left if progress else None
        return super().to_representation(item)

    @extend_schema_field(serializers.ChoiceField(Lamp.choices))
    def get_lamp(self, item):
        return item.lamp_on(self.today)

    def get_days_used(self, item: ApprovalItem) -> int | None:
        return self.used

    def get_days_left(self, item: ApprovalItem) -> int | None:
        return self.left


class ItemEventSerializer(serializers.ModelSerializer):
    is_for_firm = serializers.BooleanField(
        help_text="Done at the window for an enterprise without account."
    )
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
            "is_for_firm",
            "national_codes",
            "note",
            "digest",
        ]

    def get_national_codes(self, event: ItemEvent) -> list[int]:
        return national.codes_of(event)


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
    items = serializers.IntegerField(help_text="Approval items that the party held.")
    seconds = serializers.IntegerField(help_text="Around the clock, on days off too.")
    share = serializers.FloatField(help_text="Of the whole, from 0 to 1.")


class PointSerializer(serializers.Serializer):
    """Approvals of which any one is enough, against what the project has of them."""

    codes = serializers.ListField(child=serializers.CharField(), source="rule.codes")
    name = serializers.CharField()
    department = serializers.CharField(source="department.code")
    item = serializers.UUIDField(source="item.pk", allow_null=True, default=None)
    state = serializers.ChoiceField(PointState.choices)
    due_on = serializers.DateField(allow_null=True)
    is_open = serializers.BooleanField(help_text="Whether it is missing or will be late.")
    kind = serializers.ChoiceField(PointKind.choices, source="rule.kind")
    basis = serializers.CharField(source="rule.basis", help_text="The article; may be empty.")
    why = serializers.CharField(source="rule.why")


class ReadinessSerializer(serializers.Serializer):
    """A milestone, and what has to be in order before it."""

    milestone = TypeNameSerializer(source="milestone.approval_type")
    item = serializers.UUIDField(source="milestone.pk")
    is_ahead = serializers.BooleanField(help_text="Not reached yet.")
    points = PointSerializer(many=True)
