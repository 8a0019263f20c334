"""How a year's notice is typed, handed in and confirmed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from huadu_portal.workdays import files, rules
from huadu_portal.workdays.notices import WORKED, Notice, Span

OFF, WORK = "off", "work"


class SourceForm(forms.Form):
    source = forms.CharField(
        label=_("notice"),
        max_length=rules.LONGEST_SOURCE,
        help_text=_("Title and number of the State Council's notice."),
    )


class SpanForm(forms.Form):
    """One line of the notice: days in a row that are off, or worked in exchange."""

    start = forms.DateField(label=_("first day"))
    end = forms.DateField(label=_("last day"), required=False)
    kind = forms.ChoiceField(
        label=_("these days are"),
        choices=[(OFF, _("days off")), (WORK, _("working days"))],
        initial=OFF,
    )
    name = forms.CharField(
        label=_("holiday"), max_length=rules.LONGEST_NAME, required=False, strip=True
    )

    def clean(self):
        super().clean()
        typed = self.cleaned_data
        start, end = typed.get("start"), typed.get("end") or typed.get("start")
        if start and end and not (start <= end and start.year == end.year):
            self.add_error(
                "end",
                _(
                    "The last day must not be before the first day and must "
                    "be in the same year."
                ),
            )
        if typed.get("kind") == OFF and not typed.get("name"):
            self.add_error("name", _("Which holiday is it?"))
        return typed

    def span(self) -> Span:
        typed = self.cleaned_data
        is_workday = typed["kind"] == WORK
        name = typed["name"] or WORKED
        return Span(typed["start"], typed["end"] or typed["start"], is_workday, name)


# A notice has about a dozen lines; six more can be added at a time.
SpanFormSet = forms.formset_factory(SpanForm, extra=6, can_delete=True, max_num=60)


class NoticeForms:
    """The whole notice as a table of lines, filled in with what is known of the year."""

    def __init__(self, known: Notice, data: Mapping[str, str] | None = None):
        self.year = known.year
        self.source = SourceForm(data, initial={"source": known.source})
        lines = [
            {
                "start": span.start,
                "end": span.end,
                "kind": WORK if span.is_workday else OFF,
                "name": span.name,
            }
            for span in known.spans()
        ]
        self.lines = SpanFormSet(data, initial=lines, prefix="lines")
        self.complaints: list[str] = []

    def notice(self) -> Notice | None:
        """What was typed, if it can be a notice; otherwise the forms say why not."""
        if not (self.source.is_valid() & self.lines.is_valid()):
            return None
        left_out = self.lines.deleted_forms
        typed = [
            form for form in self.lines.forms if form.cleaned_data and form not in left_out
        ]
        source = self.source.cleaned_data["source"]
        notice = Notice.of(self.year, source, [form.span() for form in typed])
        try:
            rules.check_notice(notice)
        except ValidationError as error:
            self.complaints = error.messages
            return None
        return notice


class YearForm(forms.Form):
    """A notice of one year, however it comes; the page says which."""

    def __init__(self, *args: Any, year: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.year = year

    def of_the_year(self, name: str, content: bytes) -> Notice:
        for notice in files.read_notice_file(name, content):
            if notice.year == self.year:
                return notice
        raise ValidationError(_("%(year)s is not in this file."), params={"year": self.year})


class FileForm(YearForm):
    file = forms.FileField(
        label=_("file"),
        help_text=_(
            "TOML, YAML or CSV; the calendar in force can be downloaded as an example."
        ),
        widget=forms.FileInput(attrs={"accept": ".toml,.yaml,.yml,.csv"}),
    )

    def clean_file(self) -> Notice:
        upload = self.cleaned_data["file"]
        # One byte more than may be, so that a larger file is known as one.
        return self.of_the_year(upload.name, upload.read(files.MOST_BYTES + 1))


class ProposalForm(YearForm):
    """What a preview carries on: the notice itself, and what was seen of its effects."""

    notice = forms.CharField(widget=forms.HiddenInput, max_length=files.MOST_BYTES)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    page = forms.IntegerField(min_value=1, required=False)

    def clean_notice(self) -> Notice:
        return self.of_the_year("notice.csv", self.cleaned_data["notice"].encode())
