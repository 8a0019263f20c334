"""What the scripts add: nothing typed is lost, whatever happens to line, session or token."""

import os
import shutil

import pytest
from django.db import connection
from playwright.sync_api import expect, sync_playwright

from huadu_portal.database_waits import MONITOR
from projects import operations
from tests.conftest import MONDAY, PDF
from tests.shifted_clock import by_the_machines_clock

CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="No Chromium."),
    pytest.mark.django_db(transaction=True),
]
# Milliseconds: longer than the script waits after the last key.
PATIENCE = 15_000


@pytest.fixture
def window(live_server, client, alice, monkeypatch):
    """A browser's window in which Alice is signed in."""
    # Playwright's own loop runs in this thread, beside our queries.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    client.force_login(alice)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"], env=by_the_machines_clock()
        )
        context = chromium.new_context(base_url=live_server.url)
        context.add_cookies([session_of(client, live_server)])
        yield context
        context.close()
        chromium.close()
        # In that loop Django has a connection of its own; the database will be copied anew.
        connection.close()


def session_of(client, live_server):
    value = client.cookies["sessionid"].value
    return {"name": "sessionid", "value": value, "url": live_server.url}


def opened(window, application, step="project"):
    page = window.new_page()
    page.goto(f"/apply/{application.pk}/{step}/")
    return page


def typed(application, name):
    application.refresh_from_db()
    return application.draft.get(name)


def test_saves_by_itself(window, draft):
    page = opened(window, draft)

    with page.expect_response("**/save/"):
        page.fill("[name=name]", "锦华二期")

    assert typed(draft, "name") == "锦华二期"


def test_saves_what_was_typed_without_a_line_once_it_is_back(window, draft):
    page = opened(window, draft)
    window.set_offline(True)
    with page.expect_event("requestfailed", timeout=PATIENCE):
        page.fill("[name=name]", "断网时写的")

    with page.expect_response("**/save/", timeout=PATIENCE):
        window.set_offline(False)

    assert typed(draft, "name") == "断网时写的"


def test_offers_what_was_typed_after_the_session_had_ended(window, draft, client, live_server):
    page = opened(window, draft)
    window.clear_cookies()
    with page.expect_response("**/save/", timeout=PATIENCE):
        page.fill("[name=name]", "登录失效后写的")
    # It has asked once more with a new token, in vain.
    expect(page.locator("[data-apply-login]")).to_be_visible(timeout=PATIENCE)
    window.add_cookies([session_of(client, live_server)])

    page = opened(window, draft)
    with page.expect_response("**/save/", timeout=PATIENCE):
        page.click("[data-apply-take]")

    expect(page.locator("[name=name]")).to_have_value("登录失效后写的")
    assert typed(draft, "name") == "登录失效后写的"


def test_goes_on_although_the_token_has_changed(window, draft):
    page = opened(window, draft, "enterprise")
    page.fill("[name=contact_name]", "陈静")
    page.fill("[name=contact_mobile]", "138 0013 8000")
    window.clear_cookies(name="csrftoken")

    page.click("button[value=next]")

    page.wait_for_url(f"**/apply/{draft.pk}/project/", timeout=PATIENCE)
    assert typed(draft, "contact_name") == "陈静"


def test_of_two_tabs_keeps_what_each_has_typed(window, draft):
    one, other = opened(window, draft), opened(window, draft)
    with one.expect_response("**/save/"):
        one.fill("[name=name]", "第一个标签")

    other.fill("[name=summary]", "第二个标签")
    other.click("button[value=leave]")
    other.wait_for_url("**/apply/", timeout=PATIENCE)

    assert typed(draft, "name") == "第一个标签"
    assert typed(draft, "summary") == "第二个标签"


def test_adds_up_to_the_cent(window, draft):
    page = opened(window, draft)

    page.fill("[name=fixed_assets_wan]", "12,000.55")
    page.fill("[name=working_capital_wan]", "999999.45")

    expect(page.locator("[data-total-wan]")).to_contain_text("1,012,000.00")
    expect(page.locator("[data-total-yi]")).to_contain_text("101.20")


def test_sends_several_files_and_says_which_was_refused(window, draft):
    page = opened(window, draft, "materials")
    zone = page.locator("[data-zone]").first
    files = [
        {"name": "正本.pdf", "mimeType": "application/pdf", "buffer": PDF},
        {"name": "坏.pdf", "mimeType": "application/pdf", "buffer": b"<html>"},
    ]

    zone.locator("input[type=file]").set_input_files(files)

    expect(zone.locator("[data-files] a").first).to_have_text("正本.pdf", timeout=PATIENCE)
    expect(zone.locator(".is-refused")).to_contain_text("坏.pdf")
    assert draft.documents.count() == 1


def test_without_a_script_the_buttons_do(window, live_server, client, draft, alice):
    operations.save_draft(draft, by=alice, at=MONDAY, typed={"name": "已写"})
    plain = window.browser.new_context(java_script_enabled=False, base_url=live_server.url)
    plain.add_cookies([session_of(client, live_server)])
    page = opened(plain, draft)

    page.fill("[name=summary]", "没有脚本")
    page.click("button[value=leave]")

    assert typed(draft, "name") == "已写"
    assert typed(draft, "summary") == "没有脚本"


def test_what_met_a_busy_system_is_sent_again_by_its_button(
    window, live_server, client, draft, monkeypatch
):
    """The script of this form waits by itself; without it this is like all other forms."""
    plain = window.browser.new_context(java_script_enabled=False, base_url=live_server.url)
    plain.add_cookies([session_of(client, live_server)])
    page = opened(plain, draft)
    page.fill("[name=name]", '花都"<b>&amp;')
    page.fill("[name=summary]", "一\n二")
    with monkeypatch.context() as patched:
        patched.setattr(MONITOR, "is_away", True)
        page.click("button[value=leave]")
    again = page.get_by_role("button", name="重新提交")
    expect(again).to_be_visible()

    again.click()

    page.wait_for_url(lambda address: "/project/" not in address)
    assert typed(draft, "name") == '花都"<b>&amp;'
    assert typed(draft, "summary").split() == ["一", "二"]


# How many files were on their way at once, at most.
COUNT_UPLOADS = """
  const send = XMLHttpRequest.prototype.send;
  let underWay = 0;
  window.together = 0;
  XMLHttpRequest.prototype.send = function (body) {
    window.together = Math.max(window.together, ++underWay);
    this.addEventListener("readystatechange", () => { underWay -= this.readyState === 4; });
    return send.call(this, body);
  };
"""


def test_uploads_one_file_at_a_time_whatever_the_zone(window, draft):
    """Of one person the server reads one file at a time, and turns the others away."""
    window.add_init_script(COUNT_UPLOADS)
    page = opened(window, draft, "materials")
    files = [
        {"name": f"图纸{number}.pdf", "mimeType": "application/pdf", "buffer": PDF}
        for number in range(2)
    ]

    zones = page.locator("[data-upload] input[type=file]")
    for number in range(2):
        zones.nth(number).set_input_files(files)

    listed = page.locator("[data-files] li", has_text="图纸")
    expect(listed).to_have_count(4, timeout=PATIENCE)
    assert page.evaluate("window.together") == 1
