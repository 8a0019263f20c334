"""What the API says of cards, orders, requests and the ladder, and what it asks with them."""

from rest_framework import serializers

from approvals.acts.serializers import ReasonSerializer
from approvals.catalogue.serializers import TypeNameSerializer
from approvals.items.models import ApprovalItem
from approvals.items.serializers import PersonSerializer, ProjectNameSerializer
from approvals.supervision.models import (
    Card,
    HelpRequest,
    LadderStop,
    OrderProposal,
    ProposalState,
    SupervisionOrder,
)
from huadu_portal.escalation.models import CardLevel, Reminder
from huadu_portal.escalation.operations.progress import StepState
from huadu_portal.escalation.subjects import course_choices
from huadu_portal.rest.fields import VisibleField
from projects.serializers import VersionSerializer

OF_ITEM = ["id", "item", "project", "approval_type", "department"]


class OfItemSerializer(serializers.ModelSerializer):
    """Belongs to the item that stands at `approval-items/`."""

    project = ProjectNameSerializer(source="item.project")
    approval_type = TypeNameSerializer(source="item.approval_type")
    department: serializers.Field = serializers.SlugRelatedField("code", read_only=True)


class CardSerializer(OfItemSerializer):
    raised_by = PersonSerializer(allow_null=True, help_text="Null: a rung of the ladder.")

    class Meta:
        model = Card
        fields = [
            *OF_ITEM,
            "level",
            "cause",
            "raised_at",
            "raised_by",
            "appeal",
            "appealed_at",
            "decision",
            "decided_at",
            "cancelled_at",
            "cancelled_because",
        ]
        read_only_fields = fields


class OrderSerializer(OfItemSerializer):
    ordered_by = PersonSerializer(
        allow_null=True, help_text="Null: by the ladder, before a person had to issue it."
    )

    class Meta:
        model = SupervisionOrder
        fields = [
            *OF_ITEM,
            "number",
            "demand",
            "ordered_at",
            "ordered_by",
            "due_on",
            "received_at",
            "answer",
            "answered_at",
        ]
        read_only_fields = fields


class OrderProposalSerializer(OfItemSerializer):
    state = serializers.ChoiceField(ProposalState.choices, read_only=True)
    order = serializers.UUIDField(
        source="order_id",
        read_only=True,
        allow_null=True,
        help_text="The order that was issued.",
    )
    decided_by = PersonSerializer(allow_null=True)

    class Meta:
        model = OrderProposal
        fields = [
            *OF_ITEM,
            "state",
            "demand",
            "proposed_at",
            "due_on",
            "decided_at",
            "decided_by",
            "order",
            "reason",
        ]
        read_only_fields = fields


class HelpRequestSerializer(OfItemSerializer):
    department = serializers.CharField(source="item.department.code", help_text="Who asks.")
    asked_by = PersonSerializer()

    class Meta:
        model = HelpRequest
        fields = [
            *OF_ITEM,
            "question",
            "asked_at",
            "asked_by",
            "due_on",
            "answer",
            "answered_at",
        ]
        read_only_fields = fields


# ---- The ladder of an item ----------------------------------------------------------------


class RungSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(StepState.choices)
    at = serializers.DateTimeField(help_text="From when it has been reached.")
    card = serializers.ChoiceField(
        CardLevel.choices, allow_null=True, help_text="What the department is shown with it."
    )
    people = PersonSerializer(many=True, help_text="Who will be told, as things stand.")


class StopSerializer(serializers.ModelSerializer):
    class Meta:
        model = LadderStop
        fields = ["until", "reason"]


class ReminderSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="get_rung_display")

    class Meta:
        model = Reminder
        fields = ["course", "rung", "name", "reached_at", "recorded_at", "is_superseded"]


class CourseField(serializers.ChoiceField):
    """With the courses that there are once every app has registered its own."""

    def __init__(self, **options):
        super().__init__(course_choices(), **options)


class OutlookSerializer(serializers.Serializer):
    """The ladder an item stands on, the lowest rung first."""

    course = CourseField(help_text="What is waited for.")
    stop = StopSerializer(allow_null=True, help_text="Until when it is to be still.")
    rungs = RungSerializer(many=True)


class ItemRemindersSerializer(serializers.Serializer):
    """The ladder as it stands now, and all that was ever recorded, the newest first."""

    outlook = OutlookSerializer(
        allow_null=True, help_text="Null: nobody has to be reminded of the item."
    )
    reminders = ReminderSerializer(many=True)


class StopLadderSerializer(ReasonSerializer):
    until = serializers.DateField(help_text="The day on which reminders go on.")


class DemandSerializer(VersionSerializer):
    item = VisibleField(queryset=ApprovalItem.objects.all())
    demand = serializers.CharField(max_length=2000, source="note")


class QuestionSerializer(VersionSerializer):
    item = VisibleField(queryset=ApprovalItem.objects.all())
    question = serializers.CharField(max_length=2000, source="note")


class AnswerSerializer(serializers.Serializer):
    answer = serializers.CharField(max_length=2000, source="text")


class AppealSerializer(serializers.Serializer):
    appeal = serializers.CharField(max_length=2000, source="text")


class DecideSerializer(serializers.Serializer):
    cancel = serializers.BooleanField(help_text="Whether the card is cancelled, or stands.")
    decision = serializers.CharField(max_length=2000, source="text", help_text="The reason.")


class CancelSerializer(serializers.Serializer):
    cancelled_because = serializers.CharField(max_length=2000, source="text")


class IssueSerializer(serializers.Serializer):
    demand = serializers.CharField(
        max_length=2000, required=False, help_text="Left out: as it is proposed."
    )


class DeclineProposalSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=2000, source="text")
