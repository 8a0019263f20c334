"""Nobody meets what is not theirs, at any address: pages, staff desk and API alike.

Every route the portal has is visited; one that cannot be visited because nobody said how
(an unknown parameter) fails the test, so that a new address declares itself.
"""

import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.contrib import admin
from django.urls import URLResolver, get_resolver

from approvals.acts import operations as acts
from approvals.acts.operations.internal_notes import note_internally
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
    InternalNote,
    ItemEvent,
    ItemPaper,
    JointBundle,
    OrderProposal,
    PreOpinion,
    SupervisionOrder,
    Suspension,
)
from approvals.papers.operations import issue_for, issue_for_project, undertaking_of
from approvals.papers.project_wording import mandate_paper
from huadu_portal.accounts.models import Department
from huadu_portal.papers.models import PaperKind
from huadu_portal.papers.operations import set_due
from projects import operations as projects
from projects.models import (
    Application,
    ApplicationEvent,
    CounterNotice,
    Document,
    Enterprise,
    MaterialKind,
    Membership,
    Project,
)
from tests import explorations
from tests.approvals.moments import a_reminder
from tests.conftest import MONDAY, stock

SECRET = "总平面图缺少红线坐标"
# What staff note among themselves: no firm ever meets it, the owner neither.
NOTED = "内部备注：与上级部门沟通中"
# Open to everybody, signed in or not.
PUBLIC = re.compile(
    r"^($|lookup/|verify/|catalogue/|privacy/|elder-mode/|i18n/|healthz|readyz|metrics|accounts/"
    r"|api/(schema|docs)|api/v1/(auth/token|approval-types|departments|workdays|material-kinds|joint-bundles)|static/)"
)
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
FORM = "application/x-www-form-urlencoded"
# What is read by the browser or a program as a page of ours.
PAGES = (
    "text/html",
    "text/javascript",
    "application/json",
    "application/problem+json",
    "application/vnd.oai",
)
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
    """Alice's firm with an item under correction, and each kind of file there is."""
    kind = MaterialKind.objects.get(name="营业执照")
    document = projects.add_document(firm, by=alice, at=MONDAY, kind=kind, upload=pdf)
    item = project.items.get(approval_type__code="HD-GC-01")
    documents = [document, *stock(item, alice)]
    item = acts.submit(item, by=alice, at=MONDAY, version=item.version, documents=documents)
    asked = {"department": Department.objects.get(code="housing"), "note": SECRET}
    item = acts.consult(item, by=omar, at=MONDAY, version=item.version, **asked)
    item = acts.request_correction(
        item, by=omar, at=MONDAY, version=item.version, missing=[SECRET]
    )
    pushed = _push(item, omar) | _noted_on(item, application, wei)
    bundle = JointBundle.objects.get(code="industrial-five")
    case = joint.open_case(project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=True)
    case = joint.change_fact(
        case, by=alice, at=MONDAY, version=case.version, fact="use", note=SECRET
    )
    pushed |= _papers(item)
    set_due()
    return pushed | {
        "document": document,
        "item": item,
        "consultation": item.consultations.get(),
        "joint_case": case,
        "commitment": Commitment.objects.create(
            item=item, source="tolerant", text=SECRET, due_on=MONDAY, made_at=MONDAY
        ),
        "membership": Membership.objects.get(user=alice),
        "notification": alice.notifications.first(),
        "project": project,
        "application": application,
        "receipt": application.papers.get().paper,
        "firm": firm,
        "agent": ann,
        "counter_notice": told_before(firm),
    }


def told_before(firm):
    """What the firm was told before anybody of it had an account."""
    return CounterNotice.objects.create(
        enterprise=firm,
        kind="application_submitted",
        params={"number": "SB20250303-0001", "due": "2025-03-06"},
        note=SECRET,
        event_key="before",
        created_at=MONDAY,
    )


def _papers(item):
    """One about the item, one about its project."""
    agreed = mandate_paper(
        undertaking_of(item.project, MONDAY),
        mandate_number=SECRET,
        stages=["x"],
        agent="Ann",
        agent_phone="1",
    )
    link = issue_for_project(item.project, PaperKind.MANDATE, agreed, at=MONDAY)
    about = issue_for(
        item, PaperKind.CORRECTION, at=MONDAY, missing=[SECRET], answer_by=MONDAY.date()
    )
    return {"paper": about.paper, "project_paper": link.paper}


def _noted_on(item, application, window):
    """What no address leads to by itself."""
    for thing in (item, application):
        note_internally(thing, by=window, at=MONDAY, text=NOTED)
    return {}


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
    proposal = OrderProposal.objects.create(
        department=item.department,
        reminder=a_reminder(item),
        demand=SECRET,
        proposed_at=MONDAY,
        **said,
    )
    return {
        "order": order,
        "help_request": help_request,
        "card": card,
        "order_proposal": proposal,
    }


