"""The road of the mission in a browser, on the running portal, with nothing taken short.

A firm signs up and applies with real PDF files; the window takes the application on in the
admin; the firm hands in the design review; the planning officer accepts it; time passes the
promised limit; the reminder arrives; the leader's page shows it.
"""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

FIRM = "广州示例全程走通科技有限公司"
PROJECT = "示例全程走通智能制造项目"
CREDIT_CODE = "91440114MADEM09904"
PASSWORD = "one door, at most once"


def test_from_sign_up_to_the_leaders_page(portal, open_as, pdf):
    firm = open_as()
    sign_up(firm)
    follow_the_mail(firm, open_as("admin"))
    sign_in(firm)
    register(firm)
    number = apply(firm, pdf)
    window = open_as("window")
    take_on(window, number)
    hand_in_the_design_review(firm, pdf)
    officer = open_as("officer2")
    accept(officer)

    portal.let_pass(timedelta(days=17, hours=1))

    officer = open_as("officer2")
    the_reminder_arrives(officer)
    the_leader_sees_it(open_as("leader"))
    anyone_may_look_it_up(open_as(), number)


def sign_up(page):
    page.goto("/")
    page.goto("/accounts/signup/")
    page.fill("[name=name]", "周全程")
    page.fill("[name=mobile]", "138 0013 8000")
    page.fill("[name=email]", "zhou@quancheng.example")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.check("[name=consent]")
    page.click("main form [type=submit]")
    page.wait_for_url("**/confirm-email/")


def follow_the_mail(page, admin):
    """The administrator reads in the outbox what would have been sent."""
    admin.goto("/admin/notifications/delivery/?q=zhou@quancheng.example")
    admin.click("#result_list tbody a >> nth=0")
    admin.wait_for_url("**/change/**")
    text = admin.inner_text("body")
    address = re.search(r"http://\S+/confirm-email/\S+/", text)[0]
    page.goto(urlsplit(address).path)
    page.click("main form [type=submit]")


def sign_in(page):
    page.goto("/accounts/login/")
    if "/login" in page.url:
        page.fill("[name=login]", "zhou@quancheng.example")
        page.fill("[name=password]", PASSWORD)
        page.click("main form [type=submit]")
        page.wait_for_url(lambda url: "/login" not in url)


def register(page):
    page.goto("/enterprise/register/")
    page.fill("[name=name]", FIRM)
    page.fill("[name=credit_code]", CREDIT_CODE[:-1].lower() + "9")
    page.fill("[name=legal_representative]", "周全程")
    page.click("main form [type=submit] >> nth=-1")
    expect(page.locator("main")).to_contain_text("校验码不符")
    page.fill("[name=credit_code]", CREDIT_CODE)
    page.click("main form [type=submit] >> nth=-1")
    expect(page.locator("main")).to_contain_text(FIRM)


def apply(page, pdf):
    page.goto("/apply/new/")
    if page.url.endswith("/apply/new/"):
        page.click("main form [type=submit] >> nth=-1")
    page.wait_for_url("**/apply/*/*/")
    page.fill("[name=contact_name]", "周全程")
    page.fill("[name=contact_mobile]", "13800138000")
    go_on(page)
    page.fill("[name=name]", PROJECT)
    page.fill("[name=summary]", "新建智能制造厂房与研发楼。")
    page.select_option("[name=industry]", "equipment")
    choose(page, "nature", "new")
    choose(page, "fund_source", "own")
    page.fill("[name=fixed_assets_wan]", "50,000")
    page.fill("[name=working_capital_wan]", "8000")
    page.fill("[name=annual_output_wan]", "120000")
    go_on(page)
    page.select_option("[name=town]", "440114107")
    page.fill("[name=site]", "炭步镇示范路 8 号")
    choose(page, "land_acquisition", "listing")
    page.fill("[name=land_mu]", "37")
    page.fill("[name=floor_area_sqm]", "84686")
    choose(page, "environmental_form", "form")
    page.fill("[name=starts_on]", "2026-09-01")
    page.fill("[name=completes_on]", "2027-12-31")
    page.fill("[name=produces_on]", "2028-03-31")
    go_on(page)
    for zone in range(3):
        upload_into(page, zone, pdf(f"材料{zone + 1}（盖章）.pdf"))
    go_on(page)
    page.check("[name=confirmed]")
    page.get_by_role("button", name="提交申报").click()
    page.wait_for_url(lambda url: "review" not in url)
    number = re.search(r"SB\d{8}-\d{4,}", page.inner_text("main"))[0]
    if "/receipt/" not in page.url:
        page.click("a[href$='/receipt/']")
    with page.expect_download() as receipt:
        page.click("a[href*='receipt.pdf']")
    assert receipt.value.suggested_filename.endswith(".pdf")
    return number


