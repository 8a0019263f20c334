"""What every page of the staff desk stands on: looking things up, and acting on them.

An act is a page that asks with GET and acts with POST. Status fields are never typed into.
"""

from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from huadu_portal.acts import Act, Acts, perform
from huadu_portal.clock import now
from huadu_portal.errors import NotAllowed, Stale, show_on
from huadu_portal.ui.changelists import SilentAdmin
from huadu_portal.ui.neighbours import (
    LIST,
    NARROWED,
    THEN,
    Around,
    Neighbours,
    kept_place,
    neighbours_by_address,
    place_asked,
    place_in_list,
)

# Rows that one bulk act may take; a person has to be able to read the list.
BULK_AT_MOST = 50
# Under which the session keeps what became of each row of the last one.
OUTCOMES = "desk_outcomes"
# A version that no row has.
NO_VERSION = -1


def component(name, **context):
    """One of the portal's components, for a cell of a list."""
    return mark_safe(render_to_string(f"components/{name}.html", context).strip())


@dataclass(frozen=True)
class Outcome:
    """What became of one row of a bulk act."""

    thing: Any
    is_done: bool
    sentence: str


class LookUpAdmin(SilentAdmin):
    """For looking things up: nothing is added, changed or deleted here."""

    list_per_page = 50
    show_full_result_count = False
    list_before_template = "admin/desk/tabs.html"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def note_export(self, request, queryset, name):
        """The auditor sees who has taken out what, and how much of it."""
        count = queryset.count()
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr=ngettext("%(count)s row", "%(count)s rows", count) % {"count": count},
            action_flag=CHANGE,
            change_message=_("exported: %(name)s") % {"name": name},
        )

    def page(self, request, template, **context):
        frame = self.admin_site.each_context(request) | {"opts": self.opts}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, frame | context)

    def address(self, name, *args):
        opts = self.opts
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=args)


