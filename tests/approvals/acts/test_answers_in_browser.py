"""A firm answers a correction of four points: a lost line and an ended session take nothing."""

import pytest
from playwright.sync_api import expect

from approvals.acts import operations
from approvals.models import Status
from projects.models import MaterialKind
from projects.operations import MaterialRequest, add_document
from tests.approvals.moments import url_of
from tests.conftest import DAY, MONDAY, PDF
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
# Signing in left out. On the page of before it took seven: two files chosen, submitted into the
# sign-in page, both files chosen anew, the material that is kept ticked, submitted.
FEWEST_CLICKS = 4


@pytest.fixture
def asked(omar, submitted, alice, pdf):
    """Two materials, the second of which is kept here in a new version; two sentences."""
    handed_in = submitted.documents.order_by("pk").first()
    other = MaterialKind.objects.exclude(pk=handed_in.kind_id).filter(scope="project").first()
    item = operations.request_correction(
        submitted,
        by=omar,
        at=MONDAY,
        version=submitted.version,
        materials=[
            MaterialRequest(handed_in.kind, "印章不清"),
            MaterialRequest(other, "与现场不符"),
        ],
        missing=["消防车道宽度未注明", "申请表签字页缺失"],
    )
    add_document(
        item.project.enterprise,
        by=alice,
        at=MONDAY + DAY,
        kind=other,
        upload=pdf,
        project=item.project,
    )
    return item


class Hand:
    """Counts what a person does with the mouse: choosing a file is one, pressing a button one."""

    def __init__(self, page):
        self.page, self.clicks = page, 0

    def choose(self, field, name):
        self.clicks += 1
        file = {"name": name, "mimeType": "application/pdf", "buffer": PDF}
        self.page.set_input_files(f"[name={field}]", [file])

    def send(self):
        self.clicks += 1
        self.page.click("button.btn-primary[type=submit]")


def kept(page, name):
    return page.locator("[data-files] li", has_text=name)


def test_four_points_with_a_lost_line_and_an_ended_session(
    window,  # noqa: F811
    client,
    live_server,
    asked,
):
    page = window.new_page()
    page.goto(url_of(asked, "resubmit"))
    hand = Hand(page)

    # Nothing arrives while the line is lost; what was chosen goes once it is back.
    window.set_offline(True)
    hand.choose("point_1_upload", "执照.pdf")
    expect(page.locator(".is-waiting")).to_be_visible(timeout=PATIENCE)
    window.set_offline(False)
    expect(kept(page, "执照.pdf")).to_be_visible(timeout=PATIENCE)
    page.fill("[name=point_3_text]", "已注明为4米")

    # Signed out: the file stays, and so does what was typed.
    window.clear_cookies()
    hand.choose("point_4_upload", "签字页.pdf")
    expect(page.locator(".is-waiting a")).to_be_visible(timeout=PATIENCE)
    hand.send()
    expect(page.locator("[data-upload-alert]")).to_be_visible(timeout=PATIENCE)
    window.add_cookies([session_of(client, live_server)])
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(kept(page, "签字页.pdf")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[name=point_3_text]")).to_have_value("已注明为4米")
    hand.send()

    page.wait_for_url(f"**{asked.get_absolute_url()}", timeout=PATIENCE)
    asked.refresh_from_db()
    assert asked.status == Status.SUBMITTED
    assert hand.clicks == FEWEST_CLICKS
    assert answers_of(asked) == [
        ("", ["执照.pdf"]),
        ("", ["营业执照（副本）.pdf"]),
        ("已注明为4米", []),
        ("", ["签字页.pdf"]),
    ]


def answers_of(item):
    return [
        (answer.text, [each.filename for each in answer.documents.all()])
        for answer in item.corrections.get().answers.all()
    ]


def test_a_refused_file_leaves_the_list_when_a_good_one_arrives(window, asked):  # noqa: F811
    page = window.new_page()
    page.goto(url_of(asked, "resubmit"))
    bad = {"name": "坏.pdf", "mimeType": "application/pdf", "buffer": b"<html>"}
    page.set_input_files("[name=point_1_upload]", [bad])
    expect(page.locator(".is-refused")).to_be_visible(timeout=PATIENCE)

    Hand(page).choose("point_1_upload", "好.pdf")

    expect(kept(page, "好.pdf")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".is-refused")).to_have_count(0)
