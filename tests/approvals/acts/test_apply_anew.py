"""After a refusal, a return or a withdrawal: the same approval as a new item."""

import pytest
from django.core.exceptions import PermissionDenied

from approvals.acts import operations
from approvals.models import ApprovalItem, Status
from huadu_portal.errors import NotAllowed
from tests.approvals.moments import by_api, desk_of, url_of
from tests.conftest import DAY, MONDAY

TUESDAY = MONDAY + DAY


@pytest.fixture
def declined(submitted, omar):
    return operations.decline(
        submitted, by=omar, at=MONDAY, version=submitted.version, note="资料不齐"
    )


def anew(item, by):
    return operations.apply_anew(item, by=by, at=TUESDAY, version=item.version)


def successor_of(item):
    return ApprovalItem.objects.exclude(pk=item.pk).get(
        project=item.project, approval_type=item.approval_type
    )


class TestOperation:
    def test_the_new_one_is_ready_and_knows_nothing_of_the_old(self, declined, alice):
        again = anew(declined, alice)

        assert again.pk != declined.pk
        assert (again.status, again.number, again.reason) == (Status.READY, None, "")
        assert (again.submitted_at, again.epoch) == (None, 0)

    def test_the_ended_one_stays_as_it_ended(self, declined, alice):
        anew(declined, alice)

        version = declined.version
        declined.refresh_from_db()
        assert (declined.status, declined.version) == (Status.DECLINED, version)

    def test_it_waits_for_what_is_not_met(self, project, declined, alice):
        before = project.items.filter(status=Status.PLANNED).first()
        declined.approval_type.prerequisites.set([before.approval_type])

        assert anew(declined, alice).status == Status.PLANNED

    def test_of_two_there_is_one(self, declined, alice):
        anew(declined, alice)

        with pytest.raises(NotAllowed):
            anew(declined, alice)

    def test_what_goes_on_is_not_begun_anew(self, submitted, alice):
        with pytest.raises(NotAllowed):
            anew(submitted, alice)

    def test_the_centre_may_too(self, declined, wei):
        assert anew(declined, wei).status == Status.READY

    @pytest.mark.parametrize("who", ["omar", "bob"])
    def test_others_may_not(self, declined, who, request):
        with pytest.raises(PermissionDenied):
            anew(declined, request.getfixturevalue(who))


class TestPage:
    def test_post_leads_to_the_new_one(self, client, alice, declined):
        client.force_login(alice)

        response = client.post(url_of(declined, "apply_anew"), {"version": declined.version})

        assert response.url == successor_of(declined).get_absolute_url()


class TestAdmin:
    def test_plans_it_again(self, client, wei, declined):
        client.force_login(wei)

        client.post(desk_of(declined, "apply_anew"), {"version": declined.version})

        assert successor_of(declined).status == Status.READY


class TestApi:
    def test_answers_with_the_new_one(self, client, alice, declined):
        said = by_api(client, alice, declined, "apply_anew").json()

        assert (said["id"], said["status"]) == (str(successor_of(declined).pk), "ready")
