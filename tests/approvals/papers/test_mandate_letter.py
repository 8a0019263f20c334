"""代办委托书: issued when the centre takes the agency on."""

import pytest

from approvals.acts import operations
from approvals.models import Status
from huadu_portal.papers.models import PaperKind
from tests.approvals.moments import accepted_by
from tests.conftest import DAY, MONDAY, item_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(project, alice, wei):
    item = item_of(project, "HD-SV-02")
    project.items.filter(pk=item.pk, status=Status.PLANNED).update(status=Status.READY)
    return accepted_by(item_of(project, "HD-SV-02"), firm=alice, officer=wei)


def test_names_the_agent_the_stages_and_that_it_is_free(agency, wei, ann, project):
    operations.grant(agency, by=wei, at=MONDAY + DAY, version=agency.version)

    letter = project.papers.get(paper__kind=PaperKind.MANDATE).paper
    facts = dict(map(tuple, letter.data["facts"]))
    assert letter.number == "花产服代〔2025〕第0001号"
    assert facts["委托编号"] == "DB2025-0001"
    assert facts["代办专员"] == ann.user.get_full_name()
    assert facts["联系电话"] == ann.phone
    assert facts["委托阶段"].count("、") == 3
    assert any("不收取任何费用" in text for text in letter.data["paragraphs"])


def test_another_grant_issues_none(granted, project):
    assert not project.papers.filter(paper__kind=PaperKind.MANDATE).exists()


def test_without_an_agent_there_is_none_to_name(agency, wei, project):
    project.agent = None
    project.save(update_fields=["agent"])

    operations.grant(agency, by=wei, at=MONDAY + DAY, version=agency.version)

    assert not project.papers.filter(paper__kind=PaperKind.MANDATE).exists()
