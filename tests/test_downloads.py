"""Every file leaves by one way, and only as what it was when it came."""

import ast
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.urls import get_resolver

from huadu_portal import downloads
from huadu_portal.papers import operations as papers
from projects.models import Document
from tests.approvals.test_needs import given  # noqa: F401
from tests.conftest import PDF
from tests.projects.conftest import add

ROOTS = ["huadu_portal", "projects", "approvals", "agents"]
THE_WAY = "huadu_portal/downloads.py"
# Answers that are bytes and no file: pages, a probe, figures for a monitoring.
NO_FILES = {
    ("huadu_portal/desk/views.py", "HttpResponse"),
}
