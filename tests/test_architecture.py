"""Imports point one way: a module may use only what stands below it."""

from collections import Counter
from graphlib import CycleError, TopologicalSorter

import pytest
from django.conf import settings

from tests.modules import ROOTS, graph, imports, modules

# Top to bottom. Those that share a line must not know each other.
PACKAGES = [
    ["deploy"],
    ["huadu_portal.wsgi", "huadu_portal.__init__"],
    ["huadu_portal.settings"],
    ["huadu_portal.urls"],
    ["huadu_portal.backoffice"],
    ["huadu_portal.api"],
    ["huadu_portal.demo"],
    ["huadu_portal.public", "huadu_portal.failures"],
    ["huadu_portal.monitoring"],
    ["huadu_portal.dashboard"],
    ["agents"],
    ["approvals"],
    ["projects"],
    ["huadu_portal.escalation"],
    ["huadu_portal.notifications"],
    ["huadu_portal.workdays"],
    ["huadu_portal.accounts"],
    ["huadu_portal.ui"],
    # How an act is described and performed: names no model of ours.
    ["huadu_portal.acts"],
    ["huadu_portal.limits"],
    ["huadu_portal.celery"],
    [
        "huadu_portal.errors",
        "huadu_portal.clock",
        "huadu_portal.environment",
        "huadu_portal.spreadsheets",
        "huadu_portal.rest",
        "huadu_portal.papers",
        "huadu_portal.beat",
        "huadu_portal.charset",
        "huadu_portal.formats",
        "huadu_portal.logs",
        "huadu_portal.npm",
    ],
    [
        "huadu_portal.clamd",
        "huadu_portal.prepared",
        "huadu_portal.rows",
        "huadu_portal.counts",
        "huadu_portal.differences",
        "huadu_portal.routes",
        "huadu_portal.transient_errors",
        "huadu_portal.cache",
        "huadu_portal.compression",
        "huadu_portal.downloads",
        "huadu_portal.stored_files",
        "huadu_portal.database_waits",
    ],
    ["huadu_portal.sandbox"],
    # What runs in there knows nothing of ours; some of its names are of use outside.
    ["huadu_portal.sandbox.jobs"],
]
# The rooms of approvals, top to bottom; above them what gathers them for Django and Celery.
ROOMS = [
    # Registers with the rooms below what those above do for them.
    ["approvals.apps"],
    ["approvals.management"],
    [
        "approvals.urls",
        "approvals.admin",
        "approvals.api",
        "approvals.tasks",
        "approvals.packaged",
    ],
    # Gathers what no room may see as a whole.
    ["approvals.models"],
    ["approvals.supervision"],
    ["approvals.joint"],
    ["approvals.acts"],
    ["approvals.vault"],
    ["approvals.papers"],
    ["approvals.items"],
    ["approvals.catalogue"],
]
ROOMS_OF_APPROVALS = [name for [name, *_] in ROOMS[4:]]
# Within an app or a room, likewise.
MODULES = [
    # Registers with the apps below what it does for them (huadu_portal/accounts/role_records.py).
    ["apps"],
    ["urls"],
    # Of all items of a project at once.
    ["project_views"],
    ["views", "api", "admin", "tasks", "management"],
    # What can be done, a row for each act; and what several have in common.
    ["acts", "consultation_and_commitment_acts", "internal_note_acts"],
    ["kinds"],
    # What the API says and hears, and what its lists can be narrowed by.
    ["serializers", "filters"],
    ["forms"],
    ["operations"],
    # Papers, the codes under which the nation counts what happened, and where the desk has
    # changed what came with the portal.
    ["letters", "national", "differences"],
    # What is said of models: who may do what to them, what they need, what has to be in order
    # before them, how several stand together, whose time they took, who was shown how many
    # cards, who may have a file, what came with the portal, and who does more when something
    # happens.
    [
        "document_access",
        "overview",
        "rights",
        "packaged",
        "needs",
        "readiness",
        "standing",
        "time_by_holder",
        "scoreboard",
        "hooks",
    ],
    ["prerequisites"],
    ["models"],
    # Pure, below them all.
    ["progress", "breaches", "wording", "project_wording"],
    ["limits", "paper_facts", "search", "files", "events"],
    ["clock", "guides", "validity", "choices", "credit_code", "material_names", "uploads"],
]
# Within all else that holds several, a line for each layer; `__init__` is the package's own.
INSIDE = {
    "agents": """
        apps
        urls admin
        triage
        views api
        acts
        serializers
        forms
        operations overview
        models
        search
    """,
    # The window's queue: an application is returned, declined or taken on.
    "agents.triage": """
        admin api
        acts
        forms serializers
        operations
    """,
    "deploy.embedded": """
        __main__
        demo suite
        assets
        stack
        redis_server
        frontend browser postgres redis_program
        another_hour ports processes settings_file supervision
        bootstrap memory places progress signals __init__
    """,
    "huadu_portal.accounts": """
        apps
        urls admin
        acts
        api views staff
        sign_in_forms
        attempts backends erasure first_administrators operations
        personal_data
        access addresses devices forms notices pending requests role_records roles
        authentication middleware
        models
        browsers seals session_store sessions tokens
    """,
    "huadu_portal.acts": """
        api pages
        __init__
        performing
        forms rules
    """,
    "huadu_portal.backoffice": """
        management
        site environment_checks
        admin_app middleware start unfold
        start_facts
    """,
    "huadu_portal.dashboard": """
        urls
        views
        api charts filters
         summary work worklist_neighbours
         figures worklist
         cases
        departments
        scope
    """,
    "huadu_portal.database_waits": """
        __init__
        driver
        monitor
        side_connection
        polling requests_under_way
    """,
    "huadu_portal.demo": """
        management
        load
        commitments joint procedures queue recent vaults
        histories intake mails plans
        courses days materials people __init__
    """,
    # What is recorded and told of all that waits; `subjects` is what the apps above register.
    "huadu_portal.escalation": """
        apps
        urls admin tasks
        forms
        operations
        audience erasures
        models
        subjects
        schedule placeholders
    """,
    "huadu_portal.failures": """
        admission
        pages
        resending
    """,
    "huadu_portal.monitoring": """
        apps
        urls management
        views admin status sweeps
        metrics tasks packaged
        missed_sweeps backups expired reconcile calendar_publication calendar_watch
        models
        calendar_forms calendar_grid health postgres_programs
    """,
    "huadu_portal.monitoring.reconcile": """
        __init__
        duplicates histories owed_notices proposals spans storage
        days finding
    """,
    # The queue: operations ring, tasks deliver, by channels and to the reader's wish.
    "huadu_portal.notifications": """
        apps
        urls
        views api admin adapter management context templatetags
        filters
        forms
        operations
        tasks
        delivery outbox digests
        channels wording
        policy
        models
        reports sealed wake_up
    """,
    "huadu_portal.papers": """
        apps
        document_access
        operations
        letters numbers
        models
        drafts pdf
    """,
    "huadu_portal.public": """
        urls
        views verification
        forms progress
    """,
    "huadu_portal.rest": """
        apps
        described
        fields filters idempotency parsers schema
        models
        bodies pages problems renderers text throttles
    """,
    "huadu_portal.sandbox": """
        __init__
        server
        turns jobs
    """,
    # What runs in the sandbox.
    "huadu_portal.sandbox.jobs": """
        uploads
        office
        xml
        fields pdfs previews
        bait calendars links parts pictures reports typesetting
        fonts refused __init__
    """,
    "huadu_portal.ui": """
        admin templatetags management
        changelists components
        choices form_choices complaints neighbours
    """,
    "huadu_portal.workdays": """
        apps
        urls
        api admin management templatetags
        operations files
        libraries published rules
        models
        notices
        office_hours
        arithmetic statutory
    """,
    # The addresses of the firms' API.
    "projects.api": """
        __init__
        applications enterprises materials
        access
    """,
}
# Modules of these names may be folders; what is in them is free, but for circles.
KINDS = {
    "admin",
    "forms",
    "management",
    "models",
    "operations",
    "templatetags",
    "views",
}


