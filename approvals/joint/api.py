"""五证联办: bundles, cases, and what can be done to a case."""

from datetime import date

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from approvals.acts.api import act
from approvals.acts.serializers import MaterialsSerializer, NoteSerializer, ReasonSerializer
from approvals.items.rights import Act
from approvals.items.serializers import ProjectNameSerializer
from approvals.joint import operations
from approvals.joint.models import BundledType, Fact, JointBundle, JointCase
from approvals.joint.rights import OPENING, CaseAct, may_ever_case
from approvals.joint.standing import shown_cases
from huadu_portal.clock import now
from huadu_portal.rest.idempotency import idempotent
from huadu_portal.workdays.published import calendar
from projects.api import read
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

    class Meta:
        model = JointBundle
        fields = [
            "code",
            "name",
            "name_en",
            "project_class",
            "days",
            "opinion_days",
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
    bundle = serializers.SlugRelatedField("code", read_only=True)
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
            "opinions_due_on",
            "registered_at",
            "due_on",
            "ended_at",
            "reason",
            "items",
        ]
        read_only_fields = fields

    def get_stage(self, case) -> JointCase.Stage:
        return case.stage_with(case.items.all())

    def get_due_on(self, case) -> date | None:
        # The calendar is asked for once, however many cases are listed.
        if "calendar" not in self.context:
            self.context["calendar"] = calendar()
        return case.due_on(self.context["calendar"])


# ---- What is asked ------------------------------------------------------------------------


class OfFirmSerializer(serializers.Serializer):
    """Documents are those of the case's own firm; others do not exist here."""

    documents: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            own = Document.objects.visible_to(request.user).current()
            for name in self.documents:
                self.fields[name].queryset = own


class OpenCaseSerializer(OfFirmSerializer):
    documents = ("commitment",)

    project = serializers.PrimaryKeyRelatedField(queryset=Project.objects.none())
    bundle = serializers.SlugRelatedField("code", queryset=JointBundle.objects.all())
    risk_accepted = serializers.BooleanField(
        help_text="The enterprise bears the risk that it does not acquire the land."
    )
    commitment = serializers.PrimaryKeyRelatedField(
        queryset=Document.objects.none(),
        required=False,
        help_text="The signed commitment, uploaded before; the centre has to name it.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            self.fields["project"].queryset = Project.objects.visible_to(request.user)


class RegisterLandSerializer(OfFirmSerializer, VersionSerializer):
    documents = ("land_paper",)

    land_paper = serializers.PrimaryKeyRelatedField(
        queryset=Document.objects.none(), help_text="Contract or handover, uploaded before."
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


# ---- The resources ------------------------------------------------------------------------


class JointBundleViewSet(ReadOnlyModelViewSet):
    """Which approvals can be handled jointly, and within how many working days."""

    permission_classes = [AllowAny]
    queryset = JointBundle.objects.prefetch_related("entries__approval_type")
    serializer_class = JointBundleSerializer
    lookup_field = "code"
    ordering = "code"


class JointCaseFilter(filters.FilterSet):
    project = filters.UUIDFilter(field_name="project_id")

    class Meta:
        model = JointCase
        fields = ["project"]


class JointCaseViewSet(ReadOnlyModelViewSet):
    """The joint cases one may know of. Opinions are acts on the case's items.

    Each act names the `version` of the case that was seen; if the case has moved on
    meanwhile, or its pre-review is over: 409.
    """

    queryset = JointCase.objects.all()
    serializer_class = JointCaseSerializer
    filterset_class = JointCaseFilter
    ordering = "-pk"

    def get_queryset(self):
        return shown_cases(self.request.user)

    @extend_schema(request=OpenCaseSerializer, responses={201: JointCaseSerializer})
    @idempotent
    def create(self, request):
        """Firm or centre: take a bundle's items of a project into pre-review."""
        if request.user.role not in OPENING:
            raise PermissionDenied
        asked = read(OpenCaseSerializer, request)
        case = operations.open_case(by=request.user, at=now(), **asked)
        return Response(self._shown(case), status=201)

    @act(RegisterLandSerializer, JointCaseSerializer)
    def register_land(self, request, pk):
        """Centre: every pre-approved item turns formal, all in one act or none."""
        operation = operations.register_land
        return self._do(CaseAct.REGISTER_LAND, operation, RegisterLandSerializer)

    @act(ChangeFactSerializer, JointCaseSerializer)
    def change_fact(self, request, pk):
        """Firm or centre: a fact has changed; the opinions that rest on it become void."""
        return self._do(CaseAct.CHANGE_FACT, operations.change_fact, ChangeFactSerializer)

    @act(EndCaseSerializer, JointCaseSerializer)
    def end_case(self, request, pk):
        """Firm or centre: end the pre-review; all items go the ordinary way."""
        return self._do(CaseAct.END, operations.end_case, EndCaseSerializer)

    def _do(self, act, operation, serializer_class):
        """Not visible: 404; not one's own to do: 403; then what the body says."""
        case = self.get_object()
        if not may_ever_case(self.request.user, act):
            raise PermissionDenied
        asked = read(serializer_class, self.request)
        operation(case, by=self.request.user, at=now(), **asked)
        return Response(self._shown(case))

    def _shown(self, case) -> dict:
        return JointCaseSerializer(shown_cases(self.request.user).get(pk=case.pk)).data


class PreReviewActs:
    """Of the items by API: the acts of a pre-review."""

    @act(MaterialsSerializer)
    def revise(self, request, pk):
        """Firm: answer an opinion of the pre-review that has sent the item back."""
        return self.do(Act.REVISE, operations.revise, MaterialsSerializer)

    @act(NoteSerializer)
    def pre_approve(self, request, pk):
        """Department: a favourable opinion on an item of a joint case."""
        return self.do(Act.PRE_APPROVE, operations.pre_approve, NoteSerializer)

    @act(ReasonSerializer)
    def pre_object(self, request, pk):
        """Department: send it back in pre-review, for what `note` names."""
        return self.do(Act.PRE_OBJECT, operations.pre_object, ReasonSerializer)
