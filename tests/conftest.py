"""The cast of every test.

Alice owns the firm (锦华), Bob another one. Wei sits at the window, Ann is a service agent.
Omar is an officer of the planning bureau and Hana its head; Olga is an officer of the water
bureau. Chen heads the centre, Li leads the district, Ada audits, Sun guards accounts, Tom
administers the system. Eve has signed up and belongs to nobody.
"""

import gc
import os
from datetime import datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import TransactionTestCase
from django.utils import translation

from agents.models import ServiceAgent
from agents.triage.operations import take_on
from approvals.acts import operations as acts
from approvals.items import operations as items
from approvals.models import ApprovalItem, ApprovalType
from approvals.vault.needs import held_for_item
from huadu_portal.accounts.models import Department, User
from huadu_portal.notifications import tasks
from projects import operations as projects
from projects.models import Document, Enterprise, MaterialScope
from projects.operations import previews, scans
from tests import database

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2025, 3, 3, 9, 30, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FRIDAY = MONDAY + 4 * DAY
LONG_AFTER = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
# tests/shifted_clock.py is theirs.
OF_REAL_PROCESSES = {"e2e", "faults", "embedded"}
PASSWORD = "correct horse battery"

DESCRIPTION = {
    "name": "锦华食品总部项目",
    "summary": "食品研发、生产与总部办公。",
    "industry": "food",
    "nature": "new",
    "fund_source": "own",
    "fixed_assets_wan": 60000,
    "working_capital_wan": 8000,
    "annual_output_wan": 200000,
    "town": "440114107",
    "site": "炭步镇沿江大道",
    "land_acquisition": "listing",
    "land_mu": 37,
    "floor_area_sqm": 84686,
    "environmental_form": "form",
    "contact_name": "陈静",
    "contact_mobile": "13800138000",
}
# The smallest PDF that every reader opens.
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n"
    b"0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n"
)


def pytest_configure():
    # A third of the time went into looking for garbage among what was imported.
    gc.set_threshold(100_000, 20, 20)
    # Tests travel in time; the database does not come along.
    settings.CLOCK_TOLERANCE = timedelta.max
    # Argon2 is slow by design, and most tests make half a dozen people.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Pages are rendered without collecting static files first.
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    # Each test client loads the middleware; it would list all collected files for each.
    settings.WHITENOISE_AUTOREFRESH = True


def pytest_collection_finish():
    gc.freeze()


@pytest.fixture(autouse=True)
def wake_ups(monkeypatch, request):
    """Every message that would wake a worker, instead of a broker. Browser walks send real ones."""
    if request.node.get_closest_marker("e2e"):
        return None
    wake_ups = []
    monkeypatch.setattr(tasks, "wake_worker", lambda: wake_ups.append("deliveries"))
    monkeypatch.setattr(previews, "wake_worker", lambda: wake_ups.append("previews"))
    monkeypatch.setattr(scans, "wake_worker", lambda: wake_ups.append("scans"))
    return wake_ups


@pytest.fixture(autouse=True)
def office_hour(request, time_machine):
    """Every test begins in an office hour, the same one on every day.

    Requests come at the end of the fixtures' week, in which no notice limit that began on
    Monday has ended; tests without a request begin long after all that is done in it. Where
    real processes do the work, they and their test go by a clock of their own.
    """
    names, folders = set(request.fixturenames), set(request.node.path.parts)
    if folders & OF_REAL_PROCESSES:
        return
    sends_requests = "client" in names and ("application" in names or "approvals" in folders)
    time_machine.move_to(FRIDAY if sends_requests else LONG_AFTER)


@pytest.fixture(autouse=True)
def language():
    """Every test begins in the portal's language; a page in another one leaves its own behind."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment,
    django_db_blocker,
    django_db_keepdb,
    django_db_createdb,
    tmp_path_factory,
):
    """A database of its own for this process, in which calendar and catalogue stand."""
    worker, folder = os.environ.get("PYTEST_XDIST_WORKER"), tmp_path_factory.getbasetemp()
    databases = database.Databases(folder.parent if worker else folder, worker or "alone")
    with django_db_blocker.unblock():
        databases.prepare(keep=django_db_keepdb and not django_db_createdb, at=MONDAY)

    def begin_anew(test):
        databases.begin_anew()

    # Instead of emptying all tables after a test that has committed.
    with patch.object(TransactionTestCase, "_fixture_teardown", begin_anew):
        yield databases
    with django_db_blocker.unblock():
        databases.leave(keep=django_db_keepdb)


@pytest.fixture
def catalogue(db):
    """The catalogue and the calendar, which stand in every test's database."""


def person(username, role=User.Role.ENTERPRISE, department=None, **fields):
    department = department and Department.objects.get(code=department)
    return User.objects.create_user(
        username,
        f"{username}@example.com",
        PASSWORD,
        role=role,
        department=department,
        name=username.title(),
        **fields,
    )


