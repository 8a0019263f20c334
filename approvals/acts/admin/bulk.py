"""Acts on several items at once, each by the operation that every door calls."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from approvals.acts.forms import ACT_FORMS
from approvals.acts.forms.acts import handlers_of
from approvals.acts.forms.fields import note_field
from approvals.items.models import ApprovalItem
from approvals.items.rights import RULES, Act
from huadu_portal.accounts.models import User
from huadu_portal.clock import now
from huadu_portal.ui.admin import ConfirmForm


class NoteForAll(ConfirmForm):
    note = note_field(label=_("note"), required=False)


class ReasonForAll(ConfirmForm):
    note = note_field(label=_("reason"))


class TransferForAll(ConfirmForm):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label=_("colleague who takes it over"),
        empty_label=_("Please choose"),
    )
    note = note_field(label=_("note"), required=False)

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = handlers_of(by.department_id)


class SeveralItems:
    """For the admin of items: what makes sense for many, and asks the same of each."""

    actions = [
        "accept_all",
        "pre_approve_all",
        "grant_all",
        "transfer_all",
        "mark_not_applicable_all",
    ]

    # Two columns of every list of items.

    @display(description=_("project"), ordering="project__name")
    def project_name(self, item):
        return item.project.name

    @display(description=_("approval"), ordering="approval_type__position")
    def type_name(self, item):
        return str(item.approval_type)

    # Permissions are asked as has_<name>_permission: one per act, from the table of rights.

    def has_receive_permission(self, request):
        return request.user.role in RULES[Act.ACCEPT].roles

    def has_review_permission(self, request):
        return request.user.role in RULES[Act.PRE_APPROVE].roles

    def has_decide_permission(self, request):
        return request.user.role in RULES[Act.GRANT].roles

    def has_transfer_permission(self, request):
        return request.user.role in RULES[Act.TRANSFER].roles

    def has_exempt_permission(self, request):
        return request.user.role in RULES[Act.MARK_NOT_APPLICABLE].roles

    @action(description=_("Accept several"), permissions=["receive"])
    def accept_all(self, request, queryset):
        return self.do_to_all(request, queryset, Act.ACCEPT, ConfirmForm)

    @action(description=_("Pass several in pre-review"), permissions=["review"])
    def pre_approve_all(self, request, queryset):
        return self.do_to_all(request, queryset, Act.PRE_APPROVE, NoteForAll)

    @action(description=_("Grant several"), permissions=["decide"])
    def grant_all(self, request, queryset):
        return self.do_to_all(request, queryset, Act.GRANT, NoteForAll)

    @action(description=_("Hand several to a colleague"), permissions=["transfer"])
    def transfer_all(self, request, queryset):
        return self.do_to_all(request, queryset, Act.TRANSFER, TransferForAll, by=request.user)

    @action(description=_("Mark several as not applicable"), permissions=["exempt"])
    def mark_not_applicable_all(self, request, queryset):
        return self.do_to_all(request, queryset, Act.MARK_NOT_APPLICABLE, ReasonForAll)

    def do_to_all(self, request, queryset, act: Act, form_class, **asked):
        door = ACT_FORMS[act]

        def run(item: ApprovalItem, form, version: int) -> None:
            said = form.cleaned_data
            door.operation(item, by=request.user, at=now(), version=version, **said)

        form = form_class(self.confirmed(request), **asked)
        return self.ask_or_act_on_all(request, queryset, f"{act}_all", door, form, run)
