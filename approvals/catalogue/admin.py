"""The catalogue at the staff desk: what a type says, since when and why, and a new version."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from approvals.catalogue import hooks
from approvals.catalogue.forms import (
    TypeForm,
    content_typed,
    material_forms,
    version_fingerprint,
)
from approvals.catalogue.models import ApprovalType, TypeVersion
from approvals.catalogue.operations.versions import (
    CHANGE,
    FIELDS,
    VersionChange,
    cancel_version,
    changed_label,
    changes_between,
    check_content,
    check_day,
    content_of,
    publish_version,
    value_in_words,
)
from huadu_portal.acts import Act, Acts, Rule
from huadu_portal.clock import civil_day, now
from huadu_portal.errors import NotAllowed, show_on
from huadu_portal.ui.admin import DeskAdmin
from huadu_portal.workdays.templatetags.workdays import limit
from projects.models import MaterialKind


def may_change_type(user, _entry):
    return user.has_perm(CHANGE)


def has_planned_version(_user, entry):
    return entry.changes_on is not None


TYPE_ACTS = Acts(
    Act(
        "cancel_version",
        rule=Rule(who=(may_change_type,), offered=(has_planned_version,)),
        operation=cancel_version,
        label=gettext_lazy("Call off the new version"),
        consequence=gettext_lazy("The version in force goes on. No notification is sent."),
        done=gettext_lazy("The new version has been called off."),
        danger=True,
    )
)


@admin.register(ApprovalType)
class ApprovalTypeAdmin(DeskAdmin):
    """The catalogue. A type is changed by a new version, which holds from its day on."""

    list_display = ["code", "title", "department", "stage", "kind", "promised", "by_law"]
    list_display_links = ["code", "title"]
    list_filter = ["stage", "kind", "is_default", "is_joint_five"]
    search_fields = ["code", "name", "name_en", "aliases"]
    list_select_related = ["department"]
    list_per_page = 100
    detail_template = "admin/desk/approval_type.html"
    detail_related = ["department"]
    acts = TYPE_ACTS

    def narrowed(self, queryset, user):
        """The catalogue is public."""
        return queryset

    def get_urls(self):
        view = self.admin_site.admin_view(self.edit_view)
        return [path("<uuid:pk>/edit/", view, name="approval_type_edit"), *super().get_urls()]

    @display(description=gettext_lazy("approval"), ordering="name")
    def title(self, entry):
        return str(entry)

    @display(description=gettext_lazy("promised limit"), ordering="promised_days")
    def promised(self, entry):
        return limit_shown(entry.promised_days, entry.promised_unit)

    @display(description=gettext_lazy("statutory limit"), ordering="statutory_days")
    def by_law(self, entry):
        return limit_shown(entry.statutory_days, entry.statutory_unit)

    # One type.

    def detail_context(self, request, entry):
        return {
            "facts": type_facts(entry),
            "requirements": entry.requirements.select_related("kind"),
            "before": entry.prerequisites.order_by("position"),
            "versions": versions_shown(entry),
            "may_edit": self.may_edit(request),
        }

    def may_edit(self, request):
        return request.user.has_perm(CHANGE)

    def edit_view(self, request, pk):
        """GET shows what the type says; POST shows what would change, and when confirmed does it."""
        entry = self.get_seen(request, pk)
        if not self.may_edit(request):
            raise PermissionDenied
        form = TypeForm(request.POST or None, instance=entry, today=civil_day(now()))
        lines = material_forms(entry, request.POST or None)
        shown: dict = {}
        # Both are asked, so that every complaint is seen at once.
        if all([form.is_valid(), lines.is_valid()]):
            content = content_typed(entry, form, lines)
            typed = form.cleaned_data
            seen = version_fingerprint(content, typed["effective_on"], typed["replaces"])
            # What has been typed since it was shown is shown first.
            if "publish" in request.POST and request.POST.get("seen") == seen:
                if self._publish(request, entry, form, content):
                    return redirect(self.address("change", entry.pk))
            elif self._makes_sense(entry, form, content):
                shown = effect_shown(entry, content, typed["effective_on"]) | {"seen": seen}
        return self.page(
            request,
            "admin/desk/approval_type_edit.html",
            title=_("New version: %(type)s") % {"type": entry},
            thing=entry,
            form=form,
            lines=lines,
            kinds=MaterialKind.objects.all(),
            back=self.address("change", entry.pk),
            **shown,
        )

    def _makes_sense(self, entry, form, content):
        """Whether it can be shown and published; complaints stand beside their fields."""
        try:
            check_content(entry, content)
            check_day(form.cleaned_data["effective_on"], now())
            if not changes_between(content_of(entry), content):
                raise ValidationError(_("Nothing has been changed."))
        except ValidationError as refusal:
            show_on(form, refusal)
            return False
        return True

    def _publish(self, request, entry, form, content):
        typed = {name: form.cleaned_data[name] for name in ("effective_on", "note", "replaces")}
        try:
            publish_version(entry, content, by=request.user, at=now(), **typed)
        except ValidationError as refusal:
            show_on(form, refusal)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The new version has been published."))
            return True
        return False


def limit_shown(days, unit):
    return "–" if days is None else limit(days, unit)


def type_facts(entry):
    """What the type says, field by field, without what is empty."""
    fields = content_of(entry)["fields"]
    shown = [name for name in FIELDS if not name.endswith("_unit")]
    named = ((changed_label(name), value_in_words(name, fields)) for name in shown)
    return [(label, value) for label, value in named if value != "–"]


def effect_shown(entry, content, effective_on):
    """What a version would change, and what that means for the items that are going on."""
    codes = content["prerequisites"]
    return {
        "changes": changes_between(content_of(entry), content),
        "effects": [
            line
            for effects_of in hooks.effects
            for line in effects_of(entry, codes, effective_on)
        ],
    }


def versions_shown(entry):
    """The newest first, each with what it changed; one without versions has none."""
    rows = list(entry.versions.select_related("published_by", "cancelled_by"))
    shown: list[tuple[TypeVersion, list[VersionChange]]] = []
    before = None
    for row in rows:
        shown.append((row, changes_between(before.content, row.content) if before else []))
        if row.cancelled_at is None:
            before = row
    return shown[::-1]
