"""A joint case of Alice's project (五证联办)."""

import pytest

from approvals.joint import operations
from approvals.models import ApprovalItem, JointBundle
from huadu_portal.accounts.models import User
from tests.approvals.moments import five, pass_all
from tests.conftest import MONDAY, person, stock


@pytest.fixture
def bundle(catalogue):
    return JointBundle.objects.get(code="industrial-five")


@pytest.fixture
def officers(omar, catalogue):
    """An officer of each department of the five, by the department's key."""
    found = {omar.department_id: omar}
    for item in ApprovalItem.objects.filter(approval_type__is_joint_five=True):
        if item.department_id not in found:
            code = item.department.code
            found[item.department_id] = person(f"of_{code}", User.Role.OFFICER, code)
    return found


@pytest.fixture
def case(project, bundle, alice):
    return operations.open_case(project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=True)


@pytest.fixture
def passed(case, project, officers, alice):
    """All five opinions are favourable, all materials are there."""
    for item in five(project).values():
        stock(item, alice)
    pass_all(case, officers)
    return case
