"""Whatever an act asks is shown, on its page and at the desk, and looking at it changes nothing."""

import pytest

from approvals.acts.forms.acts import ReasonForm
from approvals.items.rights import ITEM_ACTS
from approvals.models import ApprovalItem, LadderStop
from tests.approvals.acts.test_forged_orders import brought_to, rows_of, senders
from tests.approvals.moments import desk_of, url_of
from tests.conftest import MONDAY, item_of

pytestmark = pytest.mark.django_db

__all__ = ["senders"]
WITH_REASON = [name for name, act in ITEM_ACTS.items() if issubclass(act.form, ReasonForm)]
# Acts that one kind of item alone knows.
OF_JOINT, OF_MILESTONE = {"set_visit", "submit"}, {"record"}


@pytest.fixture
def open_to(project, case):
    """An item to which the act is open, brought there without its history."""

    def open_to(act):
        if act in OF_JOINT:
            item = item_of(project, "HD-JG-08")
            parts = project.items.filter(approval_type__code__in=["HD-JG-02", "HD-JG-07"])
            parts.update(status="ready")
        elif act in OF_MILESTONE:
            item = item_of(project, "HD-SG-11")
        elif act == "revise":
            item = item_of(project, "HD-LX-06")
        else:
            item = item_of(project, "HD-GC-01")
        brought_to(item, sorted(ITEM_ACTS[act].rule.statuses)[0])
        if act == "extend":
            dated = {"due_on": "2025-03-10", "accepted_at": item.submitted_at}
            ApprovalItem.objects.filter(pk=item.pk).update(**dated)
        if act == "lift_stop":
            LadderStop.objects.create(
                item=item,
                reason="x",
                until="2025-03-31",
                stopped_at=MONDAY,
                stopped_by=item.project.agent,
            )
        if act == "complete_result":
            ApprovalItem.objects.filter(pk=item.pk).update(lacks_result=True)
        if act == "revise":
            ApprovalItem.objects.filter(pk=item.pk).update(submitted_at=None)
        return item

    return open_to


def missing_from(response):
    form, page = response.context["form"], response.content.decode()
    widgets = {
        name
        for field in form
        for name in {line.data["name"] for line in field.subwidgets} or {field.html_name}
    }
    return {name for name in widgets if name and f'name="{name}' not in page}


@pytest.mark.parametrize("act", ITEM_ACTS)
def test_a_page_shows_every_field_and_changes_nothing(client, open_to, senders, act):
    item = open_to(act)
    by, before = senders(act, item), rows_of(item)
    client.force_login(by)

    page = client.get(url_of(item, act))
    assert page.status_code == 200
    assert missing_from(page) == set()
    if by.is_staff:
        desk = client.get(desk_of(item, act))
        assert desk.status_code == 200
        assert missing_from(desk) == set()
    assert rows_of(item) == before


@pytest.mark.parametrize("act", WITH_REASON)
def test_an_act_that_needs_a_reason_is_not_done_without_one(client, open_to, senders, act):
    item = open_to(act)
    client.force_login(senders(act, item))
    before = rows_of(item)

    response = client.post(url_of(item, act), {"version": item.version})

    assert "note" in response.context["form"].errors
    assert rows_of(item) == before


def test_handing_in_a_whole_asks_for_its_parts_and_the_day(client, open_to, alice):
    """The control: what was once asked and not shown."""
    item = open_to("submit")
    client.force_login(alice)

    fields = client.get(url_of(item, "submit")).context["form"].fields

    assert {"parts", "commit_by"} <= set(fields)
