"""What the API says of the catalogue."""

from rest_framework import serializers

from approvals.catalogue.models import ApprovalType, MaterialRequirement
from huadu_portal.accounts.api import DepartmentSerializer


class RequirementSerializer(serializers.ModelSerializer):
    code = serializers.CharField(source="kind.code")
    name = serializers.CharField(source="kind.name")

    class Meta:
        model = MaterialRequirement
        fields = ["code", "name", "is_tolerable"]


class ApprovalTypeSerializer(serializers.ModelSerializer):
    department = DepartmentSerializer()
    materials = RequirementSerializer(source="requirements", many=True)
    prerequisites: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "code", many=True, read_only=True
    )

    class Meta:
        model = ApprovalType
        fields = [
            "id",
            "code",
            "name",
            "name_en",
            "aliases",
            "version",
            "in_force_from",
            "changes_on",
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
            "fee",
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


class TypeNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = ApprovalType
        fields = ["code", "name"]
