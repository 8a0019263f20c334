"""Enterprises, and who acts for them."""

from django.db import IntegrityError, transaction
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from huadu_portal import limits
from huadu_portal.accounts.requests import SignedInApiRequest
from huadu_portal.acts.api import actions_of
from huadu_portal.clock import now
from huadu_portal.rest.bodies import check_form, read_body
from huadu_portal.rest.idempotency import idempotent
from projects import operations
from projects.acts import ENTERPRISE_ACTS, MEMBERSHIP_ACTS
from projects.api.access import for_firm
from projects.forms import JoinForm, RegisterForm
from projects.forms.memberships import ClaimForm
from projects.models import Enterprise, Membership
from projects.operations import memberships
from projects.serializers import (
    ClaimSerializer,
    EnterpriseSerializer,
    JoinSerializer,
    MembershipSerializer,
    RegisterSerializer,
    SaidSerializer,
)


@actions_of(ENTERPRISE_ACTS, EnterpriseSerializer)
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

    def shown(self, enterprise: Enterprise) -> dict:
        return self.get_serializer(enterprise).data

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
