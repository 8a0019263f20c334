"""A browser in words, as its owner would call it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The first that stands in what the browser says of itself; most say that they are others too.
BROWSERS = [
    ("MicroMessenger/", gettext_lazy("WeChat")),
    ("DingTalk/", gettext_lazy("DingTalk")),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("QQBrowser/", "QQ"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
SYSTEMS = [
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
]


def in_words(agent: str) -> str:
    """“Firefox · Windows”; what is unknown is left out."""
    found = [
        next((name for mark, name in names if mark in agent), None)
        for names in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(str(name) for name in found if name) or _("unknown browser")
