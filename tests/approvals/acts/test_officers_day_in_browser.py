"""An officer clears ten items with the keyboard alone, and what else the keys of the desk do.

Before there was a next one it took forty clicks: of each item its row, the act, the button that submits, and
the way back to the list. With keys alone it was Tab, from the top of each page: 29 presses to the first row,
25 to the main act, 24 to the button, some eighty an item. Now it takes two presses to come to the first one
and two for each: `a` asks, Ctrl+Shift+Enter does and goes on.
"""

import pytest
from playwright.sync_api import expect

from approvals.acts import operations
from approvals.models import ApprovalItem, Status
from tests.conftest import MONDAY, stock
from tests.projects.test_in_browser import (
    CHROMIUM,
    PATIENCE,
    session_of,
    window,  # noqa: F401
)

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="No Chromium."),
    pytest.mark.django_db(transaction=True),
]
TEN, TO_DECIDE = 10, 4
FEWEST_KEYS, CLICKS_BEFORE = 2 + 2 * TEN, 4 * TEN


class Hands:
    """Counts what a person does at the keyboard; a chord is one press. There is no mouse."""

    def __init__(self, page):
        self.page, self.presses = page, 0

    def press(self, *keys):
        for key in keys:
            self.presses += 1
            self.page.keyboard.press(key)

    def go(self, *keys):
        """Keys of which the last leads to another page."""
        with self.page.expect_navigation(wait_until="load", timeout=PATIENCE):
            self.press(*keys)


@pytest.fixture
def ten(project, alice, omar):
    """Six to accept and four to decide on."""
    rows = project.items.filter(approval_type__promised_days__isnull=False, whole=None)
    rows = rows.exclude(approval_type__code__startswith="HD-SV")
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:TEN])
    asked = {"status": Status.READY, "department": omar.department, "joint_case": None}
    ApprovalItem.objects.filter(pk__in=keys).update(**asked)
    items = [ApprovalItem.objects.get(pk=key) for key in keys]
    for item in items:
        stock(item, alice)
        operations.submit(item, by=alice, at=MONDAY, version=item.version)
    for item in items[:TO_DECIDE]:
        item.refresh_from_db()
        operations.accept(item, by=omar, at=MONDAY, version=item.version)
    return items


@pytest.fixture
def desk(window, client, live_server, omar, ten):  # noqa: F811
    client.force_login(omar)
    window.clear_cookies()
    window.add_cookies([session_of(client, live_server)])
    opened = window.new_page()
    opened.set_default_timeout(PATIENCE)
    return opened


def counted_by_status(items):
    found = ApprovalItem.objects.filter(pk__in=[item.pk for item in items])
    return {
        status: found.filter(status=status).count()
        for status in (Status.SUBMITTED, Status.ACCEPTED, Status.GRANTED)
    }


def test_ten_items_with_the_keyboard_alone(desk, ten):
    desk.goto("/admin/")
    hands = Hands(desk)

    hands.go("j", "Enter")
    for _ in range(TEN):
        expect(desk.locator(".neighbours")).to_contain_text(" / ")
        hands.go("a")
        hands.go("Control+Shift+Enter")

    # Six have been accepted, and four granted, in the order in which they were due.
    assert counted_by_status(ten) == {
        Status.SUBMITTED: 0,
        Status.ACCEPTED: TEN - TO_DECIDE,
        Status.GRANTED: TO_DECIDE,
    }
    assert hands.presses == FEWEST_KEYS < CLICKS_BEFORE


def test_behind_the_last_one_of_a_list_one_is_back_in_it(desk, ten):
    desk.goto("/admin/approvals/approvalitem/?tab=received")
    hands = Hands(desk)

    hands.go("k", "Enter")
    expect(desk.locator(".neighbours")).to_contain_text("6 / 6")
    hands.go("p")
    expect(desk.locator(".neighbours")).to_contain_text("5 / 6")
    hands.go("n")
    hands.go("a")
    hands.go("Control+Shift+Enter")

    assert desk.url.endswith("/admin/approvals/approvalitem/?tab=received")
    expect(desk.locator("#result_list tbody tr")).to_have_count(5)


def test_letters_are_letters_while_one_types_and_while_they_are_off(desk, ten):
    desk.goto("/admin/approvals/approvalitem/?tab=received")
    desk.locator("#result_list tbody th a").first.click()
    asked = desk.locator(".desk-acts a[href*=request_correction]")
    desk.goto(asked.get_attribute("href"))
    # The dialog begins at its first field.
    expect(desk.locator("form[data-act] :focus")).to_have_count(1)
    field = desk.locator("form[data-act] textarea").first
    field.focus()
    desk.keyboard.type("jkua?")
    expect(field).to_have_value("jkua?")
    expect(desk.locator("dialog[data-keys]")).to_be_hidden()

    desk.goto("/admin/")
    desk.keyboard.press("?")
    expect(desk.locator("dialog[data-keys]")).to_be_visible()
    desk.locator("dialog [name=keys]").uncheck()
    desk.keyboard.press("Escape")
    desk.reload()
    desk.keyboard.press("j")
    desk.keyboard.press("?")

    expect(desk.locator("dialog[data-keys]")).to_be_hidden()
    assert desk.evaluate("document.activeElement.tagName") == "BODY"
    desk.goto("/admin/approvals/approvalitem/?tab=received")
    desk.keyboard.press("/")
    assert desk.evaluate("document.activeElement.tagName") == "BODY"
    # On again by its button, which needs no letter.
    desk.locator("[data-keys-open]").click()
    desk.locator("dialog [name=keys]").check()
    desk.keyboard.press("Escape")
    desk.locator("h1").first.click()
    desk.keyboard.press("j")
    assert desk.evaluate("document.activeElement.matches('[data-rows] a')")
    desk.keyboard.press("/")
    assert desk.evaluate("document.activeElement.type") == "text"
