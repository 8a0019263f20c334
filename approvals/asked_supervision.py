"""What the API asks for with cards, orders and requests, and with an act that pushes an item."""

from rest_framework import serializers

from approvals.asked import ReasonSerializer, VisibleField
from approvals.models import ApprovalItem
from projects.serializers import VersionSerializer


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
