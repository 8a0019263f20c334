"""What an act asks on a page or at the desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms


class ActForm(forms.Form):
    """What an act asks; of a thing with versions also which one the person saw.

    `act`: the name of the act, for forms that several acts share.
    """

    def __init__(self, *args: Any, thing: Any = None, act: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.thing, self.act = thing, act

    def arguments(self, *, by: Any, at: datetime) -> dict[str, Any]:
        """What the operation is asked with. Stores what comes with the act as a file: called
        within the act's transaction, once nothing stands against it."""
        return dict(self.cleaned_data)


class VersionForm(ActForm):
    """The version is what `perform` compares with the thing that it has locked."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, thing: Any, **kwargs: Any):
        kwargs["initial"] = {"version": thing.version} | (kwargs.get("initial") or {})
        super().__init__(*args, thing=thing, **kwargs)


class SeveralForm(forms.Form):
    """What an act asks once for several things; nothing, if nothing is added."""

    def __init__(self, *args: Any, by: Any, things: Sequence[Any] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.by, self.things = by, things

    def beside(self, thing: Any) -> forms.BoundField | None:
        """What is asked of this one alone, in its row; None where nothing is."""
        return None

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField | None]]:
        return [(thing, self.beside(thing)) for thing in self.things]

    @property
    def asked_of_all(self) -> list[forms.BoundField]:
        in_rows = {field.name for _thing, field in self.rows if field}
        return [field for field in self.visible_fields() if field.name not in in_rows]

    def arguments_for(self, thing: Any) -> dict[str, Any]:
        """What the operation is asked with for one of them."""
        return dict(self.cleaned_data)