def chief_of(project):
    """The chief officer of the project."""
    chief = person(f"chief-{project.number}", User.Role.CHIEF_OFFICER, "centre")
    type(project).objects.filter(pk=project.pk).update(chief_officer=chief)
    project.refresh_from_db()
    return chief


@pytest.fixture
def alice(db):
    return person("alice", mobile="13800138000")


@pytest.fixture
def bob(db):
    return person("bob")


@pytest.fixture
def eve(db):
    return person("eve")


@pytest.fixture
def wei(catalogue):
    return person("wei", User.Role.WINDOW, "centre")


@pytest.fixture
def omar(catalogue):
    return person("omar", User.Role.OFFICER, "planning")


@pytest.fixture
def hana(catalogue):
    return person("hana", User.Role.DEPARTMENT_HEAD, "planning")


@pytest.fixture
def olga(catalogue):
    return person("olga", User.Role.OFFICER, "water")


@pytest.fixture
def chen(catalogue):
    return person("chen", User.Role.CENTRE_HEAD, "centre")


@pytest.fixture
def li(db):
    return person("li", User.Role.LEADER)


@pytest.fixture
def ada(db):
    return person("ada", User.Role.AUDITOR)


@pytest.fixture
def sun(db):
    return person("sun", User.Role.SECURITY_ADMIN)


@pytest.fixture
def tom(db):
    return person("tom", User.Role.SYSTEM_ADMIN)


@pytest.fixture
def ann(catalogue):
    """A service agent."""
    user = person("ann", User.Role.AGENT, "centre", mobile="13900139000")
    return ServiceAgent.objects.create(user=user, phone="020-36888888")


def proved(enterprise):
    """Its licence has been checked, as if an application of it had been taken on before."""
    enterprise.proved_at = MONDAY
    enterprise.save(update_fields=["proved_at"])
    return enterprise


@pytest.fixture
def firm(alice):
    return proved(
        projects.register_enterprise(
            by=alice, at=MONDAY, name="广州市锦华食品有限公司", credit_code="91440114MADEM0142P"
        )
    )


@pytest.fixture
def other_firm(bob):
    return proved(
        projects.register_enterprise(
            by=bob, at=MONDAY, name="广州示例座椅系统有限公司", credit_code="91440114MADEM0150J"
        )
    )


@pytest.fixture
def application(firm, alice, catalogue):
    """Submitted on Monday, waiting for the window."""
    draft = projects.start_application(firm, by=alice, at=MONDAY)
    return projects.submit_application(draft, by=alice, at=MONDAY, fields=DESCRIPTION)


def taken_on(application, *, by, agent, at=MONDAY, **said):
    codes = items.suggested_plan(application)
    return take_on(
        application,
        by=by,
        at=at,
        version=application.version,
        agent=agent,
        types=list(ApprovalType.objects.filter(code__in=codes)),
        **said,
    )


@pytest.fixture
def project(application, wei, ann):
    """Taken on, its 38 items planned, Ann its agent."""
    return taken_on(application, by=wei, agent=ann)


@pytest.fixture
def other_project(other_firm, bob, wei, ann):
    draft = projects.start_application(other_firm, by=bob, at=MONDAY)
    application = projects.submit_application(
        draft, by=bob, at=MONDAY, fields=DESCRIPTION | {"name": "座椅总成工厂"}
    )
    return taken_on(application, by=wei, agent=ann)


def item_of(project, code) -> ApprovalItem:
    return project.items.select_related("approval_type", "project").get(
        approval_type__code=code
    )


@pytest.fixture
def item(project):
    """The design review (GC-01) of the planning bureau, ready to be applied for."""
    return item_of(project, "HD-GC-01")


def stock(item, by) -> list[Document]:
    """The firm keeps whatever the item needs; rows only, no files. Returns what is new."""
    firm, kinds = item.project.enterprise, item.approval_type.materials
    held = held_for_item(item, set(kinds.values_list("pk", flat=True)), MONDAY.date())
    wanted = kinds.exclude(pk__in=held)
    return Document.objects.bulk_create(
        Document(
            enterprise=firm,
            project=item.project if kind.scope == MaterialScope.PROJECT else None,
            kind=kind,
            filename=f"{kind.code}.pdf",
            content_type="application/pdf",
            size=1,
            uploaded_by=by,
            uploaded_at=MONDAY,
        )
        for kind in wanted
    )


@pytest.fixture
def submitted(item, alice):
    stock(item, alice)
    return acts.submit(item, by=alice, at=MONDAY, version=item.version)


@pytest.fixture
def accepted(submitted, omar):
    """Under review since Monday: promised within ten working days."""
    return acts.accept(submitted, by=omar, at=MONDAY, version=submitted.version)


@pytest.fixture
def granted(accepted, omar):
    return acts.grant(accepted, by=omar, at=MONDAY + DAY, version=accepted.version)


@pytest.fixture
def pdf():
    return ContentFile(PDF, name="营业执照（副本）.pdf")


@pytest.fixture
def stranger_to_firm(bob, other_firm) -> Enterprise:
    """Bob, once he has a firm of his own."""
    return bob
