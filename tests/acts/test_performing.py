"""What holds of every act, whatever it is done to and however it is asked for."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from approvals.items.operations import history
from approvals.items.rights import ITEM_ACTS
from approvals.models import Status
from huadu_portal.acts import Act, Acts, Rule
from huadu_portal.acts.api import described
from projects.models import Document
from tests.approvals.moments import by_api, desk_of, url_of
from tests.conftest import DAY, HOUR, MONDAY, PDF

pytestmark = pytest.mark.django_db

LATE = MONDAY + 8 * DAY


@pytest.mark.parametrize("address", [url_of, desk_of])
def test_a_file_is_not_kept_with_an_act_on_what_has_changed_meanwhile(
    client, hana, accepted, address
):
    client.force_login(hana)
    before = Document.objects.count()
    typed = {
        "version": accepted.version - 1,
        "ground": "hearing",
        "expected_days": 3,
        "expected_unit": "working",
        "file": SimpleUploadedFile("告知书.pdf", PDF, "application/pdf"),
    }

    client.post(address(accepted, "suspend"), typed)
    assert Document.objects.count() == before

    # The control: it was for the version.
    typed |= {"version": accepted.version}
    typed["file"] = SimpleUploadedFile("告知书.pdf", PDF, "application/pdf")
    client.post(address(accepted, "suspend"), typed)
    assert Document.objects.count() == before + 1


def test_whoever_may_not_do_an_act_lets_nothing_be_recorded(
    client, alice, omar, submitted, time_machine
):
    time_machine.move_to(LATE)

    assert by_api(client, alice, submitted, "accept").status_code == 403
    submitted.refresh_from_db()
    assert submitted.status == Status.SUBMITTED

    # The control: by then silence has accepted it.
    assert by_api(client, omar, submitted, "accept").status_code == 409
    submitted.refresh_from_db()
    assert submitted.is_deemed


def test_an_act_that_no_table_has_cannot_stand_in_a_history(submitted, omar):
    with pytest.raises(ValueError, match="acept"):
        history.note_act(submitted, act="acept", by=omar, at=MONDAY + HOUR)


def test_two_acts_of_one_name_are_noticed():
    act = Act("end", rule=Rule(), operation=print, label="", consequence="", done="")

    with pytest.raises(ValueError, match="end"):
        Acts(act, act)


def test_the_api_says_what_an_act_does_and_whose_it_is():
    said = described(ITEM_ACTS["reopen"])

    assert said.startswith("The head takes a refusal back")
    assert said.endswith("By: centre_head, department_head. From: refused.")
