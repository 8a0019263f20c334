"""What the desk shows of an enterprise and of one of its applications."""

import pytest
from django.urls import reverse

from projects import operations
from tests.conftest import MONDAY
from tests.projects.conftest import add

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["wei", "chen", "li", "ada"])
def test_files_of_a_draft_are_shown_to_nobody_else(client, request, application, alice, who):
    """The firm has not handed them in."""
    firm = application.enterprise
    draft = operations.start_application(firm, by=alice, at=MONDAY)
    add(draft, alice, name="尚未提交的执照.pdf")
    client.force_login(request.getfixturevalue(who))

    pages = [
        client.get(reverse("admin:projects_enterprise_change", args=[firm.pk])),
        client.get(reverse("admin:projects_application_change", args=[application.pk])),
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert not [page for page in pages if "尚未提交的执照" in page.text]
