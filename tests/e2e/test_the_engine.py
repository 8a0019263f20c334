"""The approvals engine in a browser: five certificates jointly, a correction, a stop.

A firm begins a joint case; five officers give their opinions, one of them sends the item
back; the window registers the land; the certificates are granted in their legal order. An
item is corrected, accepted, and its clock stops and runs on. Every paper opens as a PDF.
"""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

PROJECT = "示例座椅骨架智造车间"
# In the order in which the law lets them be granted, with who grants them.
FIVE = [
    ("建设用地规划许可证核发", "officer2"),
    ("国有建设用地使用权首次登记", "officer-registry"),
    ("人防工程报建", "officer-housing"),
    ("建设工程规划许可证核发", "officer2"),
    ("建筑工程施工许可证核发", "officer-housing"),
]
SOIL = "水土保持方案"
DAY = re.compile(r"20\d\d-\d\d-\d\d")


@pytest.fixture
def people(portal, open_as):
    """Each signs in once. The demo gives these two no password; a walk needs them."""
    usernames = ["officer-registry", "officer-housing"]
    portal.manage(
        "shell",
        "-c",
        "from huadu_portal.accounts.models import User\n"
        f"for user in User.objects.filter(username__in={usernames}):\n"
        f"    user.set_password({portal.password!r}); user.save()\n",
    )
    pages = {}

    def page_of(username, *, again=False):
        if again or username not in pages:
            pages[username] = open_as(username)
        return pages[username]

    return page_of


def test_five_certificates_jointly(people, pdf):
    firm, window = people("enterprise2"), people("window")
    case = begin(firm)
    for name, officer in FIVE:
        if name.startswith("建设工程规划"):
            send_back_and_mend(people(officer), firm, name)
        give_opinion(people(officer), name)
    bring_materials(firm, pdf)
    register_the_land(window, case, pdf)

    refused_out_of_order(people("officer-housing"))
    for name, officer in FIVE:
        grant(people(officer), name)

    firm.goto(case)
    expect(firm.locator("h1")).to_contain_text("全部办结")


def test_a_correction_and_a_stop_that_moves_the_date(portal, people, pdf):
    firm, officer = people("enterprise2"), people("officer")
    at_desk(officer, SOIL)
    act(officer, "request_correction", missing="防治责任范围图未加盖公章")
    open_item(firm, SOIL)
    expect(firm.locator("main")).to_contain_text("防治责任范围图未加盖公章")
    firm.click("a[href$='/resubmit/']")
    firm.fill("[name=point_1_text]", "已加盖公章")
    firm.click("main form [type=submit] >> nth=-1")
    expect(firm.locator("main")).to_contain_text("已收件")
    at_desk(officer, SOIL)
    act(officer, "accept")
    before = promised(firm)

    at_desk(officer, SOIL)
    officer.click("a[href*='/acts/suspend/']")
    officer.select_option("[name=ground]", "expert_review")
    officer.fill("[name=expected_days]", "3")
    with officer.expect_response(is_kept):
        officer.set_input_files("[name=file]", pdf("特别程序告知书（盖章）.pdf"))
    officer.click(".desk-button-main")
    officer.wait_for_url("**/change/**")
    expect(officer.locator("body")).to_contain_text("特别程序")
    portal.let_pass(timedelta(days=3))
    # Days later their sessions have ended.
    officer, firm = people("officer", again=True), people("enterprise2", again=True)
    at_desk(officer, SOIL)
    act(officer, "resume")

    # Stopped from Tuesday until Friday: three working days.
    assert promised(firm) == before + timedelta(days=3)


def test_every_paper_opens(people):
    firm = people("enterprise2")
    firm.goto("/projects/")
    firm.get_by_role("link", name=PROJECT).first.click()
    expect(firm.locator("#papers")).to_be_visible()
    papers = {
        link.get_attribute("href"): link.inner_text()
        for link in firm.locator("#papers a[href*='/papers/']").all()
    }
    assert {"五证联办告知书", "补正一次性告知书"} <= set(papers.values())
    for address in papers:
        answer = firm.request.get(address)
        assert answer.ok, address
        assert answer.body().startswith(b"%PDF")


