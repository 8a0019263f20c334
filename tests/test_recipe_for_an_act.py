"""The steps of CONTRIBUTING.md for a new act lead to one: carried out in a copy of the tree, its tests are green."""

import pytest

from tests import recipes

STEPS = recipes.steps_of("A new act on items")


def test_the_steps_touch_four_files_and_the_tests():
    files = [step.path for step in STEPS]

    assert len(files) == 5
    assert [path.startswith("tests/") for path in files] == [False] * 4 + [True]


@pytest.mark.django_db
def test_carried_out_they_make_an_act_whose_tests_are_green(tmp_path):
    recipes.carry_out(STEPS, tmp_path)
    of_every_act = "tests/approvals/acts/test_act_pages.py::test_a_page_shows_every_field_and_changes_nothing"

    answer = recipes.run_tests(tmp_path, STEPS[-1].path, f"{of_every_act}[note_call]")

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "6 passed" in answer.stdout
