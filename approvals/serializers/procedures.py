"""What the API says of opinions asked and of promises made."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals.models import (
    Commitment,
    CommitmentState,
    Consultation,
)
from huadu_portal.clock import civil_day, now


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
