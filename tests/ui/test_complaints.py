"""What is said of a wrong entry names the field and says what to do."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.translation import override

from huadu_portal.ui.complaints import complaints, is_only_empty

STOCK = [
    "该字段是必填项",
    "This field is required",
    "Enter a whole number",
    "Enter a valid date",
]


class Asked(forms.Form):
    name = forms.CharField(label="项目名称", max_length=3)
    days = forms.IntegerField(label="天数", min_value=1, max_value=10)
    on = forms.DateField(label="开工日期")
    kind = forms.ChoiceField(label="行业", choices=[("a", "甲")])
    file = forms.FileField(label="材料")
    agreed = forms.BooleanField(label="承诺", error_messages={"required": "请先确认承诺。"})

    def clean_kind(self):
        raise ValidationError("我们自己的话。")


def said(name, value=None):
    form = Asked({name: value} if value is not None else {})
    return complaints(form[name])


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("name", None, "请填写“项目名称”。"),
        ("days", None, "请填写“天数”。"),
        ("on", None, "请选择“开工日期”。"),
        ("kind", None, "请选择“行业”。"),
        ("file", None, "请上传“材料”的文件。"),
        ("days", "八千", "“天数”请填写阿拉伯数字，如8000。"),
        ("days", "11", "“天数”不能大于10，请重新填写。"),
        ("on", "明天", "“开工日期”请填写日期，如2026-03-05。"),
        ("kind", "b", "“行业”请从所列选项中选择。"),
        ("name", "太长的名称", "“项目名称”最多3个字符，请精简内容。"),
    ],
)
def test_a_sentence_of_django_is_replaced(name, value, sentence):
    with override("zh-hans"):
        assert said(name, value) == [sentence]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [("agreed", None, "请先确认承诺。"), ("kind", "a", "我们自己的话。")],
)
def test_a_sentence_of_our_own_stays(name, value, sentence):
    assert said(name, value) == [sentence]


def test_what_is_empty_is_told_from_what_is_wrong():
    form = Asked({"days": "八千"})

    assert is_only_empty(form["name"])
    assert not is_only_empty(form["days"])


def test_a_step_counts_what_is_empty_in_one_line():
    with override("zh-hans"):
        form = Asked({"days": "八千"})
        page = render_to_string(
            "components/form_errors.html", {"form": form, "unfinished": True}
        )

    assert "还有5项尚未填写" in page
    assert page.count("<li>") == 2
    assert "“天数”请填写阿拉伯数字" in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_form_shows_a_sentence_of_django(language):
    with override(language):
        page = render_to_string("components/fields.html", {"form": Asked({"on": "x"})})

    assert not [sentence for sentence in STOCK if sentence in page]
