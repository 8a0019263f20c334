"""How much of a screen and of a sheet the pages take: on a phone, at a desk, on paper."""

import io

import pikepdf
import pytest

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
# Pixels: two lines of 20, the margins of a cell, and a badge between them.
TWO_LINES = 66
LISTS = {
    "window": [
        "/admin/approvals/approvalitem/?tab=all",
        "/admin/projects/project/?tab=all",
        "/admin/projects/application/?tab=all",
        "/admin/approvals/certificate/",
    ],
    "officer": ["/admin/approvals/approvalitem/", "/admin/"],
    "depthead": ["/admin/approvals/stalleditem/", "/admin/approvals/card/?tab=all"],
    "security": ["/admin/accounts/user/"],
    "head": ["/admin/escalation/reminder/", "/admin/approvals/supervisionorder/?tab=all"],
}
# What is wider than its place, and headings that stand on their side.
CUT = """() => [...document.querySelectorAll("#main *")].filter((each) =>
  each.clientWidth > 50 && each.scrollWidth > each.clientWidth + 2
  && getComputedStyle(each).overflowX !== "visible").map((each) => each.className)"""
TALL = """() => [...document.querySelectorAll("#result_list thead th")].filter((each) =>
  each.getBoundingClientRect().height > 90).map((each) => each.innerText)"""


def in_language(page, language):
    page.context.add_cookies([{"name": "django_language", "value": language, "url": page.url}])
    page.reload()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("who", [None, "enterprise"])
def test_the_head_takes_less_than_a_fifth_of_a_phone(portal, open_as, who, elder, language):
    page = open_as(who, viewport=PHONE)
    page.goto("/catalogue/")
    if elder:
        page.context.add_cookies([{"name": "elder", "value": "1", "url": page.url}])
    in_language(page, language)

    assert page.locator(".site-header").bounding_box()["height"] < PHONE["height"] / 5
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_message_stands_on_the_first_screen_of_a_phone(portal, open_as):
    page = open_as("enterprise", viewport=PHONE)
    page.goto("/notifications/")

    message = page.locator(".message-list > li").first.bounding_box()
    assert message["y"] + message["height"] < PHONE["height"]
    assert page.locator("[role=search]").is_hidden()
    page.locator(".fold > summary").click()
    assert page.locator("[role=search]").is_visible()


def test_figures_stand_before_the_filters_of_a_phone(portal, open_as):
    page = open_as("leader", viewport=PHONE)
    page.goto("/dashboard/")

    assert page.locator(".filters").is_hidden()
    assert page.locator(".headline").first.bounding_box()["y"] < PHONE["height"] / 2
    page.goto("/dashboard/?industry=food")
    assert page.locator(".filters").is_visible()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("who", LISTS)
def test_a_list_at_the_desk_shows_whole_columns(portal, open_as, who, language):
    page = open_as(who, viewport=DESK)
    page.goto("/admin/")
    in_language(page, language)
    wrong = []
    for address in LISTS[who]:
        page.goto(address)
        wrong += [(address, each) for each in page.evaluate(CUT) + page.evaluate(TALL)]

    assert wrong == []


def test_an_item_takes_two_lines_of_an_officers_list(portal, open_as):
    page = open_as("officer", viewport=DESK)
    page.goto("/admin/approvals/approvalitem/")

    rows = page.locator("#result_list tbody tr")
    heights = rows.evaluate_all("rows => rows.map((row) => row.getBoundingClientRect().height)")
    assert heights
    assert max(heights) < TWO_LINES


def test_the_other_materials_of_a_correction_are_folded_away(portal, open_as):
    page = open_as("enterprise", viewport=PHONE)
    page.goto("/projects/")
    page.locator("main table a", has_text="锦华食品二期").first.click()
    page.locator("main a[href$='/resubmit/']").first.click()

    assert page.locator(".point .file-drop").first.is_visible()
    assert page.locator("details .file-drop").first.is_hidden()
    page.locator("details > summary.points-title").click()
    assert page.locator("details .file-drop").first.is_visible()


@pytest.mark.parametrize(
    ("who", "steps", "sheets"),
    [
        ("enterprise", ["/projects/", "main table a"], 8),
        ("enterprise", ["/projects/", "main table a", "main .stage a.item-name"], 3),
        ("officer2", ["/admin/approvals/approvalitem/", "#result_list tbody a"], 2),
        ("enterprise", ["/catalogue/HD-LX-03/"], 2),
        ("leader", ["/dashboard/"], 7),
    ],
)
def test_a_page_is_printed_whole_on_few_sheets(portal, open_as, who, steps, sheets):
    page = open_as(who, viewport=DESK)
    for step in steps:
        if step.startswith("/"):
            page.goto(step, wait_until="networkidle")
        else:
            page.locator(step).first.click()
            page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    # The breadth of A4 within the margins, in pixels of CSS.
    page.set_viewport_size({"width": 680, "height": 1000})

    cut = page.evaluate("document.documentElement.scrollWidth") - 680
    with pikepdf.open(io.BytesIO(page.pdf(format="A4"))) as printed:
        assert (len(printed.pages) <= sheets, cut <= 0) == (True, True)
