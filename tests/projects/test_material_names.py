"""Kinds of material have an English name, which pages in English show."""

import re

import pytest
from django.urls import reverse
from django.utils.translation import override

from approvals.catalogue import packaged
from projects import material_names
from projects.models import MaterialKind

CHINESE = re.compile(r"[\u3400-\u9fff（），、]")


def test_every_kind_of_the_catalogue_has_one():
    lacking = [
        kind.name
        for kind in packaged.material_kinds()
        if CHINESE.search(material_names.in_english(kind.name))
    ]

    assert lacking == []


def test_no_name_is_kept_for_a_kind_that_nobody_asks_for():
    asked = {kind.name for kind in packaged.material_kinds()}

    assert material_names._names().keys() - asked == set()


def test_two_kinds_have_two_names():
    names = list(material_names._names().values())

    assert [name for name in names if names.count(name) > 1] == []


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "Business licence"), ("zh-hans", "营业执照")]
)
def test_the_name_is_in_the_language_of_the_reader(language, shown):
    with override(language):
        assert str(MaterialKind(name="营业执照")) == shown


def test_a_kind_that_was_added_since_keeps_its_own_name():
    with override("en"):
        assert str(MaterialKind(name="碳排放评价表")) == "碳排放评价表"


def test_the_form_asks_for_materials_in_english(client, alice, firm, catalogue, settings):
    client.force_login(alice)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = client.get(reverse("projects:start"))

    assert "Business licence" in page.text
    assert "营业执照" not in page.text
