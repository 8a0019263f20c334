"""The policies at the desk: which hold, what each step does, and a new version with preview."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from unfold.decorators import display

from huadu_portal.acts import Act, Acts, Rule
from huadu_portal.clock import now
from huadu_portal.errors import NotAllowed
from huadu_portal.escalation.forms import (
    PolicyForm,
    SpecialPolicyForm,
    fingerprint_of,
    step_forms,
)
from huadu_portal.escalation.models import EscalationPolicy, RecipientRole
from huadu_portal.escalation.operations import publish_policy, retire_policy
from huadu_portal.escalation.operations.effects import effect_of
from huadu_portal.escalation.placeholders import named, with_labels
from huadu_portal.escalation.subjects import course_named
from huadu_portal.notifications.models import Delivery
from huadu_portal.ui.admin import DeskAdmin

CHANGE = "escalation.change_escalationpolicy"


def may_change_policy(user, _policy):
    return user.has_perm(CHANGE)


def is_special_in_force(_user, policy):
    return bool(policy.department_id or policy.grade) and policy.replaced_at is None


POLICY_ACTS = Acts(
    Act(
        "retire",
        rule=Rule(who=(may_change_policy,), offered=(is_special_in_force,)),
        operation=retire_policy,
        label=gettext_lazy("End this special ladder"),
        consequence=gettext_lazy(
            "The general ladder holds again from the next sweep on. No notification is sent."
        ),
        done=gettext_lazy("The general ladder holds again."),
        danger=True,
    )
)


@admin.register(EscalationPolicy)
class EscalationPolicyAdmin(DeskAdmin):
    """The policies in force; a version never changes, a new one replaces it."""

    list_display = ["course_shown", "scope_shown", "version", "published_at", "steps_shown"]
    list_display_links = ["course_shown"]
    list_filter = ["course"]
    list_select_related = ["department"]
    ordering = ["course", "department__code", "grade"]
    detail_template = "admin/escalation/policy.html"
    acts = POLICY_ACTS
    detail_related = ["department", "published_by"]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<uuid:pk>/edit/", view(self.edit_view), name="escalation_policy_edit"),
            path(
                "<uuid:pk>/special/", view(self.special_view), name="escalation_policy_special"
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        request.is_list = True
        return super().changelist_view(request, extra_context)

    def narrowed(self, queryset, user):
        return queryset.visible_to(user).prefetch_related("steps")

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        # Old versions are met on the page of a policy, not in the list.
        return rows.current() if getattr(request, "is_list", False) else rows

    @display(description=gettext_lazy("subject of the reminder"), ordering="course")
    def course_shown(self, policy):
        return policy.get_course_display()

    @display(description=gettext_lazy("for whom"))
    def scope_shown(self, policy):
        return " · ".join(map(str, policy.scope))

    @display(description=gettext_lazy("rungs"))
    def steps_shown(self, policy):
        return " → ".join(map(str, policy.steps.all()))

    # One policy.

    def detail_context(self, request, policy):
        same = EscalationPolicy.objects.filter(
            course=policy.course, department=policy.department_id, grade=policy.grade
        )
        return {
            "steps": [
                (step, recipients_of(step), ways_of(step), texts_of(step))
                for step in policy.steps.all()
            ],
            "versions": same.select_related("published_by").order_by("-version"),
            "may_edit": self.may_edit(request) and policy.replaced_at is None,
        }

    def may_edit(self, request):
        return request.user.has_perm(CHANGE)

    # A new version.

    def edit_view(self, request, pk):
        """The next version of this one."""
        return self._edit(request, pk, PolicyForm)

    def special_view(self, request, pk):
        """One for a department or a grade, beginning with the steps of this one."""
        return self._edit(request, pk, SpecialPolicyForm)

    def _edit(self, request, pk, form_class):
        """GET shows the steps; POST shows what would change, and when confirmed does it."""
        policy = self.get_seen(request, pk)
        if not self.may_edit(request):
            raise PermissionDenied
        typed = form_class(request.POST or None)
        lines = step_forms(policy, request.POST or None)
        effect, seen = None, ""
        # Both are asked, so that every complaint is seen at once.
        if all([typed.is_valid(), lines.is_valid()]):
            new, steps = typed.policy(policy), lines.steps()
            seen = fingerprint_of(new, steps)
            # What has been typed since it was shown is shown first.
            if "publish" in request.POST and request.POST.get("seen") == seen:
                if done := self._publish(request, policy, new, steps, typed):
                    return redirect(self.address("change", done.pk))
            else:
                effect = effect_of(new, steps, now())
        return self.page(
            request,
            "admin/escalation/policy_edit.html",
            title=_("New version: %(ladder)s") % {"ladder": policy},
            thing=policy,
            form=typed,
            lines=lines,
            effect=effect,
            seen=seen,
            words=named(course_named(policy.course).words),
            back=self.address("change", policy.pk),
        )

    def _publish(self, request, seen, new, steps, typed):
        is_same = (new.department, new.grade) == (seen.department, seen.grade)
        try:
            done = publish_policy(
                new, steps, by=request.user, at=now(), replaces=seen if is_same else None
            )
        except ValidationError as refusal:
            typed.add_error(None, refusal)
        except NotAllowed as refusal:
            typed.add_error(None, str(refusal))
        else:
            messages.success(request, _("The new version is in force from the next sweep on."))
            return done
        return None


def recipients_of(step):
    return [RecipientRole(role).label for role in step.audience]


def texts_of(step):
    """In both languages, with words for what is put in."""
    with override("zh-hans"):
        chinese = with_labels(step.text)
    with override("en"):
        return chinese, with_labels(step.text_en)


def ways_of(step):
    return [Delivery.Channel(channel).label for channel in step.channels]
