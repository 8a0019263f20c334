"""Environment variables, read so that a wrong one stops the start with one line."""

import os
from datetime import timedelta
from ipaddress import ip_network
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from apprise import Apprise
from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable's text; without a default it has to be set."""
    value = os.environ.get(name) if default is None else os.environ.get(name, default)
    if value is None or (not value and default is None):
        raise ImproperlyConfigured(f"{name} must be set.")
    return value


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if not value:
        return default
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def seconds(name: str, default: int) -> timedelta:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a number of seconds, not {value!r}.")
    return timedelta(seconds=int(value))


def count(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a number, not {value!r}.")
    return int(value)


def networks(name: str) -> list[str]:
    found = text_list(name)
    for network in found:
        try:
            ip_network(network)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{name} must name addresses or networks, not {network!r}."
            ) from error
    return found


def choice(name: str, default: str, allowed: set[str]) -> str:
    value = os.environ.get(name) or default
    if value not in allowed:
        raise ImproperlyConfigured(
            f"{name} must be one of {', '.join(sorted(allowed))}, not {value!r}."
        )
    return value


def text_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def hosts(name: str, site: str) -> list[str]:
    """The site's own name and those listed; no patterns, for one portal has one name."""
    found = text_list(name)
    if wrong := next((host for host in found if "*" in host or host.startswith(".")), None):
        raise ImproperlyConfigured(f"{name} must list whole names, not {wrong!r}.")
    own = urlsplit(site).hostname
    if not own:
        raise ImproperlyConfigured(f"SITE_URL must be a whole address, not {site!r}.")
    return [own, *(host for host in found if host != own)]


def gateways(**names: str) -> dict[str, str]:
    """Apprise addresses of those channels whose variable is set; `{address}` is the person.

    Their text holds keys: it is never shown.
    """
    return {channel: _gateway(name) for channel, name in names.items() if text(name, "")}


def _gateway(name: str) -> str:
    template = text(name)
    # Without a place for the person everybody would read everybody's messages.
    if "{address}" not in template or not Apprise().add(
        template.replace("{address}", "13800138000")
    ):
        raise ImproperlyConfigured(f"{name} must be an apprise address with {{address}} in it.")
    return template


def scanner(name: str) -> SplitResult | None:
    """Where clamd listens: `tcp://host:port` or `unix:///path`; None where none is set up."""
    if not text(name, ""):
        return None
    url = urlsplit(text(name))
    try:
        is_tcp = url.scheme == "tcp" and bool(url.hostname and url.port)
    except ValueError:  # no number, or none that a port can have
        is_tcp = False
    if not is_tcp and not (url.scheme == "unix" and url.path.strip("/")):
        raise ImproperlyConfigured(f"{name} must be tcp://host:port or unix:///path.")
    return url


def database(name: str, default: str | None = None) -> dict:
    """A Django database from `postgresql://user:password@host:port/name?option=…`."""
    url = urlsplit(text(name, default))
    if url.scheme not in ("postgres", "postgresql") or not url.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} must look like postgresql://user:password@host:port/name."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        "OPTIONS": dict(parse_qsl(url.query)),
    }
