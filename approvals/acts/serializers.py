"""What the API asks for with an act on an item, and says of what stands beside its course."""

from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from approvals.acts.document_access import documents_of
from approvals.acts.models import (
    Commitment,
    CommitmentState,
    Consultation,
    CorrectionRequest,
    PointAnswer,
)
from approvals.acts.operations import AnswerGiven
from approvals.catalogue.models import Ground
from approvals.items.models import ApprovalItem
from huadu_portal.accounts.models import Department, User
from huadu_portal.clock import civil_day, now
from huadu_portal.rest.fields import VisibleField
from huadu_portal.workdays.models import Unit
from projects.models import Document
from projects.serializers import MissingSerializer, VersionSerializer

# ---- What is asked ------------------------------------------------------------------------


class NoteSerializer(VersionSerializer):
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class ReasonSerializer(VersionSerializer):
    note = serializers.CharField(max_length=2000, help_text="The reason.")


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


class RevisionSerializer(MaterialsSerializer):
    """Materials and words; that nothing is new has to be said."""

    unchanged = serializers.BooleanField(
        required=False,
        help_text="That it is submitted although no file and no word is new.",
    )


class AnswerToPointSerializer(serializers.Serializer):
    number = serializers.IntegerField(
        min_value=1, help_text="Of the point, as `corrections` lists it."
    )
    text = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    documents = VisibleField(queryset=Document.objects.current(), many=True, required=False)

    def validate(self, said):
        return AnswerGiven(said["number"], said.get("text", ""), said.get("documents", []))


class ResubmitSerializer(RevisionSerializer):
    """With `answers` every point of the list is answered, by a file or in words."""

    answers = AnswerToPointSerializer(many=True, required=False)


class CorrectionSerializer(MissingSerializer, NoteSerializer):
    """A note, and one list of everything that is missing."""


class DeclineItemSerializer(ReasonSerializer):
    not_required = serializers.BooleanField(required=False)


class FileOfFirmField(serializers.PrimaryKeyRelatedField):
    """A file of the item's firm that whoever asks has put in, or may have with an item.

    Never another one: a notice or a result can be read by all who see the item.
    """

    def get_queryset(self) -> QuerySet[Document]:
        documents, item = super().get_queryset(), self.context.get("thing")
        assert isinstance(documents, QuerySet)
        if item is None:
            return documents.none()
        user = self.context["request"].user
        with_items = documents_of(ApprovalItem.objects.visible_to(user))
        return documents.filter(
            Q(uploaded_by=user) | with_items, enterprise=item.project.enterprise_id
        )


class SuspendSerializer(NoteSerializer):
    ground = serializers.ChoiceField(Ground.choices)
    expected_days = serializers.IntegerField(min_value=1, max_value=365)
    expected_unit = serializers.ChoiceField(Unit.choices, required=False)
    notice_file = FileOfFirmField(
        queryset=Document.objects.current(),
        help_text="The notice to the enterprise, uploaded for the item before.",
    )


class ExtendSerializer(ReasonSerializer):
    days = serializers.IntegerField(min_value=1, max_value=15)
    late = serializers.BooleanField(
        required=False,
        help_text="Has to be true once a limit has ended: the extension is recorded as late, "
        "the dates move, and the missed limit stays on record (行政许可法第42条).",
    )


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
    document = FileOfFirmField(
        queryset=Document.objects.current(),
        required=False,
        help_text="The file of the result, uploaded for the item before.",
    )
    nothing_to_hand_over = serializers.BooleanField(
        required=False,
        help_text="There is no result to hand over, and the note gives the reason; "
        "otherwise number and file are needed.",
    )


class GrantSerializer(NoteSerializer):
    """The note gives the reason where a material is missing or has expired."""

    commit_by = serializers.DateField(
        required=False,
        help_text="By when a missing material that may follow later is brought; without it "
        "by the last day of delivery.",
    )


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


class PointAnswerSerializer(serializers.ModelSerializer):
    class Meta:
        model = PointAnswer
        fields = ["text", "documents", "is_unchanged"]
        read_only_fields = fields


class CorrectionPointSerializer(serializers.Serializer):
    """A line of a request for correction, and what the firm said to it."""

    number = serializers.IntegerField()
    sentence = serializers.CharField()
    kind = serializers.CharField(
        source="kind.code",
        default=None,
        allow_null=True,
        help_text="Of material, by its code, where the line asks for one.",
    )
    answer = PointAnswerSerializer(allow_null=True)


class CorrectionPointsSerializer(serializers.ModelSerializer):
    points = CorrectionPointSerializer(many=True)

    class Meta:
        model = CorrectionRequest
        fields = ["asked_at", "points", "answered_at", "answer"]
        read_only_fields = fields


class CommitmentSerializer(serializers.ModelSerializer):
    material: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "code", read_only=True
    )
    approval: serializers.SlugRelatedField = serializers.SlugRelatedField(
        "code",
        source="approval_type",
        read_only=True,
        help_text="The approval that is to follow, and keeps it by its grant.",
    )
    state = serializers.SerializerMethodField()

    class Meta:
        model = Commitment
        fields = [
            "id",
            "item",
            "source",
            "material",
            "approval",
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
