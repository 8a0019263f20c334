"""Nobody meets what is not theirs, at any address: pages, staff desk and API alike.

Every route the portal has is visited; one that cannot be visited because nobody said how
(an unknown parameter) fails the test, so that a new address declares itself.
"""

import re
from uuid import uuid4

import pytest
from django.contrib import admin
from django.urls import URLResolver, get_resolver

from approvals.acts import operations as acts
from approvals.joint import operations as joint
from approvals.models import (
    ApprovalItem,
    Card,
    Certificate,
    ClockSpan,
    Commitment,
    Consultation,
    Extension,
    HelpRequest,
    ItemEvent,
    ItemPaper,
    JointBundle,
    PreOpinion,
    SupervisionOrder,
    Suspension,
)
from approvals.papers.operations import issue_for, issue_for_project, undertaking_of
from approvals.papers.project_wording import mandate
from huadu_portal.accounts.models import Department
from huadu_portal.papers.models import PaperKind
from projects import operations as projects
from projects.models import (
    Application,
    ApplicationEvent,
    Document,
    Enterprise,
    MaterialKind,
    Membership,
    Project,
)
from tests.conftest import MONDAY, stock

SECRET = "总平面图缺少红线坐标"
# Open to everybody, signed in or not.
PUBLIC = re.compile(
    r"^($|lookup/|verify/|catalogue/|privacy/|elder-mode/|i18n/|healthz|readyz|metrics|accounts/"
    r"|api/(schema|docs)|api/v1/(auth/token|approval-types|departments|workdays|material-kinds|joint-bundles)|static/)"
)
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
REFUSED = {302, 400, 401, 403, 404, 405, 409, 415}


