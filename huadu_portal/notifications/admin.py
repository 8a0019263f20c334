"""The outbox: what was sent, what waits and what was given up."""

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from huadu_portal.acts import Act, Acts, Rule, Several
from huadu_portal.clock import now
from huadu_portal.notifications import channels, operations
from huadu_portal.notifications.models import UNSENT, Delivery
from huadu_portal.notifications.sealed import Unreadable
from huadu_portal.ui import components
from huadu_portal.ui.admin import DeskAdmin
from huadu_portal.ui.changelists import Tab, TabFilter

State = Delivery.State
READ_ACCOUNT_MAIL = "notifications.read_account_mail"
MAY_RETRY = "notifications.retry_delivery"


def may_retry(user, _delivery):
    return user.has_perm(MAY_RETRY)


def can_be_retried(_user, delivery):
    return delivery.can_be_sent_again and channels.leads_out(delivery.channel)


RETRY = Act(
    "retry",
    rule=Rule(who=(may_retry,), offered=(can_be_retried,)),
    operation=operations.retry,
    label=_("Send again"),
    consequence=_(
        "It is sent as soon as possible outside the recipient's quiet hours; the recipient may "
        "receive it twice."
    ),
    done=_("The mail has been queued for delivery again."),
    several=Several(_("Send several again"), permission=MAY_RETRY),
)


class ChannelFilter(SimpleListFilter):
    """Offered where there is more than mail."""

    title, parameter_name = _("channel"), "channel"

    def lookups(self, request, model_admin):
        found = channels.open_channels()
        return [(each.value, each.label) for each in found] if len(found) > 1 else []

    def queryset(self, request, queryset):
        is_known = self.value() in Delivery.Channel.values
        return queryset.filter(channel=self.value()) if is_known else queryset


@admin.register(Delivery)
class DeliveryAdmin(DeskAdmin):
    """Every mail as it goes out; account mails hold links and are shown in the demo only."""

    key = "int"
    list_display_links = ["created_at", "subject"]
    list_filter = [TabFilter, ChannelFilter]
    search_fields = ["to", "subject"]
    search_help_text = _("recipient or subject")
    ordering = ["-created_at", "-pk"]
    detail_template = "admin/desk/delivery.html"
    acts = Acts(RETRY)
    several = ["retry"]
    detail_related = ["notification__recipient", "recipient", "digest"]

    def get_list_display(self, request):
        """The channel where there are several, why it failed where something has."""
        columns = ["created_at", "to", "subject", "state_shown"]
        if len(channels.open_channels()) > 1:
            columns.append("channel")
        if request.GET.get("tab") in {"failed", "dead"}:
            columns.append("error")
        return [*columns, "attempts", "sent_at"]

    def tabs(self, request):
        waiting = Q(state__in=[State.PENDING, State.LEASED])
        sent = Q(state__in=[State.SENT, State.DELIVERED])
        return {
            "all": Tab(_("all"), Q()),
            "waiting": Tab(_("waiting"), waiting),
            "quiet": Tab(
                _("held back for quiet hours"),
                Q(state=State.PENDING, error="", next_attempt_at__gt=now()),
            ),
            "failed": Tab(_("failed, tried again"), waiting & ~Q(error="")),
            "collected": Tab(State.COLLECTED.label, Q(state=State.COLLECTED)),
            "sent": Tab(State.SENT.label, sent),
            "unsent": Tab(State.UNSENT.label, UNSENT),
            "dead": Tab(State.DEAD.label, Q(state=State.DEAD)),
        }

    def narrowed(self, queryset, user):
        return queryset

    @display(description=_("state"), ordering="state")
    def state_shown(self, delivery):
        return components.tag_of(delivery, "state")

    def detail_title(self, delivery):
        return delivery.subject

    def detail_context(self, request, delivery):
        parts = delivery.parts.select_related("notification").order_by("pk")
        return {
            "text": self._text(request, delivery),
            "reader": delivery.reader,
            "parts": parts if delivery.digest_on else [],
        }

    def _text(self, request, delivery):
        """What goes out; of account mail nothing without a right that the demo alone gives."""
        if delivery.is_account_mail and not request.user.has_perm(READ_ACCOUNT_MAIL):
            return ""
        try:
            return delivery.text
        except Unreadable:
            return ""
