"""What the body of a request says."""

from typing import Any

from django.forms import BaseForm
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.serializers import Serializer


def read_body(serializer_class: type[Serializer], request: Request, **context: Any) -> dict:
    """What it says, checked; 400 by field otherwise."""
    asked = serializer_class(data=request.data, context={"request": request} | context)
    asked.is_valid(raise_exception=True)
    return asked.validated_data


def check_form(form: BaseForm) -> None:
    """400 by field for what a form finds wrong."""
    if not form.is_valid():
        raise ValidationError(errors_of(form))


def errors_of(form: BaseForm) -> dict[str, list[str]]:
    """What is wrong, by field."""
    return {name: [str(each) for each in errors] for name, errors in form.errors.items()}
