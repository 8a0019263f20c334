"""What the body of a request says."""


def read_body(serializer_class, request, **context) -> dict:
    """What it says, checked; 400 by field otherwise."""
    asked = serializer_class(data=request.data, context={"request": request} | context)
    asked.is_valid(raise_exception=True)
    return asked.validated_data