def tables():
    """The layers of each package that has some."""
    of_apps = dict.fromkeys(["projects", *ROOMS_OF_APPROVALS], MODULES)
    inside = {package: lines(text) for package, text in INSIDE.items()}
    return {"": PACKAGES, "approvals": ROOMS} | {
        package: [[f"{package}.{name}" for name in line] for line in layers]
        for package, layers in (of_apps | inside).items()
    }


def lines(text):
    return [line.split() for line in text.strip().splitlines()]


@pytest.mark.parametrize("package", tables())
def test_modules_import_downwards(package):
    assert upward(tables()[package], settings.BASE_DIR) == []


@pytest.mark.parametrize("package", tables())
def test_every_module_is_listed(package):
    assert unlisted(package, tables()[package], settings.BASE_DIR) == []


def test_every_package_has_its_layers():
    assert without_layers(tables(), settings.BASE_DIR) == []


def test_no_modules_import_each_other_however_far_around():
    """Within operations, forms and the like, too; CycleError names the circle."""
    TopologicalSorter(graph(settings.BASE_DIR)).prepare()


def test_deploy_knows_the_portal_by_its_commands_alone():
    """It runs before anything is installed, and starts processes with their settings."""
    portal = tuple(f"{root}." for root in ROOTS if root != "deploy")
    found = [
        f"{module} imports {imported}"
        for module, imported in imports(settings.BASE_DIR)
        if module.startswith("deploy.") and f"{imported}.".startswith(portal)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("file", "package"),
    [
        ("huadu_portal/new.py", ""),
        ("huadu_portal/accounts/new.py", "huadu_portal.accounts"),
        ("huadu_portal/monitoring/reconcile/new.py", "huadu_portal.monitoring.reconcile"),
        ("deploy/embedded/new.py", "deploy.embedded"),
        ("approvals/new.py", "approvals"),
        ("approvals/new/operations.py", "approvals"),
        ("approvals/acts/new.py", "approvals.acts"),
    ],
)
def test_a_module_that_is_not_listed_is_noticed(tmp_path, file, package):
    plant(tmp_path, file, "")

    assert len(unlisted(package, tables()[package], tmp_path)) == 1


