"""Imports point one way: a module may use only what stands below it."""

import ast

import pytest
from django.conf import settings

# Top to bottom. Those that share a line must not know each other.
PACKAGES = [
    ["deploy"],
    ["huadu_portal.wsgi"],
    ["huadu_portal.settings"],
    ["huadu_portal.urls"],
    ["huadu_portal.backoffice"],
    ["huadu_portal.api"],
    ["huadu_portal.demo"],
    ["huadu_portal.public", "huadu_portal.failures"],
    ["huadu_portal.monitoring"],
    ["huadu_portal.dashboard"],
    # Still name what stands below them here.
    ["huadu_portal.ui.templatetags"],
    ["huadu_portal.ui.tones"],
    ["agents"],
    ["approvals"],
    ["projects"],
    ["huadu_portal.notifications"],
    ["huadu_portal.workdays"],
    ["huadu_portal.ui"],
    ["huadu_portal.accounts"],
    ["huadu_portal.limits"],
    ["huadu_portal.ui.changelists", "huadu_portal.celery"],
    [
        "huadu_portal.errors",
        "huadu_portal.clock",
        "huadu_portal.environment",
        "huadu_portal.spreadsheets",
        "huadu_portal.rest",
        "huadu_portal.papers",
        "huadu_portal.beat",
        "huadu_portal.charset",
        "huadu_portal.logs",
        "huadu_portal.npm",
    ],
    [
        "huadu_portal.clamd",
        "huadu_portal.prepared",
        "huadu_portal.rows",
        "huadu_portal.counts",
        "huadu_portal.routes",
        "huadu_portal.passing",
        "huadu_portal.cache",
        "huadu_portal.downloads",
        "huadu_portal.database_waits",
    ],
    ["huadu_portal.sandbox"],
    # What runs in there knows nothing of ours; some of its names are of use outside.
    ["huadu_portal.sandbox.jobs"],
]
# These ask by forms of the desk (huadu_portal/ui/admin.py), which know who acts: the one
# circle that is left between packages.
FORMS_OF_THE_DESK = (
    "huadu_portal.accounts.admin imports huadu_portal.ui.admin.",
    "huadu_portal.accounts.staff imports huadu_portal.ui.admin.",
)
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
        "handing_out",
        "overview",
        "rights",
        "packaged",
        "needs",
        "readiness",
        "standing",
        "courts",
        "scoreboard",
        "hooks",
    ],
    ["prerequisites"],
    ["models"],
    # Pure, below them all.
    ["progress", "wording", "project_wording"],
    ["limits", "matter", "ladder", "search", "files"],
    ["clock", "guides", "validity", "choices", "credit_code", "material_names", "uploads"],
]
# The queue: operations ring, tasks deliver, by channels and to the reader's wish.
NOTIFICATIONS = [
    ["apps"],
    ["urls"],
    ["views", "api", "admin", "adapter", "management", "context", "templatetags"],
    ["filters"],
    ["forms"],
    ["operations"],
    ["tasks"],
    ["delivery", "outbox", "digests"],
    ["channels", "wording"],
    ["policy"],
    ["models"],
    ["reports", "sealed", "wake_up"],
]
# Only these are walked: never .venv, node_modules or the tests.
ROOTS = ["huadu_portal", "projects", "approvals", "agents", "deploy"]


def test_packages_import_downwards():
    found = upward(PACKAGES, settings.BASE_DIR)

    assert [line for line in found if not line.startswith(FORMS_OF_THE_DESK)] == []


def test_deploy_knows_the_portal_by_its_commands_alone():
    """It runs before anything is installed, and starts processes with their settings."""
    portal = tuple(f"{root}." for root in ROOTS if root != "deploy")
    found = [
        f"{module} imports {imported}"
        for module, imported in imports(settings.BASE_DIR)
        if module.startswith("deploy.") and f"{imported}.".startswith(portal)
    ]

    assert found == []


