"""A clerk of the window at work in a browser: files for a firm that came, then takes on."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_the_whole_way import choose_an_agent, complete

pytestmark = pytest.mark.e2e

FIRM = "广州示例当面申报有限公司"
PROJECT = "示例当面申报包装车间"
CREDIT_CODE = "91440114MADEM0995K"
QUEUE = "/admin/projects/application/"


class Hand:
    """Clicks, and counts them; what is typed counts for nothing."""

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def click(self, target):
        target = self.page.locator(target) if isinstance(target, str) else target
        self.clicks += 1
        target.first.click()


def test_a_clerk_takes_on_five_applications_in_a_row(open_as, pdf):
    """One of them filed by the clerk for a firm without an account, whose licence is checked by then.

    Clicks: 29. Before the window could file at all it was four applications with 24, six each (menu,
    row, act, agent, licence, done); the fifth firm could not be served without an account of its own.
    """
    page = open_as("window")
    number = file_for_who_came(page, pdf)
    hand = Hand(page)
    page.goto("/admin/")
    for _ in range(4):
        hand.click(f"a[href='{QUEUE}']")
        hand.click("#result_list tbody a")
        take_on(hand)
    hand.click(f"a[href='{QUEUE}']")
    hand.click(page.get_by_role("link", name=number))
    expect(page.locator("body")).to_contain_text("窗口经办人")
    take_on(hand)

    expect(page.locator("body")).to_contain_text(PROJECT)
    assert hand.clicks == 29


def file_for_who_came(page, pdf):
    page.goto("/apply/new/")
    page.fill("[name=credit_code]", CREDIT_CODE)
    page.fill("[name=name]", FIRM)
    page.fill("[name=legal_representative]", "何当面")
    page.fill("[name=contact_name]", "何当面")
    page.fill("[name=contact_mobile]", "13800138111")
    page.check("[name=licence_checked]")
    page.click("main form [type=submit] >> nth=-1")
    page.wait_for_url("**/apply/*/*/")
    return complete(page, pdf, PROJECT)


def take_on(hand):
    """Of a firm that was not verified yet with a tick for its licence."""
    page = hand.page
    hand.click(page.get_by_role("link", name="受理申报"))
    page.wait_for_url("**/acts/take_on/")
    choose_an_agent(page)
    hand.clicks += 1
    if page.locator("[name=licence_checked]").count():
        hand.click("[name=licence_checked]")
    hand.click(".desk-button-main")
    expect(page.locator("body")).to_contain_text(re.compile(r"HD2026-\d{4}"))