def test_a_package_without_layers_is_noticed(tmp_path):
    for name in ["one", "two"]:
        plant(tmp_path, f"huadu_portal/papers/new/{name}.py", "")

    assert without_layers(tables(), tmp_path) == ["huadu_portal.papers.new"]


def test_a_circle_is_noticed(tmp_path):
    plant(tmp_path, "projects/operations/one.py", "from projects.operations.two import two")
    plant(tmp_path, "projects/operations/two.py", "from projects.operations import one")

    with pytest.raises(CycleError):
        TopologicalSorter(graph(tmp_path)).prepare()


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("items", "from approvals.acts.models import Commitment"),
        ("acts", "from approvals.joint import operations"),
        ("joint", "from approvals.supervision import operations"),
        ("supervision", "from approvals.models import Card"),
    ],
)
def test_a_room_that_knows_one_above_it_is_noticed(tmp_path, room, line):
    plant(tmp_path, f"approvals/{room}/operations/new.py", line)

    assert len(upward(ROOMS, tmp_path)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "import huadu_portal.notifications.operations",
        "from huadu_portal import notifications",
        "from huadu_portal.notifications.models import Notification",
        "from ..notifications import operations",
        "def late():\n    from ..notifications.models import Notification",
    ],
)
def test_a_planted_violation_is_caught(tmp_path, line):
    plant(tmp_path, "huadu_portal/accounts/models.py", line)

    assert len(upward(PACKAGES, tmp_path)) == 1


@pytest.mark.parametrize(
    ("package", "module", "line"),
    [
        ("huadu_portal.accounts", "models", "from huadu_portal.accounts.roles import R"),
        ("huadu_portal.sandbox", "turns", "from huadu_portal.sandbox import run"),
    ],
)
def test_a_module_that_knows_one_above_it_is_noticed(tmp_path, package, module, line):
    plant(tmp_path, f"{package.replace('.', '/')}/{module}.py", line)

    assert len(upward(tables()[package], tmp_path)) == 1


def plant(root, name, text):
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def unlisted(package, layers, root):
    """The modules of a package that no layer names."""
    names = tuple(f"{name}." for line in layers for name in line)
    return [
        module
        for module, _ in modules(root)
        if f"{module}.".startswith(f"{package}." if package else "")
        and not f"{module}.".startswith(names)
    ]


def without_layers(known, root):
    """Packages of more than one module that have no layers, but those of one kind."""
    held = Counter(module.rpartition(".")[0] for module, _ in modules(root))
    return [
        package
        for package, number in held.items()
        if number > 1 and package not in {*known, *ROOTS} and not KINDS & {*package.split(".")}
    ]


def upward(layers, root):
    """Every import that does not point down the layers."""
    level = {name: n for n, line in enumerate(layers) for name in line}

    def layer_of(module):
        # The longest name: approvals.models before approvals. What is no module is a name
        # that stands in the package itself.
        names = [name for name in level if f"{module}.".startswith(f"{name}.")]
        own = f"{module.rpartition('.')[0]}.__init__"
        return max(names, key=len, default=own if own in level else None)

    return [
        f"{module} imports {imported}"
        for module, imported in imports(root)
        if (source := layer_of(module))
        and (target := layer_of(imported))
        and source != target
        and level[target] <= level[source]
    ]
