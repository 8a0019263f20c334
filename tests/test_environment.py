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


def test_hosts_are_the_sites_own_name_and_those_said(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "127.0.0.1, portal.example")

    names = environment.hosts("ALLOWED_HOSTS", "https://portal.example:8443/")

    assert names == ["portal.example", "127.0.0.1"]


def test_without_any_there_is_the_sites_own_name(monkeypatch):
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)

    assert environment.hosts("ALLOWED_HOSTS", "https://portal.example") == ["portal.example"]


@pytest.mark.parametrize("value", ["*", ".example", "portal.example,*.example"])
def test_patterns_of_hosts_are_named(monkeypatch, value):
    monkeypatch.setenv("ALLOWED_HOSTS", value)

    with pytest.raises(ImproperlyConfigured, match="ALLOWED_HOSTS"):
        environment.hosts("ALLOWED_HOSTS", "https://portal.example")


@pytest.mark.parametrize("site", ["", "portal.example", "https://"])
def test_site_without_a_name_is_named(site):
    with pytest.raises(ImproperlyConfigured, match="SITE_URL"):
        environment.hosts("ALLOWED_HOSTS", site)


def test_proxy_of_the_manual_passes_the_one_name(settings):
    """What the client calls the portal goes no further."""
    lines = (settings.BASE_DIR / "docs/nginx.conf").read_text().splitlines()

    hosts = [line.split()[-1] for line in lines if "proxy_set_header Host" in line]
    assert hosts == ["portal.example;"]
    assert not [line for line in lines if "$http_host" in line or "$host" in line]
