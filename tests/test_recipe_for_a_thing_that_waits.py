"""The steps of CONTRIBUTING.md for something else that waits lead to reminders of it, from one app alone."""

import pytest

from tests import recipes

STEPS = recipes.steps_of("A new thing that waits")


def test_the_steps_touch_four_files_of_one_app_and_the_tests():
    files = [step.path for step in STEPS]

    assert len(files) == 5
    assert {path.split("/")[0] for path in files[:-1]} == {"agents"}
    assert files[-1].startswith("tests/")


@pytest.mark.django_db
def test_carried_out_they_make_a_thing_of_which_somebody_is_reminded(tmp_path):
    recipes.carry_out(STEPS, tmp_path)
    recipes.make_migrations(tmp_path, "agents")

    answer = recipes.run_tests(tmp_path, STEPS[-1].path)

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "3 passed" in answer.stdout
