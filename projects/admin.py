"""Enterprises and who acts for them, at the staff desk; and how materials are shown there."""

from dataclasses import dataclass

from django.contrib import admin
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from huadu_portal import downloads
from huadu_portal.admin import ConfirmForm, DeskAdmin, Tab, TabFilter, tag
from projects import previews
from projects.models import Enterprise, Membership
from projects.operations import decide_membership, may_decide_membership


class MaterialsAdmin(DeskAdmin):
    """A thing with materials: their first pages are shown as pictures made here."""

    def documents_of(self, request, thing):
        """The documents that this person may see by way of the thing."""
        raise NotImplementedError

    def get_urls(self):
        opts = self.opts
        return [
            path(
                "<uuid:pk>/documents/<uuid:document>/preview.png",
                self.admin_site.admin_view(self.preview),
                name=f"{opts.app_label}_{opts.model_name}_preview",
            ),
            *super().get_urls(),
        ]

    def preview(self, request, pk, document):
        thing = self.get_seen(request, pk)
        found = get_object_or_404(self.documents_of(request, thing), pk=document)
        try:
            content = previews.first_page(found.file, found.content_type)
        except previews.NoPreview as error:
            raise Http404 from error
        return downloads.made(
            content, name="preview.png", content_type="image/png", inline=True
        )


@dataclass(frozen=True)
class Answer:
    """How a request to act for a firm is answered."""

    agreed: bool
    label: str | Promise
    consequence: str | Promise
    done: str | Promise
    danger: bool = False
    form = ConfirmForm

    def perform(self, membership, form, *, by, at):
        return decide_membership(membership, by=by, at=at, agreed=self.agreed)


ANSWERS = {
    "agree": Answer(
        True,
        _("Agree"),
        _("The person can act for the enterprise at once, and will be written to."),
        _("The person now acts for the enterprise."),
    ),
    "refuse": Answer(
        False,
        _("Do not agree"),
        _("The person will be written to and may ask again."),
        _("The request has been refused."),
        danger=True,
    ),
}


@admin.register(Membership)
class MembershipAdmin(DeskAdmin):
    """Who acts for which enterprise, and who asks to."""

    list_display = ["user", "enterprise", "role_shown", "state_shown", "asked_at"]
    list_filter = [TabFilter]
    search_fields = ["user__name", "user__email", "enterprise__name"]
    search_help_text = _("person or enterprise")
    list_select_related = ["user", "enterprise"]
    ordering = ["asked_at", "pk"]
    detail_template = "admin/desk/membership.html"
    detail_related = ["user", "enterprise", "decided_by"]

    def tabs(self, request):
        tabs = {s.value: Tab(s.label, Q(state=s)) for s in Membership.State}
        return tabs | {"all": Tab(_("all"), Q())}

    @display(description=_("role"), ordering="role")
    def role_shown(self, membership):
        return tag(membership, "role")

    @display(description=_("state"), ordering="state")
    def state_shown(self, membership):
        return tag(membership, "state")

    def narrowed(self, queryset, user):
        return queryset.filter(enterprise__in=Enterprise.objects.visible_to(user))

    def detail_context(self, request, membership):
        people = membership.enterprise.memberships.select_related("user")
        return {"people": people.order_by("role", "asked_at")}

    def doors(self):
        return ANSWERS

    def may_ever(self, user, act, membership):
        return may_decide_membership(user, membership)

    def may_now(self, user, act, membership):
        waiting = membership.state == Membership.State.ASKED
        return waiting and self.may_ever(user, act, membership)


@admin.register(Enterprise)
class EnterpriseAdmin(MaterialsAdmin):
    """The firms, with their people, applications and projects."""

    list_display = ["name", "credit_code", "legal_representative", "big", "created_at"]
    list_filter = ["is_fortune_500"]
    search_fields = ["name", "credit_code", "legal_representative"]
    search_help_text = _("name, credit code or legal representative")
    ordering = ["-created_at", "pk"]
    detail_template = "admin/desk/enterprise.html"
    list_before_template = "admin/desk/enterprises.html"

    def documents_of(self, request, enterprise):
        return enterprise.documents.visible_to(request.user)

    @display(description=_("Fortune 500"), ordering="is_fortune_500")
    def big(self, enterprise):
        return _("yes") if enterprise.is_fortune_500 else "–"

    def detail_context(self, request, enterprise):
        applications = enterprise.applications.visible_to(request.user)
        return {
            "members": enterprise.memberships.select_related("user"),
            "applications": applications.order_by("-submitted_at"),
            "projects": enterprise.projects.select_related("agent"),
            "vault": enterprise.documents.current().select_related("kind"),
        }
