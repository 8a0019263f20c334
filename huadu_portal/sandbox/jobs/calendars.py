"""Calendar files in TOML or YAML: a few lines of YAML can stand for millions."""

import json
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import yaml

from huadu_portal.sandbox.jobs.refused import Refused

MAX_WORDS = 300


def toml(text: str) -> bytes:
    """What it holds, as JSON; days become text."""
    return _as_json(tomllib.loads, text)


def yaml_text(text: str) -> bytes:
    return _as_json(yaml.safe_load, text)


def _as_json(load: Callable[[str], Any], text: str) -> bytes:
    try:
        return json.dumps(load(text), default=_day).encode()
    # Also keys that are no text, and things that hold themselves.
    except (yaml.YAMLError, RecursionError, TypeError, ValueError) as error:
        raise Refused("unreadable", error=str(error)[:MAX_WORDS]) from error


def _day(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is neither text, number nor day")
