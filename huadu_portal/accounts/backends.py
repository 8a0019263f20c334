from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.contrib.auth.backends import BaseBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from huadu_portal.accounts.models import User
from huadu_portal.accounts.roles import holders_of, permissions_of

FACTORS = Authenticator.objects.filter(user=OuterRef("pk")).order_by("pk").values("pk")


class OfSession:
    """The person of a session, in one statement with what the session's seal is made of."""

    def get_user(self, user_id):
        people = User.objects.filter(pk=user_id, is_active=True)
        return people.annotate(factor_keys=ArraySubquery(FACTORS)).first()


class RoleBackend(OfSession, BaseBackend):
    """Rights follow from the role alone; signing in is allauth's."""

    def get_all_permissions(self, user_obj, obj=None):
        return permissions_of(user_obj) if user_obj.is_active else set()

    def has_perm(self, user_obj, perm, obj=None):
        return user_obj.is_active and user_obj.role in holders_of(perm)

    def has_module_perms(self, user_obj, app_label):
        return any(
            name.startswith(f"{app_label}.") for name in self.get_all_permissions(user_obj)
        )


class SignInBackend(OfSession, AuthenticationBackend):
    """By name or address and password. It gives no rights: Django asks every backend, and
    allauth's would look for groups, of which there are none."""

    def get_all_permissions(self, user_obj, obj=None):
        return set()