def begin(page):
    page.goto("/projects/")
    page.get_by_role("link", name=PROJECT).first.click()
    page.get_by_role("link", name="五证联办").first.click()
    page.check("[name=bundle] >> nth=0")
    page.check("[name=risk_accepted]")
    page.click("main form [type=submit] >> nth=-1")
    expect(page.locator("h1")).to_contain_text("预审")
    return page.url


def at_desk(page, name):
    page.goto(f"/admin/approvals/approvalitem/?tab=all&q={PROJECT}")
    page.locator("#result_list tbody tr", has_text=name).first.locator("a").first.click()
    expect(page.locator(".desk-head h1")).to_contain_text(name)


def act(page, verb, **typed):
    page.click(f"a[href*='/acts/{verb}/']")
    for field, text in typed.items():
        page.fill(f"[name={field}]", text)
    page.click(".desk-submit button[type=submit]")
    page.wait_for_url("**/change/**")


def give_opinion(page, name):
    at_desk(page, name)
    act(page, "pre_approve", note="符合控制性详细规划和有关规范")
    expect(page.locator(".desk-head h1")).to_contain_text("预审通过")


def send_back_and_mend(officer, firm, name):
    at_desk(officer, name)
    act(officer, "pre_object", note="总平面图未标注红线坐标")
    open_item(firm, name)
    expect(firm.locator("main")).to_contain_text("总平面图未标注红线坐标")
    firm.click("a[href$='/revise/']")
    firm.fill("[name=note]", "已补充红线坐标")
    firm.click("main form [type=submit] >> nth=-1")
    expect(firm.locator("main")).to_contain_text("预审中")


def open_item(page, name):
    page.goto("/projects/")
    page.get_by_role("link", name=PROJECT).first.click()
    page.locator("details.stage").evaluate_all("all => all.forEach(each => each.open = true)")
    page.locator("details.stage a.item-name", has_text=name).first.click()


def is_kept(response):
    """A chosen file is kept as soon as it is chosen."""
    return "/chosen/" in response.url


def bring_materials(page, pdf):
    """One page names what all items lack; each kind is brought once."""
    page.goto("/projects/")
    page.get_by_role("link", name=PROJECT).first.click()
    page.click("a[href*='/projects/'][href$='/materials/']")
    address = page.url.split("?")[0]
    page.goto(f"{address}?only=lacking")
    of_the_five = re.compile("|".join(name for name, _ in FIVE))
    for _ in range(200):
        form = page.locator(".kind-need", has_text=of_the_five).locator("form").first
        if not form.count():
            return
        form.evaluate("form => (form.closest('details').open = true)")
        with page.expect_response(is_kept):
            form.locator("input[type=file]").set_input_files(pdf("材料（盖章）.pdf"))
        with page.expect_navigation():
            form.locator("[type=submit]").click()
        page.goto(f"{address}?only=lacking")
    raise AssertionError("the list of what is missing does not end")


def register_the_land(page, case, pdf):
    page.goto(case)
    page.click("a[href$='/register-land/']")
    page.set_input_files("[name=land_paper]", pdf("国有建设用地使用权出让合同（盖章）.pdf"))
    page.click("main form [type=submit] >> nth=-1")
    page.wait_for_url(case)
    expect(page.locator("h1")).to_contain_text("正式办理")
    # Tuesday 10 March is day 0; six working days later is Wednesday 18 March.
    expect(page.locator("main")).to_contain_text("2026-03-18")


def refused_out_of_order(page):
    at_desk(page, "建筑工程施工许可证核发")
    page.click("a[href*='/acts/grant/']")
    page.click(".desk-button-main")
    expect(page.locator("body")).to_contain_text("依法应先办理")


def grant(page, name):
    at_desk(page, name)
    act(page, "grant")
    expect(page.locator(".desk-head h1")).to_contain_text("准予许可")


def promised(page):
    """The promised day, as the firm reads it."""
    open_item(page, SOIL)
    facts = page.locator("dl.facts").first.inner_text()
    return date.fromisoformat(DAY.search(facts.split("承诺办结日")[1])[0])
