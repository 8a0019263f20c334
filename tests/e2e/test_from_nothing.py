"""From an empty database to the first delivered approval, through the portal's pages alone.

`manage.py setup` makes three administrators; the security administrator adds the staff;
all of them set passwords by their links and a second factor; a firm signs up and applies;
the window takes it on with the new agent; the officer delivers; the leader sees it.
"""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from tests.e2e.conftest import BEGINS, free_port
from tests.e2e.stack import Portal
from tests.e2e.test_the_engine import act
from tests.e2e.test_the_whole_way import (
    PASSWORD,
    PROJECT,
    accept,
    apply,
    hand_in_the_design_review,
    register,
    sign_in,
    sign_up,
    take_on,
)
from tests.faults.sink import Sink

pytestmark = pytest.mark.e2e

ADMINISTRATORS = {
    "SETUP_SYSTEM_ADMIN": "唐一,tang@huadu.gov.cn,13800138011",
    "SETUP_SECURITY_ADMIN": "孙安,sun@huadu.gov.cn,13800138012",
    "SETUP_AUDITOR": "艾查,ai@huadu.gov.cn,13800138013",
}
CENTRE, PLANNING = "区产业项目服务中心", "市规划和自然资源局花都区分局"
# User name, name, role, department.
STAFF = [
    ("wei", "魏窗口", "window", CENTRE),
    ("ann", "安代办", "agent", CENTRE),
    ("chen", "陈主任", "centre_head", CENTRE),
    ("omar", "欧经办", "officer", PLANNING),
    ("hana", "韩局长", "department_head", PLANNING),
    ("li", "李领导", "leader", None),
]
RESET = r"http://\S+/password/reset/key/\S+"
CONFIRM = r"http://\S+/confirm-email/\S+/"
# Set up, but not all that the table names is there: no HTTPS on this machine.
INCOMPLETE = 3


class Empty(Portal):
    database, broker = "portal_e2e_empty", 2


@pytest.fixture(scope="module")
def sink():
    sink = Sink()
    yield sink
    sink.stop()


@pytest.fixture(scope="module")
def portal(needed, sink, tmp_path_factory):
    settings = {"DEMO": "0", "SECOND_FACTOR": "required"}
    settings |= {"EMAIL_URL": sink.url, "MAIL_FROM": "service@huadu.gov.cn"}
    folder = tmp_path_factory.mktemp("empty")
    running = Empty(folder, free_port(), BEGINS, **settings, **ADMINISTRATORS)
    try:
        running.create_database()
        yield running
    finally:
        running.stop()


def test_from_nothing_to_the_first_delivered_approval(portal, open_as, pdf, sink):
    links = set_up(portal)
    portal.start()
    people = {name: open_as() for name in ["tang", "ai", "sun", *(row[0] for row in STAFF)]}
    for name, link in zip(["tang", "sun", "ai"], links, strict=True):
        enter(people[name], portal, link, f"{name}@huadu.gov.cn")
    for name, lacks in {"tang": "发件地址", "ai": "HTTPS", "sun": "代办专员"}.items():
        missing(people[name], lacks)
    for row in STAFF:
        add(people["sun"], *row)
    for name in ["wei", "omar", "li"]:
        link = mailed(sink, f"{name}@huadu.gov.cn", RESET)
        enter(people[name], portal, link, name)

    firm = open_as()
    sign_up(firm)
    firm.goto(mailed(sink, "zhou@quancheng.example", CONFIRM))
    firm.click("main form [type=submit]")
    sign_in(firm)
    register(firm)
    number = apply(firm, pdf)

    take_on(people["wei"], number)
    firm.goto("/projects/")
    firm.get_by_role("link", name=PROJECT).first.click()
    expect(firm.locator("main")).to_contain_text("安代办")
    hand_in_the_design_review(firm, pdf)
    officer = people["omar"]
    accept(officer)
    act(officer, "grant")
    deliver(officer, "花规设审〔2026〕1号", pdf("设计方案审查意见.pdf"))
    expect(officer.locator("body")).to_contain_text("已送达")

    the_leader_sees_it(people["li"])


def deliver(page, number, file):
    page.click("a[href*='/acts/deliver/']")
    page.fill("[name=certificate_number]", number)
    page.set_input_files("[name=document]", file)
    page.click(".desk-submit button[type=submit]")
    page.wait_for_url("**/change/**")


def set_up(portal):
    """The three links, in the order of the roles."""
    said = portal.manage("setup", "--no-input", may_end_with=INCOMPLETE)
    again = portal.manage("setup", "--no-input", may_end_with=INCOMPLETE)
    assert len(re.findall(RESET, again)) == 3
    by_role = {
        role: said.split(role)[1] for role in ["系统管理员，", "安全管理员，", "审计员，"]
    }
    return [re.search(RESET, part)[0] for part in by_role.values()]


def enter(page, portal, link, login):
    """A password by the link, then the second factor that staff cannot do without."""
    page.goto(link)
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("main form [type=submit]")
    page.wait_for_url("**/key/done/")
    page.goto("/accounts/login/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main form [type=submit]")
    page.wait_for_url("**/2fa/totp/activate/")
    secret = page.input_value("#authenticator_secret")
    while "/activate/" in page.url:
        # A code that has just run out is asked for again.
        counter = int(portal.clock.now().timestamp()) // 30
        page.fill("[name=code]", format_hotp_value(hotp_value(secret, counter)))
        page.click("main form [type=submit] >> nth=-1")
        page.wait_for_load_state()
    page.goto("/admin/")
    expect(page.locator(".desk-greeting")).to_be_visible()


def missing(page, sentence):
    """The start checklist is offered on the desk's first page."""
    page.goto("/admin/")
    page.click("a[href='/admin/start/']")
    expect(page.locator(".desk-status")).to_contain_text(sentence)


def add(page, username, name, role, department):
    page.goto("/admin/accounts/user/add/")
    page.fill("[name=username]", username)
    page.fill("[name=name]", name)
    page.fill("[name=email]", f"{username}@huadu.gov.cn")
    page.fill("[name=mobile]", "13900139000")
    page.select_option("[name=role]", role)
    if department:
        page.select_option("[name=department]", label=department)
    page.click(".desk-submit button[type=submit]")
    expect(page.locator(".desk-head h1")).to_contain_text(name)


def mailed(sink, to, pattern):
    """What the mail server was handed for this address, once the worker has sent it."""
    for _ in range(300):
        for mail in sink.mails:
            if mail.to == to and (found := re.search(pattern, mail.text)):
                return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no mail for {to} in {sink.mails}")


def the_leader_sees_it(page):
    page.goto("/dashboard/", wait_until="domcontentloaded")
    expect(page.locator("main")).to_contain_text("5.80亿元")
    page.goto("/dashboard/rows/?of=closed", wait_until="domcontentloaded")
    expect(page.locator("main")).to_contain_text(PROJECT)
    page.goto("/dashboard/rows/?of=projects", wait_until="domcontentloaded")
    expect(page.locator("main")).to_contain_text(PROJECT)
