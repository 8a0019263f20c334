"""`docs/states.md` says of statuses, acts, rungs and days what the code does."""

import re

import pytest
from django.conf import settings
from django.utils.translation import override

from approvals.acts.models import CORRECTION_PATIENCE
from approvals.acts.operations.consultations import OPINION_DAYS
from approvals.items.models import TRANSITIONS, Status
from approvals.items.rights import (
    BEFORE_DECISION,
    CENTRE,
    COUNTER,
    DEPARTMENT,
    DEPARTMENT_OWES,
    FIRM,
    ITEM_ACTS,
    R,
    is_of_own_department,
)
from approvals.supervision.operations.follow_up import EXPLANATION_DAYS, HELP_DAYS
from approvals.supervision.operations.orders import REPLY_DAYS
from approvals.supervision.operations.proposals import DECISION_DAYS
from huadu_portal.accounts.erasure import ANSWER_WITHIN
from huadu_portal.escalation.operations.packaged import packaged_policies
from huadu_portal.escalation.subjects import courses
from projects.operations.applications import ANSWER_DAYS, RETURN_PATIENCE
from projects.operations.memberships import CLAIM_DAYS

PAGE = (settings.BASE_DIR / "docs/states.md").read_text(encoding="utf-8")


def rows_below(heading):
    """The cells of the tables between a heading and the next, without the heads."""
    (section,) = re.findall(rf"^#+ {heading}$(.*?)(?=^#)", PAGE + "\n# ", re.M | re.S)
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def codes(cell):
    return re.findall(r"`(\w+)`", cell)


class TestStatuses:
    @pytest.fixture
    def rows(self):
        return {codes(row[0])[0]: row for row in rows_below("Approval item")}

    def test_all_are_there(self, rows):
        assert list(rows) == list(Status)

    @pytest.mark.parametrize(("column", "language"), [(1, "zh-hans"), (2, "en")])
    def test_they_are_called_as_on_the_pages(self, rows, column, language):
        with override(language):
            shown = {status: str(status.label) for status in Status}

        assert {status: row[column] for status, row in rows.items()} == shown

    def test_what_may_follow_is_what_the_table_of_transitions_allows(self, rows):
        said = {status: set(codes(row[5])) for status, row in rows.items()}

        assert said == {status: set(after) for status, after in TRANSITIONS.items()}


class TestActs:
    """The page is where all rights on items stand together; the rows of the acts have them."""

    FROM = {
        "a department owes something": DEPARTMENT_OWES,
        "`ready` to `suspended`": BEFORE_DECISION,
    }
    WHO = {
        "enterprise": FIRM,
        "comprehensive window": COUNTER,
        "department": DEPARTMENT,
        "center": CENTRE,
        "department head": {R.DEPARTMENT_HEAD},
        "center head": {R.CENTRE_HEAD},
        "leader": {R.LEADER},
        "agent": {R.AGENT},
        "chief officer": {R.CHIEF_OFFICER},
    }

    @pytest.fixture
    def rows(self):
        """Of each act: from which statuses, and by whom."""
        found = {}
        for acts, before, who, _demands in rows_below("Acts"):
            names = codes(acts)
            parts = before.split(";") if ";" in before else [before] * len(names)
            found |= {
                name: (part.strip(), who) for name, part in zip(names, parts, strict=True)
            }
        return found

    def test_every_one_stands_there_once(self):
        listed = [code for row in rows_below("Acts") for code in codes(row[0])]

        assert sorted(listed) == sorted(ITEM_ACTS)

    def test_they_are_done_from_the_statuses_that_their_rules_allow(self, rows):
        said = {
            name: set(self.FROM.get(before) or codes(before))
            for name, (before, _who) in rows.items()
        }

        assert said == {name: set(act.rule.statuses) for name, act in ITEM_ACTS.items()}

    def test_they_are_done_by_those_whom_their_rules_allow(self, rows):
        words = "|".join(sorted(self.WHO, key=len, reverse=True))
        said = {
            name: set().union(*(self.WHO[word] for word in re.findall(words, who)))
            for name, (_before, who) in rows.items()
        }

        assert said == {name: set(act.rule.roles) for name, act in ITEM_ACTS.items()}

    def test_the_center_is_held_to_its_own_items_where_their_rules_say_so(self, rows):
        said = {name for name, (_before, who) in rows.items() if "`own`" in who}

        assert said == {
            name for name, act in ITEM_ACTS.items() if is_of_own_department in act.rule.who
        }


def test_the_rungs_are_those_that_come_with_the_portal():
    said = {codes(row[0])[0]: codes(row[1]) for row in rows_below("Rungs")}
    packaged = packaged_policies()

    assert said == {
        course: [step["code"] for step in steps] for course, steps in packaged.items()
    }
    assert set(said) == {course.code for course in courses()}


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("OPINION_DAYS", OPINION_DAYS),
        ("ANSWER_DAYS", ANSWER_DAYS),
        ("REPLY_DAYS", REPLY_DAYS),
        ("DECISION_DAYS", DECISION_DAYS),
        ("HELP_DAYS", HELP_DAYS),
        ("EXPLANATION_DAYS", EXPLANATION_DAYS),
        ("CLAIM_DAYS", CLAIM_DAYS),
        ("ANSWER_WITHIN", ANSWER_WITHIN.days),
        ("CORRECTION_PATIENCE", CORRECTION_PATIENCE.days),
        ("RETURN_PATIENCE", RETURN_PATIENCE.days),
    ],
)
def test_days_that_we_have_chosen_are_those_of_the_code(name, days):
    (row,) = (row for row in rows_below("Limits") if name in codes(row[3]))

    assert int(re.search(r"\d+", row[1])[0]) == days
