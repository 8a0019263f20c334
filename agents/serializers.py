"""What the API says of projects and those who accompany them."""

from typing import Any

from rest_framework import serializers

from agents.models import ServiceAgent
from approvals.items.serializers import PersonSerializer
from huadu_portal.accounts.models import User
from projects.models import EDITED_BY, PROJECT_FIELDS, Project, ProjectEdit
from projects.serializers import (
    EnterpriseNameSerializer,
    InvestmentField,
    VersionSerializer,
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
            "contact_name",
            "contact_mobile",
            "version",
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


# ---- What is asked ------------------------------------------------------------------------

OPTIONAL: dict[str, Any] = {"required": False}
FIGURES = [name for name, row in PROJECT_FIELDS.items() if row.is_number and name in EDITED_BY]


class EditProjectSerializer(serializers.ModelSerializer):
    """The fields to be changed, each by those who have the right to it, and why."""

    version = serializers.IntegerField(min_value=0, help_text="The one last seen.")
    note = serializers.CharField(max_length=500, required=False, help_text="The reason.")

    class Meta:
        model = Project
        fields = ["version", "note", *EDITED_BY]
        # Whether another project has a code, the operation says, which knows this one.
        extra_kwargs = (
            dict.fromkeys(EDITED_BY, OPTIONAL)
            | {name: OPTIONAL | {"min_value": 0} for name in FIGURES}
            | {"national_code": OPTIONAL | {"validators": []}}
        )

    def validate(self, asked):
        changes = {name: asked.pop(name) for name in EDITED_BY if name in asked}
        return asked | {"changes": changes}


class AppointSerializer(VersionSerializer):
    chief = serializers.PrimaryKeyRelatedField(
        queryset=User.objects.filter(role=User.Role.CHIEF_OFFICER, is_active=True),
        allow_null=True,
        help_text="Null: nobody; the appointment ends.",
    )
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class HaltSerializer(VersionSerializer):
    reason = serializers.CharField(max_length=1000)


class PauseSerializer(HaltSerializer):
    expected_until = serializers.DateField(help_text="By when it is expected to go on.")


class ResumeSerializer(VersionSerializer):
    note = serializers.CharField(max_length=500, required=False)


class RenewPauseSerializer(ResumeSerializer):
    expected_until = serializers.DateField(help_text="By when it is expected to go on.")


class ProjectEditSerializer(serializers.ModelSerializer):
    by = PersonSerializer(allow_null=True)
    changes = serializers.DictField(
        child=serializers.ListField(min_length=2, max_length=2),
        help_text="By field: the value before, and the one after.",
    )

    class Meta:
        model = ProjectEdit
        fields = ["at", "by", "changes", "note"]
