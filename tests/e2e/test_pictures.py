"""The pictures of README, taken from the demo as it stands on the first day of the walks.

`make pictures` keeps them in docs/pictures; in every other run they are taken and looked at.
"""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

pytestmark = pytest.mark.e2e

SMALL = 250_000  # bytes
PATIENCE = 40  # seconds, at least
# An item is long: its ladder stands further down.
WIDTH, HEIGHT = 1440, {"item": 1560}
# Who looks at what; what is no address is pressed on the page before.
PICTURES = {
    "firm": ("enterprise", ["/projects/", "main table >> text=锦华食品冷链仓储中心"]),
    "window": ("window", ["/admin/"]),
    "item": ("head", ["/admin/approvals/approvalitem/?tab=overdue", "#result_list tbody a"]),
    "dashboard": ("leader", ["/dashboard/"]),
}


@pytest.fixture
def folder(tmp_path):
    return Path(os.environ.get("PICTURES") or tmp_path)


@pytest.mark.parametrize("name", PICTURES)
def test_shows_the_demo(name, open_as, folder):
    who, steps = PICTURES[name]
    page = open_as(who, viewport={"width": WIDTH, "height": HEIGHT.get(name, 900)})
    for step in steps:
        if step.startswith("/"):
            answer = page.goto(step, wait_until="networkidle")
            assert answer.status == 200
        else:
            page.click(f"{step} >> nth=0")
            page.wait_for_load_state("networkidle")

    # Previews are made once somebody has asked for them.
    for _ in range(PATIENCE):
        if not page.get_by_text("预览生成中").count():
            break
        page.wait_for_timeout(1000)
        page.reload(wait_until="networkidle")

    file = folder / f"{name}.png"
    page.screenshot(path=file)
    with Image.open(file) as picture:
        # Few colours: a fifth of the size, and no eye sees it.
        picture.convert("P", palette=Image.Palette.ADAPTIVE).save(file, optimize=True)

    assert file.stat().st_size < SMALL


def test_readme_shows_all_that_there_are():
    text = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"docs/pictures/(\w+)\.png", text))

    assert shown == set(PICTURES)
    for name in shown:
        file = settings.BASE_DIR / "docs" / "pictures" / f"{name}.png"
        assert 10_000 < file.stat().st_size < SMALL
