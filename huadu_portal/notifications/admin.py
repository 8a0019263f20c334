"""The outbox: what was sent, what waits and what was given up."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from huadu_portal.admin import ConfirmForm, DeskAdmin, Tab, TabFilter, tag
from huadu_portal.notifications import operations
from huadu_portal.notifications.models import Delivery

State = Delivery.State


@dataclass(frozen=True)
class RetryDoor:
    label: str | Promise = _("Send again")
    consequence: str | Promise = _("The mail is sent at once; the recipient may get it twice.")
    done: str | Promise = _("The mail is on its way again.")
    danger: bool = False
    form: type[forms.Form] = ConfirmForm

    def perform(self, delivery, form, *, by, at):
        return operations.retry(delivery, by=by, at=at)


@admin.register(Delivery)
class DeliveryAdmin(DeskAdmin):
    """Every mail as it goes out; account mails hold links and are shown in the demo only."""

    key = "int"
    list_display = [
        "created_at",
        "to",
        "subject",
        "state_shown",
        "attempts",
        "sent_at",
    ]
    list_display_links = ["created_at", "subject"]
    list_filter = [TabFilter]
    search_fields = ["to", "subject"]
    search_help_text = _("recipient or subject")
    ordering = ["-created_at", "-pk"]
    detail_template = "admin/desk/delivery.html"
    detail_related = ["notification__recipient"]

    def tabs(self, request):
        waiting = Q(state__in=[State.PENDING, State.LEASED])
        return {
            "all": Tab(_("all"), Q()),
            "waiting": Tab(_("waiting"), waiting),
            "sent": Tab(State.SENT.label, Q(state=State.SENT)),
            "dead": Tab(State.DEAD.label, Q(state=State.DEAD)),
        }

    def narrowed(self, queryset, user):
        return queryset

    @display(description=_("state"), ordering="state")
    def state_shown(self, delivery):
        return tag(delivery, "state")

    def detail_title(self, delivery):
        return delivery.subject

    def detail_context(self, request, delivery):
        return {"may_read": delivery.notification_id is not None or settings.DEMO}

    def doors(self):
        return {"retry": RetryDoor()}

    def may_ever(self, user, act, delivery):
        return user.has_perm("notifications.retry_delivery")

    def may_now(self, user, act, delivery):
        return delivery.state == State.DEAD and self.may_ever(user, act, delivery)
