from typing import Protocol, runtime_checkable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from rest_framework import serializers

from huadu_portal.rest.text import validate_plain


class PlainCharField(serializers.CharField):
    """Text that shows what it holds. For bodies that StrictJSONParser has not read."""

    default_validators = [validate_plain]


@runtime_checkable
class VisibleRows(Protocol):
    """A queryset that knows which of its rows a person may see."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> QuerySet: ...


class VisibleField(serializers.PrimaryKeyRelatedField):
    """One of those that whoever asks may see."""

    def get_queryset(self) -> QuerySet:
        rows, request = super().get_queryset(), self.context.get("request")
        assert isinstance(rows, QuerySet)
        if not request:
            return rows.none()
        assert isinstance(rows, VisibleRows)
        return rows.visible_to(request.user)