class Addresses:
    """Every route, filled in with what belongs to Alice."""

    # Of the API, what is asked for by its key alone.
    RESOURCES = {
        "applications/": "application",
        "cards/": "card",
        "commitments/": "commitment",
        "consultations/": "consultation",
        "counter-notices/": "counter_notice",
        "coordination-requests/": "help_request",
        "enterprises/": "firm",
        "memberships/": "membership",
        "joint-cases/": "joint_case",
        "notifications/": "notification",
        "order-proposals/": "order_proposal",
        "projects/": "project",
        "service-agents/": "agent",
        "supervision-orders/": "order",
    }

    def __init__(self, world):
        self.world = world
        pk = {name: str(thing.pk) for name, thing in world.items()}
        # A form that the item asks for.
        kind = MaterialKind.objects.get(name="方案技术审查自审表")
        self.by_prefix = {
            "apply/": {
                "pk": pk["application"],
                "document": pk["document"],
                "step": "project",
                "paper": pk["receipt"],
            },
            "enterprise/memberships/": {"pk": pk["membership"], "act": "remove"},
            "documents/": {"pk": pk["document"]},
            "items/": {
                "pk": pk["item"],
                "document_pk": pk["document"],
                "paper_pk": pk["paper"],
                "commitment_pk": pk["commitment"],
            },
            "materials/": {"pk": pk["document"]},
            "notices/": {"pk": pk["counter_notice"]},
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
            "api/v1/approval-items/": {"pk": pk["item"], "paper": pk["paper"]},
            "api/v1/documents/": {"pk": pk["document"], "token": "x", "signed": "x"},
            "accounts/": {"key": "x", "handle": "x", "uidb36": "x", "provider": "x"},
        }
        for path, name in self.RESOURCES.items():
            self.by_prefix[f"api/v1/{path}"] = {"pk": pk[name]}

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


def marks_of(world):
    """What only Alice's firm, the centre and its departments may read."""
    return {
        "firm": world["firm"].name,
        "project": world["project"].number,
        "application": world["application"].number,
        "document": world["document"].filename,
        "item": world["item"].number,
        "secret": SECRET,
        "noted": NOTED,
    }


class Walk:
    """What a person meets at every address, asked for by GET."""

    def __init__(self, client, addresses, marks):
        self.broken, self.entered, self.files, self.unlocked = [], [], [], []
        self.met = {mark: [] for mark in marks}
        for route, address in addresses:
            response = client.get(address)
            if response.status_code >= 500:
                self.broken.append((address, response.status_code))
                continue
            if response.status_code not in REFUSED and not PUBLIC.match(route):
                self.entered.append(address)
                self._is_locked_up(address, response)
            text = response.getvalue().decode(errors="replace")
            for mark, words in marks.items():
                if words in text:
                    self.met[mark].append(address)

    def _is_locked_up(self, address, response):
        """A file leaves with headers that no browser makes a page of."""
        headers = response.headers
        if headers.get("Content-Type", "").startswith(PAGES):
            return
        self.files.append(address)
        if not (
            "Content-Disposition" in headers
            and headers["X-Content-Type-Options"] == "nosniff"
            and "no-store" in headers["Cache-Control"]
        ):
            self.unlocked.append(address)


ALL = {"firm", "project", "application", "document", "item", "secret", "noted"}
# What each must not meet; "joining" has only asked to become one of the firm's people.
HIDDEN = {
    "alice": {"noted"},
    "wei": set(),
    "chen": set(),
    "omar": set(),
    "olga": {"item", "secret", "noted"},
    "sun": {"document", "secret", "noted"},
    "tom": {"document", "secret", "noted"},
    "bob": ALL,
    "eve": ALL,
    "joining": ALL - {"firm"},
    None: ALL,
}
# Who meets all of it, and is handed files: otherwise the test could not fail.
MEETS_ALL = {"alice", "wei"}
HANDED_FILES = {"alice", "wei", "omar", "chen", "tom"}
# Who goes to every address each time; of the others each goes to another third of them.
EVERYWHERE = {"alice", "wei", "bob", None}


@pytest.fixture
def joining(firm, eve):
    projects.ask_to_join(firm, by=eve, at=MONDAY)
    return eve


@pytest.mark.parametrize("name", HIDDEN)
def test_whoever_looks_around_reads_only_what_is_theirs_and_changes_nothing(
    client, addresses, world, name, request, other_project
):
    if name:
        client.force_login(request.getfixturevalue(name))
    before, marks = everything(), marks_of(world)
    whole = explorations.WHOLE or name in EVERYWHERE
    chosen = addresses if whole else explorations.some(addresses, list(HIDDEN).index(name))

    walk = Walk(client, chosen, marks)

    assert walk.broken == []
    assert {mark: walk.met[mark] for mark in HIDDEN[name] if walk.met[mark]} == {}
    assert walk.unlocked == []
    assert everything() == before
    if name in MEETS_ALL:
        assert {mark for mark in marks if not walk.met[mark]} == HIDDEN[name]
    if whole and name in HANDED_FILES:
        assert walk.files
    if name is None:
        assert walk.entered == []


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
    InternalNote,
    ItemEvent,
    ItemPaper,
    Membership,
    OrderProposal,
    PreOpinion,
    Project,
    SupervisionOrder,
    Suspension,
]


def everything():
    return {model: list(model.objects.order_by("pk").values()) for model in WATCHED}


OUTSIDERS = ["bob", "eve", "olga", "sun", "tom", "ada", "li", None]


@pytest.mark.parametrize("name", OUTSIDERS)
def test_outsiders_change_nothing(client, addresses, world, name, request):
    if name:
        client.force_login(request.getfixturevalue(name))
    before = everything()
    said = {"version": world["item"].version, "note": "x", "missing": "x", "confirm": "1"}

    for route, address in explorations.some(addresses, OUTSIDERS.index(name)):
        kind = "application/json" if route.startswith("api/") else FORM
        response = client.post(address, said if kind != FORM else urlencode(said), kind)
        assert response.status_code < 500, address

    assert everything() == before
