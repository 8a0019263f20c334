"""Fault tests on real processes: private servers, our own clock, a real mail server."""

import os

import pytest

from tests.conftest import MONDAY
from tests.faults import invariants
from tests.faults.cast import with_files
from tests.faults.portal import Portal

# A Tuesday morning in the office, long past what the cast has let slip since MONDAY.
BEGINS = MONDAY.replace(month=4, day=8, hour=10, minute=0)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/faults" in str(item.path):
            item.add_marker(pytest.mark.faults)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """What the processes said, for whoever has to find out why a test failed."""
    report = yield
    if report.failed and "portal" in item.funcargs:
        report.sections += item.funcargs["portal"].ends_of_logs()
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Every test that has a database ends as every fault has to."""
    if "db" not in item.funcargs:
        return (yield)
    with_files()
    outcome = yield
    gives_up = item.get_closest_marker("gives_up")
    given_up = gives_up.args[0] if gives_up else 0
    invariants.check(item.funcargs["portal"], given_up=given_up)
    return outcome


@pytest.fixture(scope="session")
def servers():
    """Skipped with a reason where the clock cannot be shifted."""
    if not os.environ.get("LIBFAKETIME"):
        pytest.skip("no libfaketime on this machine (LIBFAKETIME is not set)")
    # Shifted ourselves (make faults AT=…), we hand that on to nobody: its processes get
    # the portal's clock, its database keeps the machine's.
    for name in ["LD_PRELOAD", "FAKETIME_SHARED"]:
        os.environ.pop(name, None)
    portal = Portal(BEGINS)
    try:
        portal.prepare()
        yield portal
    finally:
        portal.stop()


@pytest.fixture
def portal(servers):
    try:
        servers.begin()
        yield servers
    finally:
        servers.end()


@pytest.fixture
def db(portal, django_db_blocker):
    """The cast of the other tests acts in the portal's own database."""
    with django_db_blocker.unblock(), portal.as_our_database():
        yield


@pytest.fixture(autouse=True)
def media(settings, servers):
    settings.MEDIA_ROOT = servers.media
    return settings.MEDIA_ROOT


@pytest.fixture
def sink(portal):
    return portal.sink
