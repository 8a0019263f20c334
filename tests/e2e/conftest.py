"""The running portal and a browser in front of it; skipped with a reason where either lacks."""

import os
import socket
from datetime import datetime
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.stack import Portal
from tests.shifted_clock import by_the_machines_clock

# A Tuesday morning in the office, with ten working days ahead that no holiday cuts.
BEGINS = datetime(2026, 3, 10, 9, 40, tzinfo=ZoneInfo("Asia/Shanghai"))
NEEDED = {"CHROMIUM": "no Chromium", "LIBFAKETIME": "no libfaketime"}


@pytest.fixture(scope="session")
def needed():
    for name, reason in NEEDED.items():
        if not os.environ.get(name):
            pytest.skip(f"{reason} on this machine ({name} is not set)")


# Of the package: the faults that come after the walks do not find it running.
@pytest.fixture(scope="package")
def portal(needed, tmp_path_factory):
    running = Portal(tmp_path_factory.mktemp("portal"), free_port(), BEGINS)
    try:
        running.prepare()
        running.start()
        yield running
    finally:
        running.stop()


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


@pytest.fixture(scope="package")
def chromium(needed):
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    flags += ["--no-first-run", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=flags, env=by_the_machines_clock()
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def pdf(tmp_path_factory):
    """A real PDF under a Chinese name."""

    def make(name):
        file = tmp_path_factory.mktemp("files") / name
        with pikepdf.new() as document:
            document.add_blank_page()
            document.save(file)
        return str(file)

    return make


@pytest.fixture
def open_as(portal, chromium):
    """A window of one's own for each person, signed in with the demo's password."""
    contexts = []

    def sign_in(username=None, **options):
        context = chromium.new_context(base_url=portal.address, locale="zh-CN", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        if username:
            page.goto("/accounts/login/")
            page.fill("[name=login]", username)
            page.fill("[name=password]", portal.password)
            page.click("main form [type=submit]")
            page.wait_for_url(lambda url: "/accounts/login" not in url)
        return page

    yield sign_in
    for n, context in enumerate(contexts):
        # What each person saw last, for whoever has to find out why a walk ended.
        for page in context.pages:
            page.screenshot(path=portal.folder / f"person-{n}.png", full_page=True)
        context.close()
