from django.contrib.auth.backends import BaseBackend

from huadu_portal.accounts.models import User
from huadu_portal.accounts.roles import holders_of, permissions_of


class RoleBackend(BaseBackend):
    """Rights follow from the role alone; signing in is allauth's."""

    def get_user(self, user_id):
        """Of a session that names this backend, the first of the settings, as its own."""
        return User.objects.filter(pk=user_id, is_active=True).first()

    def get_all_permissions(self, user_obj, obj=None):
        return permissions_of(user_obj) if user_obj.is_active else set()

    def has_perm(self, user_obj, perm, obj=None):
        return user_obj.is_active and user_obj.role in holders_of(perm)

    def has_module_perms(self, user_obj, app_label):
        return any(
            name.startswith(f"{app_label}.") for name in self.get_all_permissions(user_obj)
        )
