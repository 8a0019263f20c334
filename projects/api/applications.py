"""Applications, from the draft to the receipt."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from huadu_portal.accounts.requests import SignedInApiRequest
from huadu_portal.acts.api import perform_asked
from huadu_portal.clock import now
from huadu_portal.errors import Stale
from huadu_portal.papers.document_access import paper_response
from huadu_portal.papers.models import Paper
from huadu_portal.rest.bodies import errors_of, read_body
from huadu_portal.rest.filters import Search
from huadu_portal.rest.idempotency import idempotent
from projects import operations
from projects.api.access import for_filer
from projects.filing_acts import FILING_ACTS
from projects.filing_serializers import ContactEmailSerializer
from projects.forms import check_draft
from projects.forms.assisted_filing import REGISTERED_JUST_NOW, CounterForm
from projects.models import Application, Enterprise
from projects.search import COLUMNS, mentioning
from projects.serializers import (
    ApplicationDraftSerializer,
    ApplicationListSerializer,
    ApplicationSerializer,
    SubmitApplicationSerializer,
    WithdrawSerializer,
    as_typed,
)


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
        if self.action == "list":
            return rows
        rows = rows.select_related("assisted_by", "confirmed_by")
        return rows.prefetch_related("events__by", "relied_on")

    def get_serializer_class(self):
        return ApplicationListSerializer if self.action == "list" else ApplicationSerializer

    @extend_schema(request=ApplicationDraftSerializer, responses={201: ApplicationSerializer})
    @idempotent
    def create(self, request):
        """Begin a draft. Every field but the enterprise may follow later.

        The window begins one for an enterprise without account, and names the `walk_in`.
        """
        for_filer(request)
        asked = read_body(ApplicationDraftSerializer, request)
        walk_in = asked.pop("walk_in", None)
        if request.user.is_staff:
            return self._shown(self._begin_at_window(walk_in, asked), status=201)
        enterprise = asked.pop("enterprise", None) or self._only_enterprise()
        application = operations.start_application(
            enterprise, by=request.user, at=now(), draft=as_typed(asked)
        )
        return self._shown(application, status=201)

    def _begin_at_window(self, walk_in: dict | None, typed: dict) -> Application:
        if walk_in is None or "enterprise" in typed:
            raise ValidationError({"walk_in": _("Please name the enterprise by `walk_in`.")})
        form = CounterForm(walk_in, by=self.request.user)
        if errors := errors_of(form):
            raise ValidationError({"walk_in": errors})
        said: dict[str, Any] = {"by": self.request.user, "at": now()}
        try:
            with transaction.atomic():
                application = operations.begin_assisted(**said, **form.cleaned_data)
                if typed:
                    operations.save_draft(application, **said, typed=as_typed(typed))
        except IntegrityError as error:
            # Of two at once the second.
            raise ValidationError({"walk_in": REGISTERED_JUST_NOW}) from error
        return application

    def _only_enterprise(self) -> Enterprise:
        own = list(Enterprise.objects.visible_to(self.request.user)[:2])
        if len(own) != 1:
            raise ValidationError({"enterprise": _("Please specify the enterprise.")})
        return own[0]

    @extend_schema(request=ApplicationDraftSerializer, responses=ApplicationSerializer)
    @idempotent
    def partial_update(self, request, pk):
        """Change a draft, or a returned application; fields not named stay as they are."""
        application = self.get_object()
        for_filer(request, application)
        asked = read_body(ApplicationDraftSerializer, request)
        for name in ("enterprise", "walk_in"):
            asked.pop(name, None)
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

    @extend_schema(request=None, responses=ApplicationSerializer)
    @idempotent
    @action(detail=True, methods=["post"])
    def confirm_filing(self, request, pk):
        """Firm: confirm what the window filed for it, before anybody had an account."""
        application = self.get_object()
        perform_asked(FILING_ACTS["confirm_filing"], application, request)
        return self._shown(application)

    @extend_schema(request=ContactEmailSerializer, responses=ApplicationSerializer)
    @idempotent
    @action(detail=True, methods=["post"])
    def change_contact_email(self, request, pk):
        """Window: change where notices for an enterprise without account are mailed."""
        application = self.get_object()
        perform_asked(FILING_ACTS["change_contact_email"], application, request)
        return self._shown(application)

    def _own(self, request, serializer_class):
        application = self.get_object()
        for_filer(request, application)
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
