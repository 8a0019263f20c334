"""The steps of CONTRIBUTING.md for a new dashboard figure lead to one on the page, in the API, and with a list behind it."""

import pytest

from tests import recipes

STEPS = recipes.steps_of("A new dashboard figure")


def test_the_steps_touch_two_files_and_the_tests():
    files = [step.path for step in STEPS]

    assert len(files) == 3
    assert [path.startswith("tests/") for path in files] == [False, False, True]


@pytest.mark.django_db
def test_carried_out_they_make_a_figure_whose_tests_are_green(tmp_path):
    recipes.carry_out(STEPS, tmp_path)

    answer = recipes.run_tests(tmp_path, STEPS[-1].path)

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "2 passed" in answer.stdout