def choose(page, name, value):
    """A list or radio buttons, whichever the form has."""
    field = page.locator(f"[name={name}]").first
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(value)
    else:
        page.check(f"[name={name}][value={value}]")


def go_on(page):
    before = page.url
    page.click("[name=go][value=next]")
    page.wait_for_url(lambda url: url != before)


def upload_into(page, n, file):
    zone = page.locator("[data-zone]").nth(n)
    name = file.rsplit("/", 1)[1]
    with page.expect_response(lambda answer: "/materials/upload/" in answer.url):
        zone.locator("input[type=file]").set_input_files(file)
    page.reload()
    expect(page.locator("[data-zone]").nth(n)).to_contain_text(name)


def take_on(page, number):
    page.goto(f"/admin/projects/application/?q={number}")
    page.click("#result_list tbody a >> nth=0")
    expect(page.locator("body")).to_contain_text(PROJECT)
    page.get_by_role("link", name="受理申报").click()
    choose_an_agent(page)
    page.check("[name=licence_checked]")
    page.click(".desk-button-main")
    expect(page.locator("body")).to_contain_text(re.compile(r"HD2026-\d{4}"))


def choose_an_agent(page):
    agent = page.locator("[name=agent]").first
    if agent.evaluate("field => field.tagName") == "SELECT":
        agent.select_option(index=1)
    else:
        agent.check()


def hand_in_the_design_review(page, pdf):
    page.goto("/projects/")
    page.get_by_role("link", name=PROJECT).first.click()
    page.get_by_role("link", name="建设工程设计方案审查").first.click()
    expect(page.locator("main")).to_contain_text("可申报")
    page.click("a[href$='/submit/']")
    for n, field in enumerate(page.locator("main input[type=file]").all()):
        field.set_input_files(pdf(f"设计方案{n + 1}.pdf"))
    page.click("main form [type=submit] >> nth=-1")
    expect(page.locator("main")).to_contain_text("已收件")


def accept(page):
    page.goto("/admin/approvals/approvalitem/?q=全程走通")
    page.click("#result_list tbody a >> nth=0")
    expect(page.locator("body")).to_contain_text("已收件")
    page.click("a[href*='/acts/accept/']")
    page.click(".desk-button-main")
    expect(page.locator("body")).to_contain_text("办理中")


def the_reminder_arrives(page):
    """Worker and beat sweep every half minute. How far the ladder has come by then depends on
    the day on which an earlier walk has left the clock."""
    told = re.compile(f"(超期|督办)：“{PROJECT}”")
    for _ in range(100):
        # By name: what else falls due on that day fills more than a page.
        page.goto(f"/notifications/?q={PROJECT}")
        if told.search(page.inner_text("main")):
            return
        page.wait_for_timeout(2_000)
    expect(page.locator("main")).to_contain_text(told)


def the_leader_sees_it(page):
    page.goto("/dashboard/")
    expect(page.locator("main")).to_contain_text("132.12亿元")
    # Weeks have gone by: silence has accepted much of the demonstration as well.
    page.goto("/dashboard/rows/?of=overdue")
    while PROJECT not in page.inner_text("main"):
        # Else the next look may still be at this page, and the next click skips one.
        with page.expect_navigation():
            page.click("[rel=next]")


def anyone_may_look_it_up(page, number):
    page.goto("/lookup/")
    page.fill("main [name=number]", number)
    page.fill("main [name=code_end]", CREDIT_CODE[-6:])
    page.click("main form [type=submit]")
    expect(page.locator("main")).to_contain_text(number)
