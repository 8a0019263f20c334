"""Enterprises, their applications and their materials."""

from django.core import signing
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from huadu_portal import limits
from huadu_portal.accounts.requests import SignedInApiRequest
from huadu_portal.acts.api import actions_of
from huadu_portal.clock import civil_day, now
from huadu_portal.errors import Stale
from huadu_portal.papers.document_access import paper_response
from huadu_portal.papers.models import Paper
from huadu_portal.rest.bodies import check_form, errors_of, read_body
from huadu_portal.rest.filters import Search
from huadu_portal.rest.idempotency import idempotent
from projects import files, operations
from projects.acts import MEMBERSHIP_ACTS
from projects.document_access import document_response
from projects.forms import JoinForm, RegisterForm, check_draft
from projects.forms.memberships import ClaimForm
from projects.models import (
    Application,
    Document,
    Enterprise,
    MaterialKind,
    Membership,
    Validity,
)
from projects.operations import memberships
from projects.search import COLUMNS, mentioning
from projects.serializers import (
    ApplicationDraftSerializer,
    ApplicationListSerializer,
    ApplicationSerializer,
    ClaimSerializer,
    DocumentSerializer,
    EnterpriseSerializer,
    JoinSerializer,
    LinkSerializer,
    MaterialKindSerializer,
    MembershipSerializer,
    RegisterSerializer,
    SaidSerializer,
    SubmitApplicationSerializer,
    UploadSerializer,
    ValiditySerializer,
    WithdrawSerializer,
    as_typed,
)

# Seconds during which a download link can be used.
LINK_LIFETIME = 300
LINKS = signing.TimestampSigner(salt="projects.api.download")


def for_firm(request: Request) -> None:
    """Only a firm's people do this; officials have their own acts."""
    if request.user.is_staff:
        raise PermissionDenied


# ---- Enterprises --------------------------------------------------------------------------


class EnterpriseViewSet(ReadOnlyModelViewSet):
    """The enterprises one acts for; all of them for the centre."""

    request: SignedInApiRequest
    queryset = Enterprise.objects.all()
    serializer_class = EnterpriseSerializer
    filterset_fields = ["credit_code"]
    ordering = "pk"
    attempts = {
        "create": "register_enterprise",
        "join": "join_enterprise",
        "claim": "join_enterprise",
    }

    def initial(self, request, *args, **kwargs):
        """Counted first, so that what is refused or sent again counts too."""
        super().initial(request, *args, **kwargs)
        if self.action in self.attempts and not request.user.is_staff:
            limits.count_attempt(request, self.attempts[self.action])

    def get_queryset(self):
        return Enterprise.objects.visible_to(self.request.user)

    @extend_schema(request=RegisterSerializer, responses={201: EnterpriseSerializer})
    @idempotent
    def create(self, request):
        """Register an enterprise by its credit code (GB 32100-2015); one becomes its owner.

        A code whose check character does not fit is registered by the window, with a reason.
        """
        may_override = request.user.has_perm("projects.override_credit_code")
        if request.user.is_staff and not may_override:
            raise PermissionDenied
        asked = read_body(RegisterSerializer, request)
        form = RegisterForm(asked, may_override=may_override, by=request.user)
        enterprise = self._register(form)
        return Response(self.get_serializer(enterprise).data, status=201)

    def _register(self, form: RegisterForm) -> Enterprise:
        """Somebody else may have registered the code this very moment."""
        try:
            with transaction.atomic():
                check_form(form)
                return operations.register_enterprise(
                    by=self.request.user, at=now(), **form.cleaned_data
                )
        except IntegrityError:
            form.full_clean()
            check_form(form)
            raise

    @extend_schema(request=JoinSerializer, responses={202: SaidSerializer})
    @idempotent
    @action(detail=False, methods=["post"])
    def join(self, request):
        """Ask to act for an enterprise; its owner or the window agrees.

        The answer is the same whether or not it is here.
        """
        for_firm(request)
        form = JoinForm(read_body(JoinSerializer, request))
        check_form(form)
        operations.ask_by_code(form.cleaned_data["credit_code"], by=request.user, at=now())
        return Response({"detail": str(form.ANSWER)}, status=202)

    @extend_schema(request=ClaimSerializer, responses={202: SaidSerializer})
    @idempotent
    @action(detail=False, methods=["post"])
    def claim(self, request):
        """Claim an enterprise that is here and is one's own to answer for; the window decides.

        The answer is the same whether or not it is here.
        """
        for_firm(request)
        form = ClaimForm(read_body(ClaimSerializer, request))
        check_form(form)
        memberships.claim_by_code(by=request.user, at=now(), **form.cleaned_data)
        return Response({"detail": str(form.ANSWER)}, status=202)


