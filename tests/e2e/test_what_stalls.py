"""Pushing back in a browser: a reminder, an explanation, an order, its answer, a clear list.

An item of the planning bureau stalls. Its officer is reminded and explains; the ladder
escalates to a supervision order, which the officer receives and answers; the head reads the
reason in the list of what stalls, and clears it. Next morning's digest tells the rest.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

ZONE = ZoneInfo("Asia/Shanghai")
WHY = "专家组名单未定，预计下周三出具意见"
# An item of the planning bureau, from now on promised for the next working day, with the
# mornings on which its rungs fire: whatever other walks have left of the demonstration.
PICK = """
from django.db.models import F
from approvals.models import ApprovalItem
from huadu_portal.accounts.models import User
from huadu_portal.clock import civil_day, now
from huadu_portal.workdays.published import calendar
officer = User.objects.get(username="officer2")
today, days = civil_day(now()), calendar()
items = ApprovalItem.objects.running().filter(department=officer.department_id)
item = items.filter(orders=None).order_by("pk").first()
due_on = days.add(today, 1)
ApprovalItem.objects.filter(pk=item.pk).update(
    officer=officer,
    near_on=today,
    due_on=due_on,
    statutory_due_on=days.add(today, 30),
    epoch=F("epoch") + 1,
    next_rung_at=now(),
)
mornings = [days.add(due_on, n) for n in (1, 3, 4)]
print("PICKED", item.pk, item.project.name, item.approval_type.name, *mornings, sep="|")
"""


@pytest.fixture
def picked(portal):
    line = next(
        line
        for line in portal.manage("shell", "-c", PICK).splitlines()
        if line.startswith("PICKED")
    )
    _, pk, project, name, *days = line.split("|")
    mornings = [
        datetime.combine(datetime.fromisoformat(day).date(), datetime.min.time(), ZONE)
        + timedelta(hours=9, minutes=5)
        for day in days
    ]
    return pk, project, name, mornings


def test_an_item_that_stalls_is_pushed_until_it_moves(portal, open_as, picked):
    pk, project, name, (overdue, third_day, next_day) = picked
    about = re.escape(f"“{project}”的“{name}”")

    portal.clock.set(overdue)
    officer = open_as("officer2")
    arrives(officer, f"已超期：{about}", project).click()
    officer.wait_for_url(f"**/items/{pk}/")
    officer.click("a[href$='/explain/']")
    officer.fill("[name=note]", WHY)
    officer.click("main form [type=submit] >> nth=-1")
    expect(officer.locator("main")).to_contain_text(WHY)

    portal.clock.set(third_day)
    officer, head = open_as("officer2"), open_as("depthead")
    arrives(officer, f"建议督办：{about}", project)
    issue_proposed(head, project, name)
    officer.goto(f"/admin/approvals/supervisionorder/?tab=open&q={project}")
    row_of(officer, project, name).locator("a").first.click()
    act(officer, "receive")
    act(officer, "answer", text="下周三办结，已约专家")
    expect(officer.locator(".desk-facts")).to_contain_text("下周三办结，已约专家")

    stalled(head, project)
    expect(row_of(head, project, name)).to_contain_text(WHY)
    row_of(head, project, name).locator("[name=_selected_action]").check()
    head.select_option("select[name=action]", "stop_ladder_all")
    head.locator("button[name=index], [type=submit][name=index]").first.click()
    head.fill("[name=until]", next_day.date().isoformat())
    head.fill("[name=note]", "专家评审排期中")
    with head.expect_navigation():
        head.click(".desk-submit button[type=submit]")
    stalled(head, project)
    expect(row_of(head, project, name)).to_contain_text("催办暂停至")

    officer.goto(f"/admin/approvals/approvalitem/{pk}/change/")
    act(officer, "grant")
    expect(officer.locator(".desk-head h1")).to_contain_text("准予许可")
    stalled(head, project)
    expect(row_of(head, project, name)).to_have_count(0)


def test_the_digest_of_the_morning_is_one_mail(portal, open_as):
    """Whatever could wait went out in one mail for each person, at half past eight."""
    at = portal.clock.moment + timedelta(days=1)
    while at.weekday() > 4:
        at += timedelta(days=1)
    portal.clock.set(at.replace(hour=9, minute=30))
    admin = open_as("admin")
    subject = re.compile("每日|早间|汇总|摘要")
    for _ in range(40):
        admin.goto("/admin/notifications/delivery/?q=officer2")
        rows = admin.locator("#result_list tbody tr", has_text=subject)
        if rows.count():
            break
        admin.wait_for_timeout(2_000)
    rows.first.locator("a").first.click()
    expect(admin.locator("body")).to_contain_text("http://localhost")


def arrives(page, words, project):
    """Worker and beat sweep every half minute; the inbox shows it then."""
    for _ in range(60):
        page.goto(f"/notifications/?q={project}")
        found = page.locator(
            "main li, main tr, main article, main form", has_text=re.compile(words)
        )
        if found.count():
            return found.first.locator("button, a").first
        page.wait_for_timeout(2_000)
    raise AssertionError(f"no message like {words}")


def act(page, verb, **typed):
    page.click(f"a[href*='/acts/{verb}/']")
    for field, text in typed.items():
        page.fill(f"[name={field}]", text)
    page.click(".desk-submit button[type=submit]")
    page.wait_for_url("**/change/**")


def issue_proposed(head, project, name):
    head.goto(f"/admin/approvals/orderproposal/?tab=open&q={project}")
    row_of(head, project, name).locator("a").first.click()
    act(head, "issue")


def row_of(page, project, name):
    rows = page.locator("#result_list tbody tr", has_text=project)
    return rows.filter(has_text=name).first


def stalled(page, project):
    page.goto(f"/admin/approvals/stalleditem/?tab=all&q={project}")
