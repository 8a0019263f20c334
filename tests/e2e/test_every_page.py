"""Every page as its people meet it: usable by all (WCAG 2.2 AA), on a phone and on a desk."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PUBLIC = [
    "/",
    "/catalogue/",
    "/catalogue/HD-GC-01/",
    "/lookup/",
    "/verify/",
    "/verify/?number=x",
    "/privacy/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
]
# Who meets which pages; what is no address is pressed on the page before. The desk's frame is
# Unfold's, which has no <main>.
PAGES = {
    None: PUBLIC,
    "enterprise": [
        "/apply/",
        "/apply/new/",
        "/enterprise/",
        "/enterprise/register/",
        "/enterprise/join/",
        "/notifications/",
        "/notifications/?topic=owed",
        "/notifications/preferences/",
        "/accounts/email/",
        "/accounts/2fa/",
        "/accounts/password/change/",
        "/projects/",
        "a[href^='/projects/0']",
        "a[href$='/materials/']",
        "a[href^='/items/']",
        "/materials/",
        "a[href^='/materials/0']",
        "/materials/add/",
        "/projects/",
        "a[href^='/projects/0']",
        "a[href*='/commitments/']",
    ],
    "window": [
        "/admin/",
        "/admin/projects/application/",
        "/admin/approvals/approvalitem/?tab=received",
        "#result_list tbody a",
        "a[href*='/acts/request_correction/']",
    ],
    "admin": [
        "/admin/workdays/publishedyear/",
        ".desk-acts a[href$='/edit/']",
        "form:has([value='libraries']) [type=submit]",
        "/admin/accounts/department/",
        "/admin/notifications/delivery/",
        "/admin/notifications/delivery/?tab=dead",
        "#result_list tbody a",
        "/notifications/preferences/",
        "/admin/status/",
    ],
    "agent": ["/projects/", "a[href^='/projects/0']", "/notifications/"],
    "officer2": ["/notifications/"],
    "leader": ["/dashboard/", "/dashboard/?fullscreen=1", "/dashboard/rows/?of=started"],
    "depthead": [
        "/dashboard/",
        "/dashboard/rows/?of=overdue",
        "/admin/approvals/stalleditem/",
        "/admin/approvals/supervisionorder/?tab=all",
        "/admin/approvals/orderproposal/?tab=all",
        "/admin/approvals/card/scoreboard/",
        "/admin/approvals/card/",
        "#result_list tbody a",
        "a[href*='/acts/appeal/']",
    ],
    "head": [
        "/admin/approvals/helprequest/",
        "/admin/approvals/ladder/?course__exact=review",
        "#result_list tbody a",
        ".desk-acts a[href$='/edit/']",
    ],
}


@pytest.mark.parametrize("who", PAGES)
def test_everyone_can_use_every_page(portal, open_as, who):
    # The checker is a script of its own, which the pages' policy would refuse.
    page = open_as(who, bypass_csp=True)
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))

    for place in PAGES[who]:
        page.set_viewport_size(DESK)
        if place.startswith("/"):
            page.goto(place)
        else:
            page.locator(f":is(main, #main) {place}").first.click()
            page.wait_for_load_state()
        page.add_script_tag(path=AXE)
        for size in (DESK, PHONE):
            page.set_viewport_size(size)
            complaints += findings(page, size["width"])

    assert complaints == []


def findings(page, width):
    found = page.evaluate(
        "async rules => (await axe.run(document, rules)).violations"
        ".map(found => [found.id, found.nodes[0].target])",
        RULES,
    )
    seen = [(page.url, width, *violation) for violation in found]
    if empty := page.locator("[data-live]:visible").count():
        seen.append((page.url, width, "a message with nothing in it", empty))
    needed = page.evaluate("document.documentElement.scrollWidth")
    return seen + (
        [(page.url, width, "wider than the screen", needed)] if needed > width else []
    )
