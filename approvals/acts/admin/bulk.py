"""Acts on several items at once, each by the operation that every door calls."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from approvals.acts.forms.acts import handlers_of
from approvals.acts.forms.fields import note_field
from approvals.items.models import ApprovalItem
from approvals.items.rights import ITEM_ACTS
from huadu_portal.accounts.models import User
from huadu_portal.acts import perform
from huadu_portal.admin import ConfirmForm
from huadu_portal.clock import now


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
        return request.user.role in ITEM_ACTS["accept"].rule.roles

    def has_review_permission(self, request):
        return request.user.role in ITEM_ACTS["pre_approve"].rule.roles

    def has_decide_permission(self, request):
        return request.user.role in ITEM_ACTS["grant"].rule.roles

    def has_transfer_permission(self, request):
        return request.user.role in ITEM_ACTS["transfer"].rule.roles

    def has_exempt_permission(self, request):
        return request.user.role in ITEM_ACTS["mark_not_applicable"].rule.roles

    @action(description=_("Accept several"), permissions=["receive"])
    def accept_all(self, request, queryset):
        return self.do_to_all(request, queryset, "accept", ConfirmForm)

    @action(description=_("Pass several in pre-review"), permissions=["review"])
    def pre_approve_all(self, request, queryset):
        return self.do_to_all(request, queryset, "pre_approve", NoteForAll)

    @action(description=_("Grant several"), permissions=["decide"])
    def grant_all(self, request, queryset):
        return self.do_to_all(request, queryset, "grant", NoteForAll)

    @action(description=_("Hand several to a colleague"), permissions=["transfer"])
    def transfer_all(self, request, queryset):
        return self.do_to_all(request, queryset, "transfer", TransferForAll, by=request.user)

    @action(description=_("Mark several as not applicable"), permissions=["exempt"])
    def mark_not_applicable_all(self, request, queryset):
        return self.do_to_all(request, queryset, "mark_not_applicable", ReasonForAll)

    def do_to_all(self, request, queryset, name: str, form_class, **asked):
        act = ITEM_ACTS[name]

        def run(item: ApprovalItem, form, version: int) -> None:
            perform(
                act, item, form.cleaned_data | {"version": version}, by=request.user, at=now()
            )

        form = form_class(self.confirmed(request), **asked)
        return self.ask_or_act_on_all(request, queryset, f"{name}_all", act, form, run)
