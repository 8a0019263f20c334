"""Imports point one way: a module may use only what stands below it."""

import ast

import pytest
from django.conf import settings

# Top to bottom. Those that share a line must not know each other.
PACKAGES = [
    ["huadu_portal.urls"],
    ["huadu_portal.api"],
    ["huadu_portal.desk"],
    ["agents"],
    ["approvals"],
    ["projects"],
    ["huadu_portal.notifications"],
    ["huadu_portal.workdays"],
    ["huadu_portal.accounts"],
    ["huadu_portal.limits"],
    [
        "huadu_portal.errors",
        "huadu_portal.clock",
        "huadu_portal.environment",
        "huadu_portal.spreadsheets",
        "huadu_portal.rest",
        "huadu_portal.papers",
        "huadu_portal.embedded",
    ],
    [
        "huadu_portal.prepared",
        "huadu_portal.rows",
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
# Within an app, likewise. Any other module is a pure one, below them all.
MODULES = [
    # Registers with the apps below what it does for them (huadu_portal/accounts/role_records.py).
    ["apps"],
    ["urls"],
    ["views", "api", "admin", "tasks", "management"],
    # What came with the portal as data.
    ["packaged"],
    # What the API says and hears.
    ["asked_supervision"],
    ["serializers", "asked"],
    ["forms"],
    ["operations"],
    ["supervision_rights", "joint_rights"],
    # Papers, and the codes under which the nation counts what happened.
    ["letters", "national"],
    # What is said of models: who may do what to them, what they hold at first, need, what has
    # to be in order before them, how several stand together, whose time they took, who
    # was shown how many cards, and who may have a file.
    [
        "handing_out",
        "rights",
        "catalogue",
        "materials",
        "readiness",
        "joint",
        "courts",
        "scoreboard",
    ],
    ["prerequisites"],
    ["models"],
]
# The queue: operations ring, tasks deliver, by channels and to the reader's wish.
NOTIFICATIONS = [
    ["urls"],
    ["views", "api", "admin", "adapter", "management"],
    ["forms"],
    ["operations"],
    ["tasks"],
    ["delivery", "outbox", "digests"],
    ["channels", "wording"],
    ["policy"],
    ["models"],
]
# Only these are walked: never .venv, node_modules or the tests.
ROOTS = ["huadu_portal", "projects", "approvals", "agents"]


def test_packages_import_downwards():
    assert upward(PACKAGES, settings.BASE_DIR) == []


@pytest.mark.parametrize("app", ["agents", "approvals", "projects"])
def test_modules_of_an_app_import_downwards(app):
    layers = [[f"{app}.{module}" for module in line] for line in MODULES]
    assert upward([*layers, [app]], settings.BASE_DIR) == []


def test_notifications_import_downwards():
    name = "huadu_portal.notifications"
    layers = [[f"{name}.{module}" for module in line] for line in NOTIFICATIONS]
    assert upward(layers, settings.BASE_DIR) == []


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


def imports(root):
    for file in (file for name in ROOTS for file in root.glob(f"{name}/**/*.py")):
        path = file.relative_to(root).with_suffix("")
        if "migrations" in path.parts:
            continue
        module = ".".join(path.parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.ImportFrom(names=names, level=dots):
                    # One dot is the file's own folder, each further one its parent.
                    base = [*path.parts[:-dots]] if dots else []
                    base = ".".join([*base, *filter(None, [node.module])])
                    yield from ((module, f"{base}.{alias.name}") for alias in names)
                case ast.Import(names=names):
                    yield from ((module, alias.name) for alias in names)
