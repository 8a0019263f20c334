"""A person's request to have the account and its personal data erased, and its answer.

What the law has kept (applications, papers, histories) stays, without telephone and address.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from huadu_portal.accounts import access, personal_data
from huadu_portal.accounts.models import ErasureRequest, User
from huadu_portal.accounts.roles import holders_of
from huadu_portal.acts import operation
from huadu_portal.clock import civil_day
from huadu_portal.errors import NotAllowed

# Calendar days; choice, as GB/T 35273-2020 has it (8.7). The law says “in time” (第50条).
ANSWER_WITHIN = timedelta(days=30)
Answer = ErasureRequest.Answer
# Told with the request when it is made and, before anything is erased, when it is answered.
on_asked: list[Callable[[ErasureRequest, list[User]], None]] = []
on_answered: list[Callable[[ErasureRequest], None]] = []


@transaction.atomic
def ask(user: User, *, at: datetime, reason: str = "") -> ErasureRequest:
    """Once at a time; asked again, the open one is given."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if found := user.erasure_requests.open().first():
        return found
    request = ErasureRequest.objects.create(
        user=user,
        reason=reason,
        asked_at=at,
        due_on=civil_day(at) + ANSWER_WITHIN,
        next_rung_at=at,
    )
    answering = holders_of("accounts.change_user")
    people = list(User.objects.filter(role__in=answering, is_active=True))
    for told in on_asked:
        told(request, people)
    return request


@operation
def erase_account(
    request: ErasureRequest, *, by: User, at: datetime, answer: str
) -> ErasureRequest:
    """Erase the account: name, telephone, addresses and access go, what was done stays."""
    user = User.objects.select_for_update(of=["self"]).get(pk=request.user_id)
    if held := personal_data.keeps_account(user):
        raise NotAllowed(" ".join(map(str, held)))
    _answer(request, Answer.ERASED, by=by, at=at, answer=answer)
    personal_data.erase_records(user, by)
    access.end_all(user)
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.username, user.name = f"erased-{user.pk.hex}", _("(account erased)")
    user.email = user.mobile = user.wecom_id = user.dingtalk_id = ""
    user.bounced_email, user.bounced_at, user.bounce_reason = "", None, ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
    return request


@operation
def decline_erasure(
    request: ErasureRequest, *, by: User, at: datetime, answer: str
) -> ErasureRequest:
    """Leave the account as it is, with the reason (第50条: refused, the person may go to court)."""
    return _answer(request, Answer.DECLINED, by=by, at=at, answer=answer)


def _answer(
    request: ErasureRequest, state: str, *, by: User, at: datetime, answer: str
) -> ErasureRequest:
    request.state, request.answer = state, answer
    request.answered_at, request.answered_by = at, by
    request.save()
    for told in on_answered:
        told(request)
    return request
