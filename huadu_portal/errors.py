"""How the portal says no."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.shortcuts import redirect
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST


class NotAllowed(Exception):
    """The record is not in a state that permits the act. Shown to the person.

    `status_code` and `version` are what the API answers with (RFC 9110 §15.5.10).
    """

    status_code = 409

    def __init__(self, sentence: str | LazyText, *, version: int | None = None):
        super().__init__(sentence)
        self.version = version


class Stale(NotAllowed):
    """The record is no longer the one the person saw."""

    def __init__(self, *, version: int | None):
        super().__init__(
            _("Someone has changed this meanwhile. Please look at it again."),
            version=version,
        )


class Overtaken(NotAllowed):
    """Time has decided meanwhile; what was recorded of that stays although the act is refused."""

    leaves_record = True


def show_on(form: BaseForm, error: ValidationError) -> None:
    """What the form could not know, beside its field where it has one."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
    for field, sentences in by_field.items():
        form.add_error(field if field in form.fields else None, sentences)


def post_only(back):
    """Only what a form sends. Whoever comes by GET goes to the form's page, which `back` names.

    The browser comes so after signing in anew in the middle of a form, and with another
    language on a page that a form was answered with.
    """

    def decorate(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if request.method in {"GET", "HEAD"}:
                return redirect(*back(*args, **kwargs))
            return require_POST(view)(request, *args, **kwargs)

        return wrapper

    return decorate


def show_not_allowed(view):
    """Show a refusal as a message on the page the act belongs to.

    An act's URL lies directly under that page: …/items/<uuid>/accept/.
    """

    @wraps(view)
    def wrapper(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
            return redirect("..")

    return wrapper
