"""What the API says of bundles and cases, and what it asks."""

from datetime import date
from functools import cached_property

from rest_framework import serializers

from approvals.items.serializers import ProjectNameSerializer
from approvals.joint.models import BundledType, Fact, JointBundle, JointCase
from huadu_portal.rest.fields import VisibleField
from huadu_portal.workdays.arithmetic import Calendar
from huadu_portal.workdays.published import calendar
from projects.models import Document, Project
from projects.serializers import VersionSerializer

# ---- What is said -------------------------------------------------------------------------


class BundledTypeSerializer(serializers.ModelSerializer):
    code = serializers.CharField(source="approval_type.code")
    name = serializers.CharField(source="approval_type.name")
    rests_on = serializers.ListField(child=serializers.ChoiceField(Fact.choices))

    class Meta:
        model = BundledType
        fields = ["code", "name", "rests_on"]


class JointBundleSerializer(serializers.ModelSerializer):
    approvals = BundledTypeSerializer(source="entries", many=True)
    industries = serializers.ListField(
        child=serializers.CharField(),
        help_text="It suits projects of these; empty: of all.",
    )
    before_land: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "code",
        many=True,
        read_only=True,
        help_text="To be met before the land is registered.",
    )

    class Meta:
        model = JointBundle
        fields = [
            "code",
            "name",
            "name_en",
            "project_class",
            "days",
            "opinion_days",
            "industries",
            "before_land",
            "approvals",
        ]
        read_only_fields = fields


class JointItemSerializer(serializers.Serializer):
    """An item of the case; what is done to it is done at `approval-items/`."""

    id = serializers.UUIDField(source="pk")
    code = serializers.CharField(source="approval_type.code")
    name = serializers.CharField(source="approval_type.name")
    department = serializers.CharField(source="department.code")
    status = serializers.CharField()
    version = serializers.IntegerField()
    due_on = serializers.DateField(allow_null=True)


class JointCaseSerializer(serializers.ModelSerializer):
    project = ProjectNameSerializer()
    bundle: serializers.SlugRelatedField = serializers.SlugRelatedField("code", read_only=True)
    stage = serializers.SerializerMethodField()
    due_on = serializers.SerializerMethodField()
    items = JointItemSerializer(many=True)

    class Meta:
        model = JointCase
        fields = [
            "id",
            "number",
            "version",
            "project",
            "bundle",
            "stage",
            "days",
            "opened_at",
            "service",
            "opinions_due_on",
            "registered_at",
            "due_on",
            "ended_at",
            "reason",
            "items",
        ]
        read_only_fields = fields

    def get_stage(self, case: JointCase) -> JointCase.Stage:
        return case.stage_with(case.items.all())

    def get_due_on(self, case: JointCase) -> date | None:
        return case.due_on(self._calendar)

    @cached_property
    def _calendar(self) -> Calendar:
        """Asked for once, however many cases are listed."""
        return calendar()


# ---- What is asked ------------------------------------------------------------------------


class OpenCaseSerializer(serializers.Serializer):
    project = VisibleField(queryset=Project.objects.all())
    bundle: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "code", queryset=JointBundle.objects.all()
    )
    risk_accepted = serializers.BooleanField(
        help_text="The enterprise bears the risk that it does not acquire the land."
    )
    commitment = VisibleField(
        queryset=Document.objects.current(),
        required=False,
        help_text="The signed commitment, uploaded before; the centre has to name it.",
    )


class RegisterLandSerializer(VersionSerializer):
    land_paper = VisibleField(
        queryset=Document.objects.current(), help_text="Contract or handover, uploaded before."
    )
    commit_by = serializers.DateField(
        required=False, help_text="By when what may follow later is brought."
    )


class ChangeFactSerializer(VersionSerializer):
    fact = serializers.ChoiceField(Fact.choices)
    note = serializers.CharField(max_length=2000, help_text="From what to what.")
    figure = serializers.DecimalField(
        max_digits=11,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text="The new area: land in mu, floors in square metres.",
    )


class EndCaseSerializer(VersionSerializer):
    note = serializers.CharField(max_length=2000, help_text="The reason.")
