"""A wrong variable stops the start with one line that names it."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from huadu_portal import environment


@pytest.mark.parametrize(("value", "expected"), [("", 3), ("0", 0), ("2", 2)])
def test_a_count(monkeypatch, value, expected):
    monkeypatch.setenv("PROXIES", value)

    assert environment.count("PROXIES", 3) == expected


@pytest.mark.parametrize("value", ["-1", "one", "1.5"])
def test_what_is_no_count_is_named(monkeypatch, value):
    monkeypatch.setenv("PROXIES", value)

    with pytest.raises(ImproperlyConfigured, match="PROXIES"):
        environment.count("PROXIES", 0)


def test_networks(monkeypatch):
    monkeypatch.setenv("METRICS_ALLOWED", "10.7.0.0/16, ::1")

    assert environment.networks("METRICS_ALLOWED") == ["10.7.0.0/16", "::1"]


@pytest.mark.parametrize("value", ["monitor.example", "10.7.0.1/16", "10.7"])
def test_what_is_no_network_is_named(monkeypatch, value):
    monkeypatch.setenv("METRICS_ALLOWED", value)

    with pytest.raises(ImproperlyConfigured, match="METRICS_ALLOWED"):
        environment.networks("METRICS_ALLOWED")


@pytest.mark.parametrize(
    "typed", ["clamd", "tcp://host", "tcp://:3310", "tcp://host:x", "unix://", "http://host:1"]
)
def test_a_scanner_needs_an_address(monkeypatch, typed):
    monkeypatch.setenv("CLAMD_URL", typed)

    with pytest.raises(ImproperlyConfigured, match="CLAMD_URL"):
        environment.scanner("CLAMD_URL")


@pytest.mark.parametrize(
    ("typed", "host", "path"),
    [
        ("tcp://127.0.0.1:3310", "127.0.0.1", ""),
        ("unix:///run/clamav/clamd.ctl", None, "/run/clamav/clamd.ctl"),
    ],
)
def test_a_scanner_is_set_up_by_its_address(monkeypatch, typed, host, path):
    monkeypatch.setenv("CLAMD_URL", typed)

    url = environment.scanner("CLAMD_URL")
    assert (url.hostname, url.path) == (host, path)


def test_without_an_address_there_is_no_scanner(monkeypatch):
    monkeypatch.delenv("CLAMD_URL", raising=False)

    assert environment.scanner("CLAMD_URL") is None
