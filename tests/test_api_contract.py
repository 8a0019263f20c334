"""What the OpenAPI document promises is what is answered, whatever is sent and whoever asks.

Schemathesis makes the requests from the document itself; here they go to the application in
this process. An answer must be no server error and have a documented status, media type and
shape.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from approvals.models import Card, Commitment, HelpRequest, OrderProposal, SupervisionOrder
from huadu_portal.accounts.tokens import Token
from huadu_portal.wsgi import application as portal
from projects import operations as projects
from projects.models import MaterialKind
from tests import explorations
from tests.approvals.moments import a_reminder
from tests.conftest import MONDAY
from tests.test_visibility import told_before

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Of each operation, for each person; the same ones in every run.
EXAMPLES = explorations.of(5, 2)
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def things(submitted, application, project, firm, alice, omar, pdf, catalogue):
    """What stands at the addresses, by their first part."""
    kind = MaterialKind.objects.get(name="营业执照")
    document = projects.add_document(firm, by=alice, at=MONDAY, kind=kind, upload=pdf)
    projects.start_application(firm, by=alice, at=MONDAY, draft={"industry": "x", "town": ""})
    pushed = {"item": submitted, "due_on": MONDAY.date()}
    shown_to = {"department": submitted.department}
    return {
        "applications": application.pk,
        "approval-items": submitted.pk,
        "approval-types": submitted.approval_type_id,
        "cards": Card.objects.create(
            item=submitted,
            level="red",
            cause="ordered",
            event_number=1,
            raised_at=MONDAY,
            **shown_to,
        ).pk,
        "commitments": Commitment.objects.create(
            item=submitted, source="tolerant", text="x", due_on=MONDAY, made_at=MONDAY
        ).pk,
        "counter-notices": told_before(firm).pk,
        "coordination-requests": HelpRequest.objects.create(
            question="x", asked_at=MONDAY, asked_by=omar, **pushed
        ).pk,
        "departments": submitted.department_id,
        "documents": document.pk,
        "enterprises": firm.pk,
        "material-kinds": kind.pk,
        "notifications": alice.notifications.first().pk,
        "order-proposals": proposed(**pushed, **shown_to).pk,
        "projects": project.pk,
        "supervision-orders": SupervisionOrder.objects.create(
            number="DD1", demand="x", ordered_at=MONDAY, **pushed, **shown_to
        ).pk,
    }


def proposed(item, **said):
    """What a rung proposes for the item."""
    return OrderProposal.objects.create(
        item=item, reminder=a_reminder(item), demand="x", proposed_at=MONDAY, **said
    )


@pytest.fixture
def one_connection(db):
    """A request ends without closing the connection whose transaction is the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def described(one_connection):
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", portal)


@pytest.fixture
def people(alice, wei, omar):
    """The headers of each; a stranger has none."""
    tokens = {user.username: Token.objects.create(user)[1] for user in (alice, wei, omar)}
    signed_in = {name: {"Authorization": f"Token {token}"} for name, token in tokens.items()}
    return {"a stranger": {}} | signed_in


def test_every_operation_answers_as_described(described, things, people):
    complaints = [
        complaint_about(found.ok(), things, people) for found in described.get_all_operations()
    ]

    assert len(complaints) > 60
    assert [complaint for complaint in complaints if complaint] == []


def complaint_about(operation, things, people):
    """What the first answer that is not as described does wrong; None where all are."""

    @BOUNDED
    @given(case=operation.as_strategy())
    def probe(case):
        aim(case, things)
        for who, headers in people.items():
            ask(case, who, headers)

    try:
        probe()
    except Exception as wrong:  # whatever it is, it belongs into the list
        return f"{operation.label}: {wrong}"


def ask(case, who, headers):
    try:
        # As it is: in this process nothing unpacks what is compressed.
        case.call_and_validate(headers=headers | {"Accept-Encoding": "identity"}, checks=CHECKS)
    except FailureGroup as group:
        said = "\n".join(str(failure) for failure in group.exceptions)
        raise AssertionError(f"asked by {who}:\n{said}") from None


def aim(case, things):
    """At what is there; an address made up would only ever be 404."""
    resource = case.path.removeprefix("/api/v1/").partition("/")[0]
    if "id" in case.path_parameters and resource in things:
        case.path_parameters["id"] = str(things[resource])
