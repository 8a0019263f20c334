"""One version, and everybody says the same."""

import re

import pytest
from django.conf import settings
from django.test import Client

CHANGES = settings.BASE_DIR / "CHANGELOG.md"
ENTRY = re.compile(r"^## (\S+) — \d{4}-\d\d-\d\d$", re.MULTILINE)


def test_the_newest_entry_of_the_changes_is_of_this_version():
    assert ENTRY.findall(CHANGES.read_text())[0] == settings.VERSION


@pytest.mark.django_db
def test_pages_say_it(client):
    assert f"版本 {settings.VERSION}<" in client.get("/").text


@pytest.mark.django_db
def test_the_desk_says_it(wei):
    desk = Client()
    desk.force_login(wei)

    assert f"版本 {settings.VERSION}<" in desk.get("/admin/").text


@pytest.mark.django_db
def test_the_monitoring_reads_it(client):
    assert client.get("/readyz").json()["version"] == settings.VERSION