class DeskAdmin(LookUpAdmin):
    """A list narrowed by visible_to, a page per thing, and a page per act."""

    # How a key is written in an address.
    key = "uuid"
    detail_template = ""
    # Fetched for the page of one thing, besides list_select_related.
    detail_related: list[str] = []
    # What can be done to a thing, by the name that stands in the address.
    acts: Acts = Acts()
    # Likewise, without a button: the page has a form for each.
    beside: Acts = Acts()
    # Those that can be done to several at once, in the order of the list's menu; of the acts,
    # if nothing else is said.
    several: list[str] = []
    acts_on_several: Mapping[str, Act] | None = None

    def get_queryset(self, request):
        return self.narrowed(super().get_queryset(request), request.user)

    def narrowed(self, queryset, user):
        return queryset.visible_to(user)

    def get_urls(self):
        view = self.admin_site.admin_view(self.act_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        acts = path(f"<{self.key}:pk>/acts/<slug:act>/", view, name=name)
        outcomes = path(
            "outcomes/",
            self.admin_site.admin_view(self.outcomes_view),
            name=f"{self.opts.app_label}_{self.opts.model_name}_outcomes",
        )
        return [acts, outcomes, *super().get_urls()]

    def act_template(self, act):
        return "admin/desk/act.html"

    # The pages.

    def get_seen(self, request, pk):
        """The thing, if this person may know of it; otherwise 404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        queryset = self.get_queryset(request)
        if self.detail_related:
            queryset = queryset.select_related(*self.detail_related)
        thing = queryset.filter(pk=pk).first()
        if thing is None:
            raise Http404
        return thing

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.detail_template:
            self._found(request, object_id)
            return super().change_view(request, object_id, form_url, extra_context)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        thing = self._found(request, object_id)
        return self.page(
            request,
            self.detail_template,
            title=self.detail_title(thing),
            thing=thing,
            acts=self._offered(request, thing),
            neighbours=self.neighbours(request, thing.pk),
            **self.detail_context(request, thing),
        )

    def _found(self, request, object_id):
        try:
            pk = self.opts.pk.to_python(unquote(object_id))
        except Exception as error:  # whatever a mistyped key provokes
            raise Http404 from error
        return self.get_seen(request, pk)

    def detail_title(self, thing):
        return str(thing)

    def detail_context(self, request, thing):
        return {}

    def _offered(self, request, thing):
        return [
            {
                "act": offer.act,
                "is_main": offer.is_main,
                "url": self.act_address(request, thing, offer.act),
            }
            for offer in self.acts.offers(request.user, thing)
        ]

    def act_address(self, request, thing, act):
        """Where an act is asked for, which leads back to the list the page was opened from."""
        return self.address("act", thing.pk, act.name) + kept_place(request)

    def neighbours(self, request, pk):
        """What stands beside a thing in the list it was opened from; None if from none."""
        at = place_asked(request.GET)
        if at is None:
            return neighbours_by_address(request)
        narrowed, shown_by = request.GET.get(NARROWED, ""), self._list_asked(request)
        try:
            rows = shown_by.rows_in_order(request, narrowed)
        except BadRequest:
            # Of an address that was tampered with, or of another release: the page is shown.
            return None
        around = Around.read(rows, at)
        before, here, after = around.beside(pk, request.GET.get(THEN, ""))
        return Neighbours(
            previous=self._page_at(request, around, before),
            next=self._page_at(request, around, after),
            position=None if here is None else here + 1,
            total=around.total(rows),
            list_url=shown_by.address("changelist") + (f"?{narrowed}" if narrowed else ""),
            next_key=None if after is None else around.key_at(after),
        )

    def _list_asked(self, request):
        """Whose list the page was opened from: its own, or one of a proxy of its model."""
        try:
            model = apps.get_model(self.opts.app_label, request.GET.get(LIST, ""))
        except LookupError:
            return self
        is_ours = model._meta.concrete_model is self.model and self.admin_site.is_registered(
            model
        )
        other = self.admin_site.get_model_admin(model) if is_ours else self
        return other if other.has_view_permission(request) else self

    def _page_at(self, request, around, place):
        if place is None:
            return ""
        narrowed, second = request.GET.get(NARROWED, ""), request.GET.get(LIST, "")
        page = self.address("change", around.key_at(place))
        return page + place_in_list(narrowed, place, second)

    def act_view(self, request, pk, act):
        """The page of one act: GET asks, POST acts."""
        thing = self.get_seen(request, pk)
        act = self.acts.get(act) or self.beside.get(act)
        if act is None:
            raise Http404
        if not act.rule.may_ever(request.user, thing):
            raise PermissionDenied
        try:
            return self._ask_or_act(request, thing, act)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
            return redirect(self.address("change", thing.pk) + kept_place(request))

    def form_of(self, request, act, thing):
        """What the act asks, as typed so far."""
        return act.form(request.POST or None, request.FILES or None, thing=thing, act=act.name)

    def _ask_or_act(self, request, thing, act):
        acting = request.method == "POST"
        if not acting and not act.rule.is_offered(request.user, thing):
            raise act.refusal(thing)
        with self.form_with_files(request, act, thing) as form:
            done = acting and self._try_once(request, thing, act, form)
        if done:
            return done
        return self.page(
            request,
            self.act_template(act.name),
            title=act.label,
            subtitle=str(thing),
            thing=thing,
            act=act,
            form=form,
            back=self.address("change", thing.pk) + kept_place(request),
            neighbours=self.neighbours(request, thing.pk),
        )

    def _try_once(self, request, thing, act, form):
        """Where the act leads; None when it was refused, and why stands on the form."""
        if not form.is_valid():
            return None
        # Before the act, which may take the thing out of the list.
        neighbours = self.neighbours(request, thing.pk)
        try:
            done = perform(act, thing, form, by=request.user, at=now())
        except (NotAllowed, ValidationError) as refusal:
            self._keep_typed(request, thing, act, form, refusal)
            return None
        if neighbours and "and_next" in request.POST:
            # Said on another thing's page: of which.
            said = {"thing": thing, "done": act.done}
            messages.success(request, _("%(thing)s: %(done)s") % said)
            return redirect(neighbours.further)
        messages.success(request, str(act.done))
        further, own = self.after(request, thing, done), self.address("change", thing.pk)
        then = neighbours and neighbours.next_key
        return redirect(own + kept_place(request, then) if further == own else further)

    @contextmanager
    def form_with_files(self, request, act, thing):
        """The act's form, around what is done with it; a desk of things with materials keeps
        the files that were chosen in it."""
        yield self.form_of(request, act, thing)

    def _keep_typed(self, request, thing, act, form, refusal):
        """Show why not beside what was typed, unless the act is no longer open at all."""
        if isinstance(refusal, ValidationError):
            show_on(form, refusal)
            return
        as_it_is = self.get_seen(request, thing.pk)
        if isinstance(refusal, Stale) or not act.rule.is_offered(request.user, as_it_is):
            raise refusal
        form.add_error(None, str(refusal))

    def after(self, request, thing, done):
        """Where an act leads: back to the thing."""
        return self.address("change", thing.pk)

    # Several at once.

    def get_actions(self, request):
        acts = [(self.acts_on_several or self.acts)[name] for name in self.several]
        offered = {
            f"{act.name}_all": (do_to_all(act), f"{act.name}_all", act.several.label)
            for act in acts
            if act.several and self._may_do_to_several(request.user, act)
        }
        return offered | super().get_actions(request)

    def _may_do_to_several(self, user, act):
        if act.several.permission:
            return user.has_perm(act.several.permission)
        return act.rule.is_for_role(user.role)

    def response_action(self, request, queryset):
        """Refuses what cannot be the key of a row, which the database would not understand."""
        key = self.opts.pk
        try:
            for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
                key.to_python(chosen)
        except ValidationError as error:
            raise BadRequest from error
        return super().response_action(request, queryset)

    def ask_or_act_on_all(self, request, queryset, act):
        """The confirmation page of a bulk act and, confirmed, what became of each row."""
        things = list(queryset.order_by("pk")[:BULK_AT_MOST])
        offer = act.several if act.several.consequence else act
        context = {"title": offer.label, "offer": offer, "action": f"{act.name}_all"}
        typed = request.POST if "confirmed" in request.POST else None
        form = act.several.form(typed, by=request.user, things=things)
        if not form.is_valid():
            return self.page(
                request,
                "admin/desk/bulk.html",
                rows=form.rows,
                form=form,
                checkbox=ACTION_CHECKBOX_NAME,
                **context,
            )
        outcomes = [self._try(request, thing, form, act) for thing in things]
        request.session[OUTCOMES] = {
            "title": str(offer.label),
            "list": request.get_full_path(),
            "rows": [[str(o.thing.pk), str(o.thing), o.is_done, o.sentence] for o in outcomes],
        }
        # Back then leads to the list, and reloading does nothing twice.
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_outcomes")

    def outcomes_view(self, request):
        """What became of each row of the person's last bulk act; where there is none, the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kept = request.session.get(OUTCOMES)
        if kept is None:
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        key = self.opts.pk.to_python
        found = self.get_queryset(request).in_bulk([key(row[0]) for row in kept["rows"]])
        outcomes = [
            # By its name where the act has taken it out of the person's sight.
            Outcome(found.get(key(pk), name), is_done, sentence)
            for pk, name, is_done, sentence in kept["rows"]
        ]
        return self.page(
            request,
            "admin/desk/outcomes.html",
            title=kept["title"],
            outcomes=outcomes,
            back=kept["list"],
        )

    def _try(self, request, thing, form, act):
        asked = form.arguments_for(thing)
        if hasattr(thing, "version"):
            shown = request.POST.get(f"version_{thing.pk}", "")
            asked["version"] = thing.version if shown == str(thing.version) else NO_VERSION
        try:
            perform(act, thing, asked, by=request.user, at=now())
        except NotAllowed as refusal:
            return Outcome(thing, False, str(refusal))
        except ValidationError as refusal:
            return Outcome(thing, False, " ".join(refusal.messages))
        except PermissionDenied:
            return Outcome(thing, False, _("You do not have permission to do this with it."))
        return Outcome(thing, True, _("done"))


def do_to_all(act):
    """The action of a list that does an act to each of the rows that are chosen."""

    def do(admin, request, queryset):
        return admin.ask_or_act_on_all(request, queryset, act)

    return do
