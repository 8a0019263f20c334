"""The kinds of material, and the materials themselves."""

from django.core import signing
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from huadu_portal.accounts.requests import SignedInApiRequest
from huadu_portal.clock import civil_day, now
from huadu_portal.rest.bodies import read_body
from huadu_portal.rest.filters import Search
from huadu_portal.rest.idempotency import idempotent
from projects import files, operations
from projects.api.access import check_filed_for, for_filer, for_firm
from projects.document_access import document_response
from projects.models import Document, MaterialKind, Validity
from projects.serializers import (
    DocumentSerializer,
    LinkSerializer,
    MaterialKindSerializer,
    UploadSerializer,
    ValiditySerializer,
)

# Seconds during which a download link can be used.
LINK_LIFETIME = 300
LINKS = signing.TimestampSigner(salt="projects.api.download")


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
        for_filer(request)
        asked = read_body(UploadSerializer, request)
        if request.user.is_staff:
            check_filed_for(request.user, asked)
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
