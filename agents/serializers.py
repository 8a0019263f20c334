"""What the API says and hears of projects and those who accompany them."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from agents.models import ServiceAgent
from agents.operations import why_no_agent
from approvals.items.operations import Exemption, suggested_plan
from approvals.items.serializers import PersonSerializer
from approvals.models import ApprovalType
from huadu_portal.accounts.models import User
from projects.models import Project
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
    """An agent as the firm meets them."""

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


class ExemptionSerializer(serializers.Serializer):
    code = serializers.SlugRelatedField(slug_field="code", queryset=ApprovalType.objects.all())
    reason = serializers.CharField(max_length=300)


class AgentField(serializers.PrimaryKeyRelatedField):
    """A service agent who can be given a project; says what to do where there is none."""

    def get_queryset(self):
        return ServiceAgent.objects.serving()

    def fail(self, key, **shown):
        if not self.get_queryset().exists():
            raise serializers.ValidationError(why_no_agent())
        super().fail(key, **shown)


class TakeOnSerializer(VersionSerializer):
    """Without `types`: the suggested ones. Each suggested one left out needs a reason."""

    agent = AgentField(queryset=ServiceAgent.objects.all())
    types = serializers.SlugRelatedField(
        slug_field="code",
        queryset=ApprovalType.objects.all(),
        many=True,
        required=False,
        allow_empty=False,
        help_text="Codes of the approvals the project needs.",
    )
    exempt = ExemptionSerializer(many=True, required=False)

    def validate(self, asked):
        suggested = suggested_plan(self.context["application"])
        entries = ApprovalType.objects.filter(code__in=suggested)
        exempt = {row["code"].pk: row["reason"] for row in asked.get("exempt", [])}
        default = [entry for entry in entries if entry.pk not in exempt]
        types = list(dict.fromkeys(asked.get("types", default)))
        asked["exempt"] = [
            Exemption(row["code"], row["reason"]) for row in asked.get("exempt", [])
        ]
        asked["types"] = types
        self._check_left_out(entries, types, exempt)
        return asked

    def _check_left_out(self, entries, types, exempt):
        planned = {entry.pk for entry in types}
        groups = {entry.variant_group for entry in types if entry.variant_group}
        left_out = [
            entry.code
            for entry in entries
            if entry.pk not in planned | set(exempt) and entry.variant_group not in groups
        ]
        if left_out:
            raise serializers.ValidationError(
                {
                    "exempt": _("Please state why these do not apply: %(codes)s")
                    % {"codes": ", ".join(left_out)}
                }
            )
        if both := [entry.code for entry in types if entry.pk in exempt]:
            raise serializers.ValidationError(
                {
                    "exempt": _("Listed both as required and as not applicable: %(codes)s")
                    % {"codes": ", ".join(both)}
                }
            )
