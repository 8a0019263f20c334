"""What the API says of projects and those who accompany them."""

from rest_framework import serializers

from agents.models import ServiceAgent
from approvals.items.serializers import PersonSerializer
from huadu_portal.accounts.models import User
from projects.models import Project
from projects.serializers import (
    EnterpriseNameSerializer,
    InvestmentField,
)


class ServiceAgentSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="user.get_full_name")
    load = serializers.IntegerField(help_text="Projects accompanied now.")

    class Meta:
        model = ServiceAgent
        fields = ["id", "name", "phone", "load", "ceiling", "is_on_duty"]
        read_only_fields = fields


class AgentContactSerializer(serializers.ModelSerializer):
    """An agent as the firm is shown them."""

    id = serializers.UUIDField(source="service_agent.pk")
    name = serializers.CharField(source="get_full_name")
    phone = serializers.CharField(source="service_agent.phone")

    class Meta:
        model = User
        fields = ["id", "name", "phone"]


class AppointSerializer(serializers.Serializer):
    chief = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(role=User.Role.CHIEF_OFFICER, is_active=True),
        allow_null=True,
        help_text="Null: nobody; the appointment ends.",
    )
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ProjectSerializer(serializers.ModelSerializer):
    enterprise = EnterpriseNameSerializer()
    agent = AgentContactSerializer(allow_null=True)
    chief_officer = PersonSerializer(allow_null=True)
    investment_wan = InvestmentField()

    class Meta:
        model = Project
        fields = [
            "id",
            "number",
            "national_code",
            "enterprise",
            "application",
            "agent",
            "chief_officer",
            "phase",
            "grade",
            "is_joint_five",
            *(name for name in Project.description_fields()),
            "investment_wan",
            "started_on",
            "completed_on",
            "produced_on",
            "created_at",
        ]


class TimelineSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(["phase", "item"])
    name = serializers.CharField()
    from_status = serializers.CharField(help_text="A phase or an item's status.")
    to_status = serializers.CharField()
    item = serializers.UUIDField(allow_null=True)
