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

    Clicks: 23. Without a way to the next application it was 29: six for each (menu, row, act, agent,
    licence, done), and before the window could file, the fifth firm could not be served at all.
    """
    page = open_as("window")
    number = file_for_who_came(page, pdf)
    hand = Hand(page)
    page.goto("/admin/")
    hand.click(f"a[href='{QUEUE}']")
    hand.click(page.get_by_role("link", name=number))
    expect(page.locator("body")).to_contain_text("窗口经办人")
    take_on(hand)
    expect(page.locator("body")).to_contain_text(PROJECT)
    hand.click(f"a[href='{QUEUE}']")
    hand.click("#result_list tbody a")
    for _ in range(3):
        take_on(hand, leads_on=True)
    take_on(hand)

    assert hand.clicks == 23


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


def take_on(hand, leads_on=False):
    """Of a firm that was not verified yet with a tick for its licence."""
    page = hand.page
    hand.click(page.get_by_role("link", name="受理申报"))
    page.wait_for_url("**/acts/take_on/**")
    choose_an_agent(page)
    hand.clicks += 1
    if page.locator("[name=licence_checked]").count():
        hand.click("[name=licence_checked]")
    hand.click("[name=and_next]" if leads_on else ".desk-submit .desk-button-main")
    page.wait_for_url(lambda url: "/acts/take_on/" not in url)
    if not leads_on:
        expect(page.locator("body")).to_contain_text(re.compile(r"HD2026-\d{4}"))
