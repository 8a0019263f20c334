"""What the API asks for with an act on an item, and says of what stands beside its course."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals.acts.models import Commitment, CommitmentState, Consultation
from approvals.catalogue.models import Ground
from approvals.items.models import ApprovalItem
from huadu_portal.accounts.models import Department, User
from huadu_portal.clock import civil_day, now
from huadu_portal.workdays.models import Unit
from projects.models import Document
from projects.serializers import MissingSerializer, VersionSerializer

# ---- What is asked ------------------------------------------------------------------------


class NoteSerializer(VersionSerializer):
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class ReasonSerializer(VersionSerializer):
    note = serializers.CharField(max_length=2000, help_text="The reason.")


class VisibleField(serializers.PrimaryKeyRelatedField):
    """One of those that whoever asks may see."""

    def get_queryset(self):
        request = self.context.get("request")
        return self.queryset.visible_to(request.user) if request else self.queryset.none()


class MaterialsSerializer(NoteSerializer):
    documents = VisibleField(queryset=Document.objects.current(), many=True, required=False)


class SubmitSerializer(MaterialsSerializer):
    """Without `documents` the firm's own of the kinds that are needed go with the item."""

    commit_by = serializers.DateField(
        required=False, help_text="By when what may follow later is brought."
    )
    on_commitment = serializers.BooleanField(required=False)
    parts = VisibleField(
        queryset=ApprovalItem.objects.all(),
        many=True,
        required=False,
        help_text="Of a joint inspection: what is applied for together with it.",
    )


class CorrectionSerializer(MissingSerializer, NoteSerializer):
    """A note, and one list of everything that is missing."""


class DeclineItemSerializer(ReasonSerializer):
    not_required = serializers.BooleanField(required=False)


class SuspendSerializer(NoteSerializer):
    ground = serializers.ChoiceField(Ground.choices)
    expected_days = serializers.IntegerField(min_value=1, max_value=365)
    expected_unit = serializers.ChoiceField(Unit.choices, required=False)
    notice_file = serializers.PrimaryKeyRelatedField(
        queryset=Document.objects.none(),
        help_text="The notice to the enterprise, uploaded for the item before.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if item := self.context.get("item"):
            firms = Document.objects.current().filter(enterprise=item.project.enterprise_id)
            self.fields["notice_file"].queryset = firms


class ExtendSerializer(ReasonSerializer):
    days = serializers.IntegerField(min_value=1, max_value=15)


class TransferSerializer(NoteSerializer):
    to = serializers.PrimaryKeyRelatedField(queryset=User.objects.filter(is_active=True))


class ConsultSerializer(VersionSerializer):
    department: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "code", queryset=Department.objects.all()
    )
    note = serializers.CharField(max_length=2000, help_text="The question.")


class KeepSerializer(serializers.Serializer):
    document = VisibleField(
        queryset=Document.objects.current(),
        help_text="What the commitment is for, from the firm's own materials.",
    )
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class OpinionSerializer(serializers.Serializer):
    opinion = serializers.CharField(max_length=5000)


class VisitSerializer(NoteSerializer):
    visit_at = serializers.DateTimeField()
    place = serializers.CharField(max_length=200)


class DeliverSerializer(NoteSerializer):
    certificate_number = serializers.CharField(max_length=100, required=False, allow_blank=True)
    issued_on = serializers.DateField(required=False)
    valid_until = serializers.DateField(required=False)


class RecordSerializer(NoteSerializer):
    on = serializers.DateField(required=False, help_text="The day of the fact, or today.")


# ---- What is said -------------------------------------------------------------------------


class ConsultationSerializer(serializers.ModelSerializer):
    department: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "code", read_only=True
    )

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
    material: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "code", read_only=True
    )
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
