"""The rows that describe a project fit its fields: none is forgotten, each is asked for, shown and read in words."""

import pytest
from django.db import models

from projects.forms import STEPS
from projects.models import (
    EXPORTED,
    FILTERS,
    PROJECT_FIELDS,
    Application,
    FieldGroup,
    Project,
    names_in,
)

pytestmark = pytest.mark.django_db


def shown(facts):
    return {str(fact.label): str(fact.value) for fact in facts}


def test_every_field_of_the_description_has_a_row():
    described = {*Project.description_fields(), "investment_wan"}

    assert set(PROJECT_FIELDS) == described


def test_every_field_but_what_is_computed_is_asked_for_once():
    asked = [name for step in STEPS for name in step.names if name in PROJECT_FIELDS]

    assert (
        sorted(asked) == sorted(Project.description_fields()) == sorted(names_in(*FieldGroup))
    )


@pytest.mark.parametrize("model", [Project, Application])
def test_lists_are_narrowed_by_fields_with_few_values(model):
    fields = [model._meta.get_field(name) for name in FILTERS]

    assert all(field.choices or isinstance(field, models.BooleanField) for field in fields)


def test_every_column_of_the_export_is_a_field_of_a_project():
    assert {*EXPORTED} <= {field.name for field in Project._meta.fields}


def test_a_fact_is_read_in_words_and_what_is_not_stated_is_left_out(project):
    project.with_design_scheme, project.energy_tce = True, None

    facts = shown(project.desk_facts)

    assert facts["产业"] == "食品"
    assert facts["土地带设计方案出让"] == "是"
    assert facts["已完成区域评估"] == "否"
    assert "年综合能源消费量" not in facts


def test_the_projects_page_says_what_its_investment_is_the_sum_of(project):
    facts = {str(fact.label): fact.value for fact in project.facts}

    assert facts["总投资"] == facts["固定资产投资"] + facts["铺底流动资金"]


def test_the_projects_page_says_less_than_the_desk(project):
    page, desk = shown(project.facts), shown(project.desk_facts)

    assert page.items() < desk.items()
    assert "资金来源" in desk.keys() - page.keys()
