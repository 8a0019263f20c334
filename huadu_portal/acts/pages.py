"""Acts by a page: GET asks, POST acts."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from huadu_portal.acts.forms import ActForm
from huadu_portal.acts.performing import Act, perform
from huadu_portal.clock import now
from huadu_portal.errors import show_on


def asked_or_done(act: Act, thing: Any, form: ActForm, *, by: Any) -> Any | None:
    """What came of the act; None when the form has still to be filled in, or says what is wrong.

    Raises PermissionDenied where the act is never the person's, NotAllowed where it is not open now.
    """
    if not act.rule.may_ever(by, thing):
        raise PermissionDenied
    if form.is_valid():
        try:
            return perform(act, thing, form, by=by, at=now())
        except ValidationError as error:
            show_on(form, error)
    if not act.rule.is_offered(by, thing):
        raise act.refusal(thing)
    return None
