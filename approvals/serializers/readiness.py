"""What the API says of the points before a milestone."""

from rest_framework import serializers

from approvals.readiness import PointState
from approvals.readiness_rules import PointKind
from approvals.serializers.types import TypeNameSerializer


class PointSerializer(serializers.Serializer):
    """Approvals of which any one is enough, against what the project has of them."""

    codes = serializers.ListField(child=serializers.CharField(), source="rule.codes")
    name = serializers.CharField()
    department = serializers.CharField(source="department.code")
    item = serializers.UUIDField(source="item.pk", allow_null=True, default=None)
    state = serializers.ChoiceField(PointState.choices)
    due_on = serializers.DateField(allow_null=True)
    is_open = serializers.BooleanField(help_text="Whether it will bite.")
    kind = serializers.ChoiceField(PointKind.choices, source="rule.kind")
    basis = serializers.CharField(source="rule.basis", help_text="The article; may be empty.")
    why = serializers.CharField(source="rule.why")


class ReadinessSerializer(serializers.Serializer):
    """A milestone, and what has to be in order before it."""

    milestone = TypeNameSerializer(source="milestone.approval_type")
    item = serializers.UUIDField(source="milestone.pk")
    is_ahead = serializers.BooleanField(help_text="Not reached yet.")
    points = PointSerializer(many=True)
