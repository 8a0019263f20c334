"""The rows of a list at the desk: what a cell shows, where its first column leads."""

import re

import pytest

from projects.models import Enterprise

pytestmark = pytest.mark.django_db

LIST = "/admin/approvals/approvalitem/"


@pytest.fixture
def desk(client, omar):
    client.force_login(omar)
    return client


def cells(page: str, column: str) -> list[str]:
    return re.findall(rf'<t[dh][^>]*class="field-{column}"[^>]*>(.*?)</t[dh]>', page)


def test_a_column_of_a_function_is_shown_like_one_of_a_name(desk, accepted):
    page = desk.get(LIST, {"tab": "review"}).content.decode()

    assert [len(cells(page, name)) for name in ("state", "lamp", "days")] == [1, 1, 1]
    assert "正常" in cells(page, "lamp")[0]
    # It breaks after the comma alone.
    assert cells(page, "days") == ["已用 4 天，余 6 天".replace(" ", "\N{NO-BREAK SPACE}")]


def test_the_first_column_leads_to_the_thing_and_back_to_the_list_as_it_was(desk, accepted):
    page = desk.get(LIST, {"tab": "review"}).content.decode()

    [first] = cells(page, "project_name")
    there = f"{LIST}{accepted.pk}/change/?_changelist_filters=tab%3Dreview&amp;at=0"
    assert f'href="{there}"' in first


def test_every_cell_names_its_column_for_the_phone(desk, accepted):
    page = desk.get(LIST, {"tab": "review"}).content.decode()

    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert row.count("<td") + row.count("<th") == row.count("data-label=") == 10
    assert 'data-label=""' not in row


def test_a_row_can_be_chosen_and_says_which_it_is(desk, accepted):
    page = desk.get(LIST, {"tab": "review"}).content.decode()

    [box] = re.findall(r"<input[^>]*action-select[^>]*>", page)
    assert f'value="{accepted.pk}"' in box
    assert f'aria-label="{accepted}"' in box


def test_what_people_typed_is_text(client, wei, accepted, firm):
    Enterprise.objects.filter(pk=firm.pk).update(name="<script>alert(1)</script>")
    client.force_login(wei)

    page = client.get("/admin/projects/project/", {"tab": "all"}).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_empty_list_says_so(desk, accepted):
    page = desk.get(LIST, {"tab": "suspended"}).content.decode()

    assert "<tbody>" not in page
    assert "result_list" not in page


def test_a_list_of_many_rows_has_a_class_a_cell(client, wei, project):
    """The theme's own rows are four times as long."""
    client.force_login(wei)

    page = client.get(LIST, {"tab": "all"}).content.decode()

    rows = page[page.index("<tbody>") : page.rindex("</tbody>")]
    assert len(rows) / rows.count("<tbody>") < 2_000
