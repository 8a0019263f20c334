"""What the security administrator does to an account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from huadu_portal.accounts import erasure, operations
from huadu_portal.accounts.forms import ErasureAnswerForm
from huadu_portal.accounts.models import ErasureRequest, User
from huadu_portal.accounts.staff import (
    GatewayForm,
    PersonCorrectionForm,
    RoleForm,
    SwitchOffForm,
    correct_and_notify,
    if_mailed,
    send_link_again,
)
from huadu_portal.acts import Act, Acts, GuardedAct, Rule
from huadu_portal.acts.rules import Predicate


@dataclass(frozen=True, kw_only=True)
class AccountAct(Act):
    """Its log is kept by Django's LogEntry, which reads the clock itself."""

    def run(self, thing: User, *, by: User, at: datetime, **asked: Any) -> User:
        return self.operation(thing, by=by, **asked)


def may_change_account(user: User, other: User) -> bool:
    """Nobody changes their own rights."""
    return user.has_perm("accounts.change_user") and user.pk != other.pk


def is_staff(_user: User, other: User) -> bool:
    """A firm's people have no role to change, and change their address themselves."""
    return other.role != User.Role.ENTERPRISE


def is_active(_user: User, other: User) -> bool:
    return other.is_active


def is_switched_off(_user: User, other: User) -> bool:
    return not other.is_active


def awaits_link(_user: User, other: User) -> bool:
    return other.awaits_password and bool(other.email)


def has_second_factor(_user: User, other: User) -> bool:
    return other.has_second_factor


def has_gateways(_user: User, _other: User) -> bool:
    return bool({"wecom", "dingtalk"} & settings.GATEWAYS.keys())


def account_rule(who: Iterable[Predicate] = (), offered: Iterable[Predicate] = ()) -> Rule:
    return Rule(who=(may_change_account, *who), offered=tuple(offered))


def may_answer(user: User, request: ErasureRequest) -> bool:
    """Nobody answers their own."""
    return user.has_perm("accounts.change_user") and user.pk != request.user_id


def is_open(_user: User, request: ErasureRequest) -> bool:
    return request.is_open


@dataclass(frozen=True, kw_only=True)
class ErasureAct(GuardedAct):
    def lock(self, thing: ErasureRequest) -> ErasureRequest:
        rows = ErasureRequest.objects.select_for_update(of=["self"])
        return rows.select_related("user").get(pk=thing.pk)

    def is_visible(self, thing: ErasureRequest, by: User) -> bool:
        return True


ANSWERING = Rule(who=(may_answer,), only=(is_open,))
ERASURE_ACTS = Acts(
    ErasureAct(
        "erase",
        rule=ANSWERING,
        operation=erasure.erase_account,
        form=ErasureAnswerForm,
        label=_("Erase the account"),
        consequence=_(
            "Name, telephone, e-mail addresses and all access of the person are erased for good; "
            "applications, papers and histories stay, as the law has them kept. The answer is "
            "mailed to the person first."
        ),
        done=_("The account has been erased; the answer has been mailed."),
        danger=True,
    ),
    ErasureAct(
        "decline",
        rule=ANSWERING,
        operation=erasure.decline_erasure,
        form=ErasureAnswerForm,
        label=_("Do not erase"),
        consequence=_("The account stays as it is. The answer is mailed to the person."),
        done=_("The request has been answered; the person has been notified."),
    ),
)
ACCOUNT_ACTS = Acts(
    AccountAct(
        "correct",
        rule=account_rule(who=[is_staff], offered=[is_active]),
        operation=correct_and_notify,
        form=PersonCorrectionForm,
        label=_("Correct name and e-mail"),
        consequence=_(
            "If the address changes, a link is mailed to the new one: for confirming it, or for "
            "setting a password where none has been set. Until the new address is confirmed, "
            "the person cannot sign in again. The former address is told that it is no longer "
            "used."
        ),
        done=_("Name and e-mail have been saved."),
    ),
    AccountAct(
        "send_link",
        rule=account_rule(offered=[awaits_link]),
        operation=send_link_again,
        label=_("Send the link again"),
        consequence=if_mailed(_("A new link for setting a password is mailed to the person.")),
        done=if_mailed(_("The link for setting a password has been mailed.")),
    ),
    AccountAct(
        "change_role",
        rule=account_rule(who=[is_staff]),
        operation=operations.change_role,
        form=RoleForm,
        label=_("Change role"),
        consequence=_(
            "The new rights apply from the person's next request on. The person is notified."
        ),
        done=_("The role has been changed."),
    ),
    AccountAct(
        "reset_second_factor",
        rule=account_rule(offered=[has_second_factor]),
        operation=operations.reset_second_factor,
        label=_("Reset second factor"),
        consequence=_(
            "All sessions end at once, and the person must set up a new second factor at the "
            "next sign-in. Please verify the person's identity first. The person is notified."
        ),
        done=_("The second factor has been reset."),
    ),
    AccountAct(
        "set_gateway_ids",
        rule=account_rule(offered=[has_gateways]),
        operation=operations.set_gateway_ids,
        form=GatewayForm,
        label=_("Gateway accounts"),
        consequence=_("The setting applies from the next message on. No notification is sent."),
        done=_("The gateway accounts have been saved."),
    ),
    AccountAct(
        "deactivate",
        rule=account_rule(offered=[is_active]),
        operation=operations.deactivate,
        form=SwitchOffForm,
        label=_("Switch off"),
        consequence=_("All sessions end at once. No notification is sent."),
        done=_("The account has been switched off."),
        danger=True,
    ),
    AccountAct(
        "reactivate",
        rule=account_rule(offered=[is_switched_off]),
        operation=operations.reactivate,
        label=_("Switch on"),
        consequence=_("The person can set a new password with “Forgotten your password?”."),
        done=_("The account has been switched on."),
    ),
)
