"""An item that is overdue, what is shown and asked for it, and how the API is asked."""

from datetime import datetime

import pytest

from approvals.models import Card, HelpRequest, SupervisionOrder
from approvals.supervision import operations
from huadu_portal.escalation import operations as escalation
from tests.conftest import DAY, MONDAY, SHANGHAI

CARDS, ORDERS, HELP = "cards", "supervision-orders", "coordination-requests"
OVERDUE = datetime(2025, 3, 18, 9, tzinfo=SHANGHAI)
NEXT_DAY = OVERDUE + DAY
WHY = "因停电顺延"


@pytest.fixture(autouse=True)
def later(time_machine, accepted):
    """Requests come on the day after the promise was broken."""
    time_machine.move_to(NEXT_DAY)


@pytest.fixture
def card(accepted, hana):
    escalation.remind(OVERDUE)
    return Card.objects.get()


@pytest.fixture
def order(accepted, hana):
    operations.order(
        accepted, by=hana, at=MONDAY + DAY, version=accepted.version, note="限三日内说明"
    )
    return SupervisionOrder.objects.get()


@pytest.fixture
def help_request(accepted, omar):
    operations.ask_help(
        accepted, by=omar, at=MONDAY + DAY, version=accepted.version, note="请协调"
    )
    return HelpRequest.objects.get()


@pytest.fixture
def thing(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def ask(client):
    def ask(user, address, **query):
        client.force_login(getattr(user, "user", user))
        return client.get(f"/api/v1/{address}/", query)

    return ask


@pytest.fixture
def send(client):
    def send(user, address, key=None, **body):
        client.force_login(getattr(user, "user", user))
        headers = {"Idempotency-Key": key} if key else {}
        return client.post(
            f"/api/v1/{address}/", body, content_type="application/json", headers=headers
        )

    return send


@pytest.fixture
def refused(send, request):
    """The codes with which people are refused, by name."""

    def refused(address, *names, **body):
        return {n: send(request.getfixturevalue(n), address, **body).status_code for n in names}

    return refused
