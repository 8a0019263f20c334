"""Noting something among staff: an act beside the acts on an item or an application, which leaves
no event and is at the desk alone."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from approvals.acts.forms.internal_notes import InternalNoteForm
from approvals.acts.operations.internal_notes import WRITERS, note_internally
from huadu_portal.acts import Act, Acts, Rule


@dataclass(frozen=True)
class NoteAct(Act):
    def is_visible(self, thing: Any, by: Any) -> bool:
        return type(thing).objects.visible_to(by).filter(pk=thing.pk).exists()


NOTE = NoteAct(
    "note_internally",
    rule=Rule(frozenset(WRITERS)),
    operation=note_internally,
    form=InternalNoteForm,
    label=_("Add an internal note"),
    consequence=_(
        "Staff alone read it, no firm does. It cannot be changed. Nobody is notified."
    ),
    done=_("The internal note has been added."),
)
NOTE_ACTS = Acts(NOTE)


def notes_on(thing: Any, user: Any, url: str) -> dict[str, Any]:
    """For the page of an item or an application at the desk; `url`: where a note is sent."""
    may_note = NOTE.rule.is_offered(user, thing)
    return {
        "internal_notes": thing.internal_notes.visible_to(user).select_related("by"),
        "note": {"act": NOTE, "form": NOTE.form(thing=thing), "url": url} if may_note else None,
    }
