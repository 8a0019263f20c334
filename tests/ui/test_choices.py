"""The colors of choices: each is one that the pages know, and is found by a model's field."""

import re

import pytest
from django.conf import settings

from approvals.models import ApprovalItem, ExpiryStage, Lamp, Status
from huadu_portal.accounts.models import Department
from huadu_portal.ui import components
from huadu_portal.ui.choices import ColoredInteger, ColoredText

TEXTS = ColoredText.__subclasses__()
CHOICES = [*TEXTS, *ColoredInteger.__subclasses__()]


@pytest.mark.parametrize("choices", CHOICES, ids=lambda each: each.__qualname__)
def test_every_color_stands_in_the_style_sheet(choices):
    css = (settings.BASE_DIR / "static/css/portal.css").read_text()

    assert {each.color for each in choices} <= set(re.findall(r"\.tag-([\w-]+)", css))


def test_no_two_choices_have_the_same_values():
    """A model's field knows its choices by their values alone."""
    assert len({tuple(choices.values) for choices in TEXTS}) == len(TEXTS)


def test_a_member_is_the_value_that_is_stored():
    assert (Status("granted"), Status.GRANTED.value, str(Status.GRANTED)) == (
        Status.GRANTED,
        "granted",
        "granted",
    )
    assert (ExpiryStage(2), ExpiryStage.RENEWAL + 1) == (ExpiryStage.RENEWAL, 3)


@pytest.mark.parametrize("status", [Status.GRANTED, "granted"])
def test_a_field_is_shown_in_the_color_of_its_value(status):
    item = ApprovalItem(status=status)

    shown = components.tag_of(item, "status")

    assert shown == '<span class="tag tag-green">准予许可</span>'


def test_a_field_of_choices_without_colors_is_neutral():
    department = Department(kind=Department.Kind.CENTRE)

    shown = components.tag_of(department, "kind")

    assert 'class="tag tag-neutral"' in shown


def test_a_member_is_shown_in_its_color():
    shown = components.tag(Lamp.DEEP_RED)

    assert shown.startswith('<span class="tag tag-deep-red">')