def routes(patterns=None, prefix=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            # A regular expression's own signs, not those inside a parameter.
            yield re.sub(r"(?<!\[)\^|\$|\\Z", "", route)


@pytest.fixture
def world(application, wei, ann, omar, alice, firm, pdf, project):
    """Alice's firm with a document, an item under correction and a request to join."""
    kind = MaterialKind.objects.get(name="营业执照")
    document = projects.add_document(firm, by=alice, at=MONDAY, kind=kind, upload=pdf)
    item = project.items.get(approval_type__code="HD-GC-01")
    documents = [document, *stock(item, alice)]
    item = acts.submit(item, by=alice, at=MONDAY, version=item.version, documents=documents)
    housing = Department.objects.get(code="housing")
    item = acts.consult(
        item, by=omar, at=MONDAY, version=item.version, department=housing, note=SECRET
    )
    item = acts.request_correction(
        item, by=omar, at=MONDAY, version=item.version, missing=[SECRET]
    )
    pushed = _push(item, omar)
    undertaking = undertaking_of(project, MONDAY)
    agreed = mandate(
        undertaking, mandate_number=SECRET, stages=["x"], agent="Ann", agent_phone="1"
    )
    bundle = JointBundle.objects.get(code="industrial-five")
    case = joint.open_case(project, bundle, by=alice, at=MONDAY, risk_accepted=True)
    case = joint.change_fact(
        case, by=alice, at=MONDAY, version=case.version, fact="use", note=SECRET
    )
    link = issue_for_project(project, PaperKind.MANDATE, agreed, at=MONDAY)
    return pushed | {
        "document": document,
        "item": item,
        "consultation": item.consultations.get(),
        "joint_case": case,
        "commitment": Commitment.objects.create(
            item=item, source="tolerant", text=SECRET, due_on=MONDAY, made_at=MONDAY
        ),
        "paper": issue_for(item, PaperKind.CORRECTION, at=MONDAY, missing=[SECRET]).paper,
        "project_paper": link.paper,
        "membership": Membership.objects.get(user=alice),
        "notification": alice.notifications.first(),
        "project": project,
        "application": application,
        "firm": firm,
        "agent": ann,
    }


def _push(item, officer):
    """How staff push each other: nothing of it is for a firm or another department."""
    said = {"item": item, "due_on": MONDAY.date()}
    order = SupervisionOrder.objects.create(
        number="DD1", department=item.department, demand=SECRET, ordered_at=MONDAY, **said
    )
    help_request = HelpRequest.objects.create(
        question=SECRET, asked_at=MONDAY, asked_by=officer, **said
    )
    card = Card.objects.create(
        item=item,
        department=item.department,
        level="red",
        cause="ordered",
        event_number=item.version,
        raised_at=MONDAY,
        appeal=SECRET,
        appealed_at=MONDAY,
    )
    return {"order": order, "help_request": help_request, "card": card}


class Addresses:
    """Every route, filled in with what belongs to Alice."""

    def __init__(self, world):
        self.world = world
        pk = {name: str(thing.pk) for name, thing in world.items()}
        # A form that the item asks for.
        kind = MaterialKind.objects.get(name="方案技术审查自审表")
        self.by_prefix = {
            "apply/": {"pk": pk["application"], "document": pk["document"], "step": "project"},
            "enterprise/memberships/": {"pk": pk["membership"]},
            "documents/": {"pk": pk["document"]},
            "items/": {
                "pk": pk["item"],
                "document_pk": pk["document"],
                "paper_pk": pk["paper"],
                "commitment_pk": pk["commitment"],
            },
            "materials/": {"pk": pk["document"]},
            "consultations/": {"pk": pk["consultation"], "document_pk": pk["document"]},
            "joint-cases/": {"pk": pk["joint_case"]},
            "projects/": {
                "pk": pk["project"],
                "kind": kind.code,
                "paper_pk": pk["project_paper"],
            },
            "verify/": {"pk": pk["paper"]},
            "notifications/": {"pk": pk["notification"]},
            "catalogue/": {"code": "HD-GC-01", "kind": kind.code},
            "dashboard/": {"name": "projects", "chart": "phases", "pk": pk["project"]},
            "api/v1/applications/": {"pk": pk["application"]},
            "api/v1/cards/": {"pk": pk["card"]},
            "api/v1/commitments/": {"pk": pk["commitment"]},
            "api/v1/consultations/": {"pk": pk["consultation"]},
            "api/v1/coordination-requests/": {"pk": pk["help_request"]},
            "api/v1/joint-cases/": {"pk": pk["joint_case"]},
            "api/v1/approval-items/": {"pk": pk["item"], "paper": pk["paper"]},
            "api/v1/projects/": {"pk": pk["project"]},
            "api/v1/enterprises/": {"pk": pk["firm"]},
            "api/v1/documents/": {"pk": pk["document"], "token": "x", "signed": "x"},
            "api/v1/supervision-orders/": {"pk": pk["order"]},
            "api/v1/service-agents/": {"pk": pk["agent"]},
            "api/v1/notifications/": {"pk": pk["notification"]},
            "accounts/": {"key": "x", "handle": "x", "uidb36": "x", "provider": "x"},
        }

    def __iter__(self):
        for route in routes():
            values = [self.value(route, *names) for names in PARAMETER.findall(route)]
            yield route, "/" + PARAMETER.sub("{}", route).format(*values)

    def value(self, route, *names) -> str:
        name = names[0] or names[1]
        if route.startswith("admin/"):
            return self.of_admin(route)
        if name in {"format", "unknown"}:
            return "json"
        prefix = max(
            (prefix for prefix in self.by_prefix if route.startswith(prefix)),
            key=len,
            default=None,
        )
        if prefix is None or name not in self.by_prefix[prefix]:
            # Reference data (types, departments) is looked up by an identifier of its own.
            if PUBLIC.match(route):
                return str(uuid4())
            raise AssertionError(f"{route}: say in Addresses what “{name}” is")
        return self.by_prefix[prefix][name]

    def of_admin(self, route) -> str:
        """Alice's own row of the model, or else the first there is."""
        _, app, model, *_ = [*route.split("/"), ""]
        mine = {
            "application": self.world["application"],
            "approvalitem": self.world["item"],
            "project": self.world["project"],
            "enterprise": self.world["firm"],
            "document": self.world["document"],
            "membership": self.world["membership"],
        }
        if model in mine:
            return str(mine[model].pk)
        for registered in admin.site._registry:
            if (registered._meta.app_label, registered._meta.model_name) == (app, model):
                first = registered._default_manager.first()
                return str(first.pk) if first else "0"
        return "0"


@pytest.fixture
def addresses(world):
    return list(Addresses(world))


def marks_of_the_firm(world):
    """What only Alice's firm, the centre and its departments may read."""
    return [
        world["firm"].name,
        world["project"].number,
        world["application"].number,
        world["document"].filename,
        SECRET,
    ]


def leaks(client, addresses, marks):
    found = []
    for _, address in addresses:
        response = client.get(address)
        if response.status_code >= 500:
            found.append((address, response.status_code))
            continue
        body = b"".join(response) if response.streaming else response.content
        text = body.decode(errors="replace")
        found += [(address, mark) for mark in marks if mark in text]
    return found


class TestReading:
    def test_strangers_are_asked_to_sign_in_everywhere_else(self, client, addresses):
        open_to_all = [
            (address, response.status_code)
            for route, address in addresses
            if not PUBLIC.match(route)
            and (response := client.get(address)).status_code not in REFUSED
        ]

        assert open_to_all == []

    def test_strangers_read_nothing_of_a_firm(self, client, addresses, world):
        assert leaks(client, addresses, marks_of_the_firm(world)) == []

    def test_another_firm_reads_nothing(self, client, addresses, world, bob, other_project):
        client.force_login(bob)

        assert leaks(client, addresses, marks_of_the_firm(world)) == []

    def test_someone_without_a_firm_reads_nothing(self, client, addresses, world, eve):
        client.force_login(eve)

        assert leaks(client, addresses, marks_of_the_firm(world)) == []

    def test_someone_who_only_asked_to_join_reads_nothing(self, client, addresses, world, eve):
        projects.ask_to_join(world["firm"], by=eve, at=MONDAY)
        marks = [mark for mark in marks_of_the_firm(world) if mark != world["firm"].name]
        client.force_login(eve)

        assert leaks(client, addresses, marks) == []

    def test_another_department_reads_nothing_of_an_item(self, client, addresses, world, olga):
        client.force_login(olga)

        assert leaks(client, addresses, [world["item"].number, SECRET]) == []

    @pytest.mark.parametrize("name", ["sun", "tom"])
    def test_administrators_of_the_system_read_nothing_of_a_firm(
        self, client, addresses, world, name, request
    ):
        marks = [world["document"].filename, SECRET]
        client.force_login(request.getfixturevalue(name))

        assert leaks(client, addresses, marks) == []

    def test_the_marks_are_there_for_those_who_may(self, client, addresses, world, alice, wei):
        """Otherwise the tests above could not fail."""
        marks = marks_of_the_firm(world)
        client.force_login(alice)
        own = {mark for _, mark in leaks(client, addresses, marks)}
        client.force_login(wei)
        centre = {mark for _, mark in leaks(client, addresses, marks)}

        assert own == centre == set(marks)


WATCHED = [
    Application,
    ApplicationEvent,
    ApprovalItem,
    Card,
    Certificate,
    ClockSpan,
    Commitment,
    Consultation,
    Document,
    Enterprise,
    Extension,
    HelpRequest,
    ItemEvent,
    ItemPaper,
    Membership,
    PreOpinion,
    Project,
    SupervisionOrder,
    Suspension,
]


def everything():
    return {model: list(model.objects.order_by("pk").values()) for model in WATCHED}


class TestChanging:
    @pytest.mark.parametrize("name", ["alice", "wei", "omar", "chen"])
    def test_looking_changes_nothing(self, client, addresses, name, request):
        before = everything()
        client.force_login(request.getfixturevalue(name))

        for _, address in addresses:
            client.get(address)

        assert everything() == before

    @pytest.mark.parametrize("name", ["bob", "eve", "olga", "sun", "tom", "ada", "li", None])
    def test_outsiders_change_nothing(self, client, addresses, world, name, request):
        if name:
            client.force_login(request.getfixturevalue(name))
        before = everything()
        body = {"version": world["item"].version, "note": "x", "missing": "x", "confirm": "1"}

        for _, address in addresses:
            for kind in ("application/x-www-form-urlencoded", "application/json"):
                sent = "version=3&note=x&missing=x" if "form" in kind else body
                response = client.post(address, sent, content_type=kind)
                assert response.status_code < 500, address

        assert everything() == before
