"""What the API takes and gives of enterprises, applications and materials.

Money is in 万元, as decimal strings.
"""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from huadu_portal.clock import civil_day, now
from huadu_portal.rest.fields import VisibleField
from projects.forms import STEPS, check_draft
from projects.models import (
    PROJECT_FIELDS,
    Application,
    ApplicationEvent,
    Document,
    Enterprise,
    MaterialKind,
    Membership,
    Project,
    Validity,
)
from projects.operations import MaterialRequest

FIELDS = [name for step in STEPS for name in step.names]
FIGURES = [name for name in FIELDS if name in PROJECT_FIELDS and PROJECT_FIELDS[name].is_number]
# Choices that a draft may leave open.
CHOSEN = [field.name for field in Application._meta.fields if field.choices and field.blank]


def as_typed(values: dict) -> dict[str, str]:
    """Checked values as a draft keeps them: in the way a form would send them."""
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(getattr(value, "pk", value))


# ---- Enterprises --------------------------------------------------------------------------


class EnterpriseSerializer(serializers.ModelSerializer):
    class Meta:
        model = Enterprise
        fields = [
            "id",
            "name",
            "credit_code",
            "legal_representative",
            "address",
            "is_fortune_500",
            "created_at",
            "proved_at",
        ]


class EnterpriseNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = Enterprise
        fields = ["id", "name", "credit_code"]


class RegisterSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    credit_code = serializers.CharField(max_length=40)
    legal_representative = serializers.CharField(max_length=60)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    credit_code_reason = serializers.CharField(
        max_length=300, required=False, help_text="Window only."
    )


class JoinSerializer(serializers.Serializer):
    credit_code = serializers.CharField(max_length=40)


class ClaimSerializer(serializers.Serializer):
    credit_code = serializers.CharField(max_length=40)
    reason = serializers.CharField(max_length=500)


class MembershipReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class VerifySerializer(serializers.Serializer):
    licence_checked = serializers.BooleanField(help_text="The window has seen the licence.")
    reason = serializers.CharField(max_length=500, help_text="What was shown.")


class GrantClaimSerializer(MembershipReasonSerializer):
    keeps_owners = serializers.BooleanField(
        required=False, help_text="The present owners stay as filers."
    )


class MembershipSerializer(serializers.ModelSerializer):
    """Who acts, or asks to act, for which enterprise."""

    person = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")

    class Meta:
        model = Membership
        fields = [
            "id",
            "enterprise",
            "person",
            "email",
            "role",
            "state",
            "asked_at",
            "decided_at",
            "claimed_at",
            "claim_reason",
            "claim_due_on",
        ]


class SaidSerializer(serializers.Serializer):
    detail = serializers.CharField()


# ---- Applications -------------------------------------------------------------------------


class InvestmentField(serializers.DecimalField):
    """The generated total, which DRF would take for a float."""

    def __init__(self, **options):
        options |= {"max_digits": 15, "decimal_places": 2, "read_only": True}
        super().__init__(**options)


class ApplicationListSerializer(serializers.ModelSerializer):
    enterprise = EnterpriseNameSerializer()
    name = serializers.CharField(source="title")
    investment_wan = InvestmentField()
    project = serializers.SerializerMethodField()

    class Meta:
        model = Application
        fields = [
            "id",
            "number",
            "status",
            "version",
            "enterprise",
            "name",
            "industry",
            "town",
            "investment_wan",
            "saved_at",
            "submitted_at",
            "due_on",
            "answer_missed_on",
            "decided_at",
            "project",
        ]

    def get_project(self, application: Application) -> str | None:
        project = getattr(application, "project", None)
        return project and str(project.pk)


class ApplicationEventSerializer(serializers.ModelSerializer):
    missing = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ApplicationEvent
        fields = ["number", "at", "from_status", "to_status", "note", "missing"]


class ApplicationSerializer(ApplicationListSerializer):
    """With every field of the form. Of a draft: what is right so far."""

    draft = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        help_text="As typed, right or wrong, by field.",
    )
    events = ApplicationEventSerializer(many=True)
    relied_on = serializers.PrimaryKeyRelatedField[Document](
        many=True,
        read_only=True,
        help_text="Documents kept already that the last submission used again.",
    )

    class Meta(ApplicationListSerializer.Meta):
        own = [*FIELDS, "draft", "events", "relied_on"]
        fields = list(dict.fromkeys([*ApplicationListSerializer.Meta.fields, *own]))
        # A read-only choice could not be described as empty, which it is in a draft.
        read_only_fields = [name for name in fields if name not in CHOSEN]

    def to_representation(self, application):
        if application.is_editable:
            for _step, form in check_draft(application).forms:
                for name, value in form.cleaned_data.items():
                    setattr(application, name, value)
            sums = [application.fixed_assets_wan, application.working_capital_wan]
            application.investment_wan = sum(sums)
        return super().to_representation(application)


