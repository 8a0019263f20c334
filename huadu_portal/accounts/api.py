"""Signing in and out with a token, and the departments."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.utils import has_verified_email
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout as end_session
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, Throttled, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from huadu_portal.accounts import attempts
from huadu_portal.accounts.models import Department, User
from huadu_portal.accounts.sign_in_forms import AuthenticateForm
from huadu_portal.accounts.tokens import Token
from huadu_portal.rest.bodies import check_form
from huadu_portal.rest.fields import PlainCharField


class TokenScheme(KnoxTokenScheme):
    """What the description of the API says of our tokens: the same as of knox's."""

    target_class = "huadu_portal.accounts.authentication.TokenAuthentication"


class CredentialsSerializer(serializers.Serializer):
    username = PlainCharField(max_length=254, help_text="User name or e-mail address.")
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    code = PlainCharField(
        max_length=32,
        required=False,
        help_text="Of the second factor, or a recovery code. Needed once one is set up.",
    )


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()
    expiry = serializers.DateTimeField()


class TokenView(APIView):
    # A wrong or expired token must not keep anyone from asking for a new one.
    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(request=CredentialsSerializer, responses=TokenSerializer, auth=[])
    def post(self, request):
        """Exchange name, password and second factor for a token.

        It is sent as `Authorization: Token …`. Failed attempts are limited together with
        those of the sign-in page.
        """
        asked = CredentialsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user = _authenticated(request, asked.validated_data)
        _check_second_factor(user, asked.validated_data.get("code"))
        row, token = Token.objects.create(user)
        _forget_the_oldest(user)
        return Response({"token": token, "expiry": row.expiry.isoformat()})


class LogoutView(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request):
        """Give back the token of this request, or end the session."""
        if isinstance(request.auth, Token):
            request.auth.delete()
        else:
            end_session(request)
        return Response(status=204)


def _authenticated(request: Request, asked: dict[str, Any]) -> User:
    """Who it is; nothing tells an unknown name from a wrong password."""
    name = asked["username"]
    credentials = {"email" if "@" in name else "username": name}
    try:
        user = get_adapter().authenticate(
            request._request, password=asked["password"], **credentials
        )
    except DjangoValidationError as limited:
        raise Throttled(detail=" ".join(limited.messages)) from limited
    if user is None or not user.is_active or not has_verified_email(user):
        raise ValidationError(_("The user name or password is incorrect."))
    return user


def _check_second_factor(user: User, code: str | None) -> None:
    if not is_mfa_enabled(user):
        if user.is_staff and settings.SECOND_FACTOR_REQUIRED:
            raise PermissionDenied(_("Please set up a second factor on the portal first."))
        return
    if not code:
        raise ValidationError({"code": _("Please enter the code of your second factor.")})
    form = AuthenticateForm({"code": code}, user=user)
    if form.has_error("code", attempts.TOO_MANY):
        raise Throttled(detail=" ".join(map(str, form.errors["code"])))
    check_form(form)


def _forget_the_oldest(user: User) -> None:
    """A script that signs in each time must not lock itself out."""
    limit = settings.REST_KNOX["TOKEN_LIMIT_PER_USER"]
    newest = Token.objects.filter(user=user).order_by("-created", "-pk")
    kept = list(newest.values_list("pk", flat=True)[:limit])
    Token.objects.filter(user=user).exclude(pk__in=kept).delete()


class DepartmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Department
        fields = ["id", "code", "name", "short_name", "name_en", "kind"]


class DepartmentViewSet(ReadOnlyModelViewSet):
    """The authorities and utilities that handle approval items."""

    permission_classes = [AllowAny]
    queryset = Department.objects.all()
    serializer_class = DepartmentSerializer
    filterset_fields = ["kind"]
    ordering = "code"
