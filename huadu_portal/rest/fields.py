from rest_framework import serializers

from huadu_portal.rest.text import validate_plain


class PlainCharField(serializers.CharField):
    """Text that shows what it holds. For bodies that StrictJSONParser has not read."""

    default_validators = [validate_plain]
