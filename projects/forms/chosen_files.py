"""The one way in which forms keep the files that were chosen in them.

A page makes a ChosenFiles of its request, hands its `files` to the form, and does what the form
is for within `kept_of`. The browser's script (static/js/upload.js) sends each file
as soon as it is chosen; without it they are kept when the form comes back with an error.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

from django.core.exceptions import ValidationError
from django.core.files import File
from django.forms import BaseForm, FileField
from django.utils.datastructures import MultiValueDict

from huadu_portal.accounts.requests import SignedInRequest
from huadu_portal.clock import now
from huadu_portal.errors import NotAllowed
from projects import operations
from projects.files import CHECKED, CheckedFile
from projects.models import ChosenFile

# Ticked beside a kept file: it is not to be sent.
LEFT_OUT = "chosen-out"


class ChosenFiles:
    """What a person has chosen in the form at an address, in this request and before it."""

    def __init__(self, request: SignedInRequest, place: str = ""):
        self.request, self.place = request, place or request.path
        kept = ChosenFile.objects.visible_to(request.user).of_form(self.place)
        self.kept: dict[str, list[ChosenFile]] = defaultdict(list)
        self.left_out: list[ChosenFile] = []
        wanted = set(request.POST.getlist(LEFT_OUT))
        for each in kept:
            if str(each.pk) in wanted:
                self.left_out.append(each)
            else:
                self.kept[each.field].append(each)

    @property
    def files(self) -> MultiValueDict | None:
        """For the form: what was kept, then what comes with the request. None before it is sent."""
        if self.request.method != "POST":
            return None
        files: MultiValueDict[str, File] = MultiValueDict()
        for field, kept in self.kept.items():
            there = [each for each in kept if each.file.storage.exists(str(each.file))]
            files.setlist(field, [kept_upload(each) for each in there])
        for field, uploads in self.request.FILES.lists():
            files.setlist(field, [*files.getlist(field), *uploads])
        return files

    @contextmanager
    def kept_of(self, form: BaseForm) -> Iterator[None]:
        """Around what is done with the form: sent, its files are forgotten; refused, they are
        kept. The form has been sent when it is valid and nothing stood against it."""
        is_refused = True
        try:
            yield
            is_refused = not form.is_valid()
        finally:
            if is_refused:
                self.keep(form)
            else:
                self.forget(form)

    def keep(self, form: BaseForm) -> None:
        """Shows the form what is kept of it; after a refusal keeps the sound files first."""
        operations.forget_chosen(self.left_out)
        if self.request.method == "POST":
            for name, field in form.fields.items():
                if isinstance(field, FileField):
                    self._keep_field(form.add_prefix(name), field)
        self.show_on(form)

    def _keep_field(self, name: str, field: FileField) -> None:
        is_only = not getattr(field.widget, "allow_multiple_selected", False)
        for upload in self.request.FILES.getlist(name):
            if not hasattr(upload, CHECKED):
                continue
            try:
                chosen = operations.choose_file(
                    upload,
                    by=self.request.user,
                    at=now(),
                    place=self.place,
                    field=name,
                    is_only=is_only,
                )
            except (ValidationError, NotAllowed):
                continue
            others = [] if is_only else self.kept[name]
            self.kept[name] = [*(x for x in others if x.filename != chosen.filename), chosen]

    def show_on(self, form: BaseForm) -> None:
        """The fields list what is kept, and the browser does not insist on another file."""
        form.chosen = self  # type: ignore[attr-defined]
        for name, field in form.fields.items():
            if isinstance(field, FileField) and self.kept.get(form.add_prefix(name)):
                field.widget.use_required_attribute = lambda initial: False

    def forget(self, form: BaseForm) -> None:
        """The form has been sent; other forms of the page keep theirs."""
        sent = [self.kept.pop(name, []) for name in self._names_in(form)]
        operations.forget_chosen([*self.left_out, *chain(*sent)])

    def _names_in(self, form: BaseForm) -> list[str]:
        fields = form.fields.items()
        return [form.add_prefix(name) for name, field in fields if isinstance(field, FileField)]


def kept_upload(chosen: ChosenFile) -> File:
    """The kept file as an upload that has been judged already."""
    upload = File(chosen.file.open("rb"), name=chosen.filename)
    suffix = "." + chosen.filename.rpartition(".")[2].lower()
    checked = CheckedFile(
        chosen.filename, suffix, chosen.content_type, chosen.size, chosen.sha256
    )
    setattr(upload, CHECKED, checked)
    return upload