class MembershipFilter(filters.FilterSet):
    enterprise = filters.UUIDFilter(field_name="enterprise_id")
    claiming = filters.BooleanFilter(
        field_name="claimed_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Membership
        fields = ["state"]


@actions_of(MEMBERSHIP_ACTS, MembershipSerializer)
class MembershipViewSet(ReadOnlyModelViewSet):
    """Who acts for one's enterprises, or asks to; for the centre of all of them."""

    request: SignedInApiRequest
    queryset = Membership.objects.all()
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilter
    ordering = "pk"

    def get_queryset(self):
        rows = Membership.objects.visible_to(self.request.user)
        return rows.select_related("user", "enterprise")

    def shown(self, membership: Membership) -> dict:
        return MembershipSerializer(membership).data


# ---- Applications -------------------------------------------------------------------------


class ApplicationFilter(filters.FilterSet):
    # By key, not by what is there: a filter that looked would tell a stranger.
    enterprise = filters.UUIDFilter(field_name="enterprise_id")
    q = Search(method="matching", label="Part of number, name or enterprise.")

    class Meta:
        model = Application
        fields = ["status"]

    def matching(self, rows, name, value):
        return rows.filter(mentioning(value, *COLUMNS))


class ApplicationViewSet(ReadOnlyModelViewSet):
    """Applications of one's enterprises; for the centre those that were handed in."""

    request: SignedInApiRequest
    queryset = Application.objects.all()
    filterset_class = ApplicationFilter
    ordering = "-pk"
    http_method_names = ["get", "post", "patch", "head", "options"]

    def get_queryset(self):
        own = Application.objects.visible_to(self.request.user)
        rows = own.select_related("enterprise", "platform", "project")
        return rows if self.action == "list" else rows.prefetch_related("events", "relied_on")

    def get_serializer_class(self):
        return ApplicationListSerializer if self.action == "list" else ApplicationSerializer

    @extend_schema(request=ApplicationDraftSerializer, responses={201: ApplicationSerializer})
    @idempotent
    def create(self, request):
        """Begin a draft. Every field but the enterprise may follow later."""
        for_firm(request)
        asked = read_body(ApplicationDraftSerializer, request)
        enterprise = asked.pop("enterprise", None) or self._only_enterprise()
        application = operations.start_application(
            enterprise, by=request.user, at=now(), draft=as_typed(asked)
        )
        return self._shown(application, status=201)

    def _only_enterprise(self) -> Enterprise:
        own = list(Enterprise.objects.visible_to(self.request.user)[:2])
        if len(own) != 1:
            raise ValidationError({"enterprise": _("Please specify the enterprise.")})
        return own[0]

    @extend_schema(request=ApplicationDraftSerializer, responses=ApplicationSerializer)
    @idempotent
    def partial_update(self, request, pk):
        """Change a draft, or a returned application; fields not named stay as they are."""
        for_firm(request)
        application = self.get_object()
        asked = read_body(ApplicationDraftSerializer, request)
        asked.pop("enterprise", None)
        operations.save_draft(application, by=request.user, at=now(), typed=as_typed(asked))
        return self._shown(application)

    @extend_schema(request=SubmitApplicationSerializer, responses=ApplicationSerializer)
    @idempotent
    @action(detail=True, methods=["post"])
    def submit(self, request, pk):
        """Hand the application in; whatever is missing or wrong is named field by field."""
        application, asked = self._own(request, SubmitApplicationSerializer)
        if asked.get("version", application.version) != application.version:
            raise Stale(version=application.version)
        fields = _complete(application) if application.is_editable else {}
        operations.submit_application(
            application,
            by=request.user,
            at=now(),
            fields=fields,
            unchanged=asked.get("unchanged", False),
        )
        return self._shown(application)

    @extend_schema(request=WithdrawSerializer, responses=ApplicationSerializer)
    @idempotent
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        """Take the application back, before it is taken on."""
        application, asked = self._own(request, WithdrawSerializer)
        operations.withdraw_application(application, by=request.user, at=now(), **asked)
        return self._shown(application)

    @extend_schema(responses={(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY)})
    @action(detail=True)
    def receipt(self, request, pk):
        """The receipt of the last submission, an official paper (PDF)."""
        papers = Paper.objects.filter(of_application__application=self.get_object())
        paper = papers.order_by("-of_application__pk").first()
        if paper is None:
            raise NotFound
        return paper_response(paper, inline=False)

    def _own(self, request, serializer_class):
        application = self.get_object()
        for_firm(request)
        return application, read_body(serializer_class, request)

    def _shown(self, application, status=200):
        fresh = self.get_queryset().get(pk=application.pk)
        return Response(ApplicationSerializer(fresh).data, status=status)


def _complete(application: Application) -> dict:
    """The draft's values, all of them right and nothing missing; 400 by field otherwise."""
    checked = check_draft(application)
    errors: dict[str, list[str]] = {}
    for _step, form in checked.forms:
        errors |= errors_of(form)
    missing = [p.label for p in checked.problems if p.step.slug == "materials"]
    if missing:
        errors["documents"] = [_("Missing: %(name)s") % {"name": name} for name in missing]
    if errors:
        raise ValidationError(errors)
    return checked.fields


# ---- Materials ----------------------------------------------------------------------------


class MaterialKindViewSet(ReadOnlyModelViewSet):
    """The kinds of material, by whose code a document is uploaded."""

    permission_classes = [AllowAny]
    queryset = MaterialKind.objects.all()
    serializer_class = MaterialKindSerializer
    filterset_fields = ["with_application"]
    ordering = "code"


class DocumentFilter(filters.FilterSet):
    enterprise = filters.UUIDFilter(field_name="enterprise_id")
    application = filters.UUIDFilter(field_name="application_id")
    project = filters.UUIDFilter(field_name="project_id")
    kind = filters.CharFilter(field_name="kind__code", label="Code of the kind.")
    q = Search(field_name="filename", lookup_expr="icontains")
    validity = filters.ChoiceFilter(
        method="with_validity", choices=Validity.choices, label="How long it is good for."
    )

    class Meta:
        model = Document
        fields = ["source"]

    def with_validity(self, rows, name, value):
        return rows.with_validity(value, civil_day(now()))


class DocumentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet):
    """The current version of each material; older ones under `versions/`."""

    request: SignedInApiRequest
    queryset = Document.objects.all()
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilter
    ordering = "-pk"

    def get_queryset(self):
        rows = self.readable().filter(removed_at=None).select_related("kind", "uploaded_by")
        return rows.current() if self.action == "list" else rows

    def readable(self):
        return Document.objects.visible_to(self.request.user)

    @extend_schema(
        request={"multipart/form-data": UploadSerializer},
        responses={201: DocumentSerializer},
    )
    @idempotent
    def create(self, request):
        """Upload a material: PDF, JPG, PNG, DOCX or XLSX, 50 MB at most.

        A newer version names the one it `replaces`; the same kind and file name again, in
        the same application or project, is a new version too.
        """
        for_firm(request)
        asked = read_body(UploadSerializer, request)
        upload = asked.pop("file")
        try:
            document = operations.add_document(
                by=request.user, at=now(), upload=upload, **asked
            )
        except files.TryAgain:
            # Nothing is wrong with the file.
            raise
        except DjangoValidationError as error:
            raise ValidationError({"file": error.messages}) from error
        return Response(self.get_serializer(document).data, status=201)

    def get_parsers(self):
        is_upload = self.request and self.request.method == "POST" and not self.detail
        return [MultiPartParser()] if is_upload else super().get_parsers()

    @extend_schema(responses=DocumentSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def versions(self, request, pk):
        """All versions of a material, the newest first."""
        document = self.get_object()
        newest_first = self.get_queryset().filter(series=document.series).order_by("-version")
        return Response(self.get_serializer(newest_first, many=True).data)

    @extend_schema(request=ValiditySerializer, responses=DocumentSerializer)
    @idempotent
    @action(detail=True, methods=["post"])
    def validity(self, request, pk):
        """Firm: put right until when one of its materials is valid, and say why."""
        document = self.get_object()
        for_firm(request)
        asked = read_body(ValiditySerializer, request)
        changed = operations.set_validity(document, by=request.user, at=now(), **asked)
        return Response(self.get_serializer(changed).data)

    @extend_schema(responses=LinkSerializer)
    @action(detail=True)
    def download(self, request, pk):
        """A link to the file, for oneself, good for five minutes."""
        document = self.get_object()
        token = LINKS.sign_object([str(request.user.pk), str(document.pk)])
        url = reverse("document-file", args=[document.pk], request=request)
        return Response({"url": f"{url}?token={token}", "expires_in": LINK_LIFETIME})

    @extend_schema(
        parameters=[OpenApiParameter("token", str, required=True, description="As given.")],
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    @action(detail=True)
    def file(self, request, pk):
        """The file itself, by a link from `download/`: only to whom it was given."""
        document = self.get_object()
        token = request.query_params.get("token", "")
        try:
            meant = LINKS.unsign_object(token, max_age=LINK_LIFETIME)
        except (signing.BadSignature, ValueError) as error:
            raise PermissionDenied(
                _("This link is no longer valid; please request a new one.")
            ) from error
        if meant != [str(request.user.pk), str(document.pk)]:
            raise NotFound
        return document_response(document, to=request.user)
