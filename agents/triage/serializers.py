"""What the API asks of the window when it answers an application."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from agents.models import ServiceAgent
from agents.operations import why_no_agent
from approvals.items.operations import Exemption, suggested_plan
from approvals.models import ApprovalType
from projects.serializers import MissingSerializer, VersionSerializer


class ReturnSerializer(MissingSerializer):
    note = serializers.CharField(max_length=5000, required=False, allow_blank=True)


class DeclineSerializer(VersionSerializer):
    reason = serializers.CharField(max_length=5000)
    remedy = serializers.CharField(max_length=5000)


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
    licence_checked = serializers.BooleanField(
        required=False,
        help_text="The business licence has been checked: of an enterprise not verified yet.",
    )

    def validate(self, asked):
        self._check_licence(asked)
        suggested = suggested_plan(self.context["thing"])
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

    def _check_licence(self, asked):
        if not (self.context["thing"].enterprise.is_proved or asked.get("licence_checked")):
            raise serializers.ValidationError(
                {
                    "licence_checked": _(
                        "This enterprise has not been verified yet. Please check its business "
                        "licence and confirm that you have done so."
                    )
                }
            )

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
