"""The steps of CONTRIBUTING.md for a new field of a project lead to one that is asked for, shown, filtered and exported."""

import pytest

from tests import recipes

STEPS = recipes.steps_of("A new field of a project")


def test_the_steps_touch_one_file_and_the_tests():
    assert {step.path for step in STEPS[:-1]} == {"projects/models/fields.py"}
    assert STEPS[-1].path.startswith("tests/")


@pytest.mark.django_db
def test_carried_out_they_make_a_field_whose_tests_are_green(tmp_path):
    recipes.carry_out(STEPS, tmp_path)
    recipes.make_migrations(tmp_path, "projects")
    of_every_field = "tests/projects/test_project_fields.py"

    answer = recipes.run_tests(tmp_path, STEPS[-1].path, of_every_field)

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.count(f"PASSED {STEPS[-1].path}") == 4