class ApplicationDraftSerializer(serializers.ModelSerializer):
    """The fields of the form, each checked on its own; all at once with `submit/`."""

    enterprise = VisibleField(queryset=Enterprise.objects.all(), required=False)

    class Meta:
        model = Application
        fields = ["enterprise", *FIELDS]
        extra_kwargs = {name: {"required": False} for name in FIELDS} | {
            name: {"required": False, "min_value": 0} for name in FIGURES
        }


class SeenSerializer(serializers.Serializer):
    version = serializers.IntegerField(
        min_value=0, required=False, help_text="The one last seen; checked if it is given."
    )


class SubmitApplicationSerializer(SeenSerializer):
    unchanged = serializers.BooleanField(
        required=False,
        help_text="That a returned application is submitted although nothing in it is new.",
    )


class VersionSerializer(serializers.Serializer):
    version = serializers.IntegerField(min_value=0, help_text="The one last seen.")


class WithdrawSerializer(VersionSerializer):
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class MaterialRequestSerializer(serializers.Serializer):
    """A kind of material that is missing; one that is already here needs a reason."""

    kind = serializers.SlugRelatedField(
        slug_field="code", queryset=MaterialKind.objects.all(), help_text="Its code."
    )
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)

    def to_internal_value(self, data):
        return MaterialRequest(**super().to_internal_value(data))


class MissingSerializer(VersionSerializer):
    """One list of everything that is missing: kinds of material, and sentences."""

    materials = MaterialRequestSerializer(many=True, required=False)
    missing = serializers.ListField(
        child=serializers.CharField(max_length=1000),
        min_length=1,
        max_length=100,
        required=False,
    )

    def validate(self, asked):
        if not asked.get("missing") and not asked.get("materials"):
            raise serializers.ValidationError({"missing": _("Please state what is missing.")})
        return asked


# ---- Materials ----------------------------------------------------------------------------


class MaterialKindSerializer(serializers.ModelSerializer):
    class Meta:
        model = MaterialKind
        fields = ["id", "code", "name", "with_application", "is_required", "scope"]


class DocumentSerializer(serializers.ModelSerializer):
    kind = MaterialKindSerializer()
    validity = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields = [
            "id",
            "enterprise",
            "application",
            "project",
            "kind",
            "source",
            "filename",
            "content_type",
            "size",
            "sha256",
            "series",
            "version",
            "replaced_by",
            "valid_until",
            "validity",
            "uploaded_at",
            "scan",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(Validity.choices))
    def get_validity(self, document):
        return document.validity_on(civil_day(now()))


class LinkSerializer(serializers.Serializer):
    url = serializers.URLField()
    expires_in = serializers.IntegerField(help_text="Seconds.")


class UploadSerializer(serializers.Serializer):
    """A file for an application, or for the enterprise's materials."""

    kind = serializers.SlugRelatedField(
        slug_field="code", queryset=MaterialKind.objects.all(), help_text="Its code."
    )
    file = serializers.FileField(max_length=255)
    application = VisibleField(queryset=Application.objects.all(), required=False)
    enterprise = VisibleField(queryset=Enterprise.objects.all(), required=False)
    project = VisibleField(
        queryset=Project.objects.all(),
        required=False,
        help_text="Without one it serves all projects of the enterprise.",
    )
    replaces = VisibleField(
        queryset=Document.objects.all(),
        required=False,
        help_text="The current version of which this is a newer one.",
    )
    valid_until = serializers.DateField(
        required=False, help_text="The last day on which it is valid."
    )

    def validate(self, asked):
        things = [
            asked[name] for name in ("application", "project", "replaces") if name in asked
        ]
        owners = {thing.enterprise for thing in things}
        if "enterprise" in asked:
            owners.add(asked["enterprise"])
        if not owners:
            raise serializers.ValidationError(
                {"enterprise": _("Please name the enterprise or the application.")}
            )
        if len(owners) > 1:
            raise serializers.ValidationError(
                {"enterprise": _("All that is named must belong to the same enterprise.")}
            )
        (asked["enterprise"],) = owners
        return asked


class ValiditySerializer(serializers.Serializer):
    """Until when a material of the firm is valid, put right."""

    valid_until = serializers.DateField(allow_null=True, help_text="Null: without end.")
    reason = serializers.CharField(max_length=300)
