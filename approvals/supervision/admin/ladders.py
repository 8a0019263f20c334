"""The ladders at the desk: which hold, what each rung does, and a new version with preview."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from approvals.supervision.forms import (
    LadderForm,
    SpecialLadderForm,
    fingerprint_of,
    rung_forms,
)
from approvals.supervision.models import Hearer, Ladder
from approvals.supervision.operations.ladder_effects import effect_of
from approvals.supervision.operations.ladders import WORDS, WORDS_OF_ITEM, publish, retire
from huadu_portal.clock import now
from huadu_portal.errors import NotAllowed
from huadu_portal.notifications.models import Delivery
from huadu_portal.ui.admin import ConfirmForm, DeskAdmin, Door

RETIRE = Door(
    ConfirmForm,
    retire,
    gettext_lazy("End this special ladder"),
    gettext_lazy(
        "The general ladder holds again from the next sweep on. Nobody is written to."
    ),
    gettext_lazy("The general ladder holds again."),
    danger=True,
)


@admin.register(Ladder)
class LadderAdmin(DeskAdmin):
    """The ladders in force; a version never changes, a new one replaces it."""

    list_display = ["course_shown", "scope_shown", "version", "published_at", "rungs_shown"]
    list_display_links = ["course_shown"]
    list_filter = ["course"]
    list_select_related = ["department"]
    ordering = ["course", "department__code", "grade"]
    detail_template = "admin/desk/ladder_version.html"
    detail_related = ["department", "published_by"]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/edit/", view(self.edit_view), name="approvals_ladder_edit"),
            path(
                "<uuid:pk>/special/", view(self.special_view), name="approvals_ladder_special"
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        request.is_list = True
        return super().changelist_view(request, extra_context)

    def narrowed(self, queryset, user):
        return queryset.visible_to(user).prefetch_related("rungs")

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        # Old versions are met on the page of a ladder, not in the list.
        return rows.current() if getattr(request, "is_list", False) else rows

    @display(description=gettext_lazy("matter waited for"), ordering="course")
    def course_shown(self, ladder):
        return ladder.get_course_display()

    @display(description=gettext_lazy("for whom"))
    def scope_shown(self, ladder):
        return " · ".join(map(str, ladder.scope))

    @display(description=gettext_lazy("rungs"))
    def rungs_shown(self, ladder):
        return " → ".join(map(str, ladder.rungs.all()))

    # One ladder.

    def detail_context(self, request, ladder):
        same = Ladder.objects.filter(
            course=ladder.course, department=ladder.department_id, grade=ladder.grade
        )
        return {
            "rungs": [(rung, hearers_of(rung), ways_of(rung)) for rung in ladder.rungs.all()],
            "versions": same.select_related("published_by").order_by("-version"),
            "may_edit": self.may_edit(request) and ladder.replaced_at is None,
        }

    def may_edit(self, request):
        return request.user.has_perm("approvals.change_ladder")

    def doors(self):
        return {"retire": RETIRE}

    def may_ever(self, user, act, ladder):
        return user.has_perm("approvals.change_ladder")

    def may_now(self, user, act, ladder):
        is_special = bool(ladder.department_id or ladder.grade)
        return is_special and ladder.replaced_at is None and self.may_ever(user, act, ladder)

    # A new version.

    def edit_view(self, request, pk):
        """The next version of this one."""
        return self._edit(request, pk, LadderForm)

    def special_view(self, request, pk):
        """One for a department or a grade, beginning with the rungs of this one."""
        return self._edit(request, pk, SpecialLadderForm)

    def _edit(self, request, pk, form_class):
        """GET shows the rungs; POST shows what would change, and when confirmed does it."""
        ladder = self.get_seen(request, pk)
        if not self.may_edit(request):
            raise PermissionDenied
        typed = form_class(request.POST or None)
        lines = rung_forms(ladder, request.POST or None)
        effect, seen = None, ""
        # Both are asked, so that every complaint is seen at once.
        if all([typed.is_valid(), lines.is_valid()]):
            new, rungs = typed.ladder(ladder), lines.rungs()
            seen = fingerprint_of(new, rungs)
            # What has been typed since it was shown is shown first.
            if "publish" in request.POST and request.POST.get("seen") == seen:
                if done := self._publish(request, ladder, new, rungs, typed):
                    return redirect(self.address("change", done.pk))
            else:
                effect = effect_of(new, rungs, now())
        return self.page(
            request,
            "admin/desk/ladder_edit.html",
            title=_("New version: %(ladder)s") % {"ladder": ladder},
            thing=ladder,
            form=typed,
            lines=lines,
            effect=effect,
            seen=seen,
            told=sorted(effect.told_at_once.items()) if effect else [],
            words=sorted(WORDS.get(ladder.course, WORDS_OF_ITEM)),
            back=self.address("change", ladder.pk),
        )

    def _publish(self, request, seen, new, rungs, typed):
        is_same = (new.department, new.grade) == (seen.department, seen.grade)
        try:
            done = publish(
                new, rungs, by=request.user, at=now(), replaces=seen if is_same else None
            )
        except ValidationError as refusal:
            typed.add_error(None, refusal)
        except NotAllowed as refusal:
            typed.add_error(None, str(refusal))
        else:
            messages.success(request, _("The new version is in force from the next sweep on."))
            return done
        return None


def hearers_of(rung):
    return [Hearer(hearer).label for hearer in rung.audience]


def ways_of(rung):
    return [Delivery.Channel(channel).label for channel in rung.channels]