def test_rooms_import_downwards():
    assert upward(ROOMS, settings.BASE_DIR) == []


@pytest.mark.parametrize("app", ["agents", "projects", *ROOMS_OF_APPROVALS])
def test_modules_of_an_app_or_room_import_downwards(app):
    assert upward(modules_of(app), settings.BASE_DIR) == []


def test_every_package_and_room_is_listed():
    assert unlisted("", PACKAGES, settings.BASE_DIR) == []
    assert unlisted("approvals", ROOMS, settings.BASE_DIR) == []


@pytest.mark.parametrize("app", ["agents", "projects", *ROOMS_OF_APPROVALS])
def test_every_module_of_an_app_or_room_is_listed(app):
    assert unlisted(app, modules_of(app), settings.BASE_DIR) == []


def test_every_module_of_notifications_is_listed():
    assert unlisted("huadu_portal.notifications", notifications(), settings.BASE_DIR) == []


def test_notifications_import_downwards():
    assert upward(notifications(), settings.BASE_DIR) == []


@pytest.mark.parametrize(
    ("file", "package", "layers"),
    [
        ("huadu_portal/new.py", "", PACKAGES),
        ("approvals/new.py", "approvals", ROOMS),
        ("approvals/new/operations.py", "approvals", ROOMS),
        ("approvals/acts/new.py", "approvals.acts", MODULES),
    ],
)
def test_a_module_that_is_not_listed_is_noticed(tmp_path, file, package, layers):
    place = tmp_path / file
    place.parent.mkdir(parents=True)
    place.write_text("")
    layers = modules_of(package) if layers is MODULES else layers

    assert len(unlisted(package, layers, tmp_path)) == 1


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
    file = tmp_path / f"approvals/{room}/operations/new.py"
    file.parent.mkdir(parents=True)
    file.write_text(line)

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
    file = tmp_path / "huadu_portal/accounts/models.py"
    file.parent.mkdir(parents=True)
    file.write_text(line)

    assert len(upward(PACKAGES, tmp_path)) == 1


def modules_of(app):
    return [[f"{app}.{module}" for module in line] for line in MODULES]


def notifications():
    name = "huadu_portal.notifications"
    return [[f"{name}.{module}" for module in line] for line in NOTIFICATIONS]


def unlisted(package, layers, root):
    """The modules of a package that no layer names, but those that only hold others."""
    names = [name for line in layers for name in line]
    return [
        module
        for module, file in modules(root)
        if f"{module}.".startswith(f"{package}." if package else "")
        and not any(f"{module}.".startswith(f"{name}.") for name in names)
        and module not in ROOTS
        and not (file.name == "__init__.py" and not file.read_text())
    ]


def upward(layers, root):
    """Every import that does not point down the layers."""
    level = {name: n for n, line in enumerate(layers) for name in line}

    def layer_of(module):
        # The longest name: approvals.models before approvals.
        names = [name for name in level if f"{module}.".startswith(f"{name}.")]
        return max(names, key=len, default=None)

    return [
        f"{module} imports {imported}"
        for module, imported in imports(root)
        if (source := layer_of(module))
        and (target := layer_of(imported))
        and source != target
        and level[target] <= level[source]
    ]


def modules(root):
    for file in (file for name in ROOTS for file in root.glob(f"{name}/**/*.py")):
        path = file.relative_to(root).with_suffix("")
        if "migrations" not in path.parts:
            yield ".".join(path.parts).removesuffix(".__init__"), file


def imports(root):
    for module, file in modules(root):
        path = file.relative_to(root).with_suffix("")
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.ImportFrom(names=names, level=dots):
                    # One dot is the file's own folder, each further one its parent.
                    base = [*path.parts[:-dots]] if dots else []
                    base = ".".join([*base, *filter(None, [node.module])])
                    yield from ((module, f"{base}.{alias.name}") for alias in names)
                case ast.Import(names=names):
                    yield from ((module, alias.name) for alias in names)
