"""A joint case of Alice's project (五证联办), and an item with a commitment."""

from datetime import date

import pytest

from approvals.acts import operations as acts
from approvals.joint import operations
from approvals.models import ApprovalItem, JointBundle
from huadu_portal.accounts.models import User
from tests.approvals.moments import five, meet, pass_all
from tests.conftest import MONDAY, person, stock

BY = date(2025, 4, 8)


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
def passed(case, project, officers, alice, wei):
    """All five opinions are favourable, all materials and what comes before the land there."""
    meet(project, wei)
    for item in five(project).values():
        stock(item, alice)
    pass_all(case, officers)
    return case


# The Tuesday after Qingming, whose Friday is a day off.


@pytest.fixture
def promise(item, alice):
    """One material may follow later; Alice hands the item in and promises it."""
    documents = stock(item, alice)
    documents[0].delete()
    item.approval_type.requirements.filter(kind=documents[0].kind).update(is_tolerable=True)
    acts.submit(item, by=alice, at=MONDAY, version=item.version, commit_by=BY)
    return item.commitments.get()


@pytest.fixture
def accepted_item(promise, omar):
    item = promise.item
    item.refresh_from_db()
    return acts.accept(item, by=omar, at=MONDAY, version=item.version)
