"""A file in which a virus was found meets no need, and the firm sees that it has to replace it."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation

from agents.triage.forms import gaps_of
from approvals.acts import operations as acts
from approvals.acts.forms.commitment import KeepForm
from approvals.acts.forms.materials import SubmitForm
from approvals.joint import operations as joint
from approvals.models import Commitment
from approvals.vault.letters import list_of_lacking
from approvals.vault.needs import MaterialState, keepable
from huadu_portal.clock import civil_day
from projects.forms.draft import check_draft
from projects.models import Document, MaterialKind, Scan
from projects.operations import MaterialRequest, add_version, return_application
from tests.approvals.acts.test_commitments import keep
from tests.approvals.moments import five, land_paper, register
from tests.approvals.vault.test_needs import CONDITIONS, kept, kind_needs, need_of
from tests.conftest import DAY, MONDAY, PDF, stock
from tests.projects.conftest import draft, ready  # noqa: F401


def infect(document):
    Document.objects.filter(pk=document.pk).update(scan=Scan.INFECTED, virus="Eicar")
    document.refresh_from_db()
    return document


def to_be_replaced():
    with translation.override("zh-hans"):
        return translation.gettext(
            "refused by the virus scanner: it has to be replaced by a clean file"
        )


@pytest.fixture
def infected(project, alice):
    return infect(kept(project, alice))


@pytest.fixture
def stocked(item, alice):
    """All that the item needs is kept; the first has a virus."""
    documents = stock(item, alice)
    infect(documents[0])
    return documents


class TestNeed:
    def test_is_not_met_from_the_vault(self, item, infected):
        need = need_of(item)

        assert (need.standing, need.is_lacking) == (MaterialState.REFUSED, True)
        assert (need.held, need.refused, need.document) == ([], [infected], None)

    def test_is_not_met_by_what_was_handed_in(self, item, infected):
        item.documents.add(infected)

        need = need_of(item)

        assert need.standing == MaterialState.REFUSED
        assert (need.handed_in, need.refused_here) == ([], [infected])

    def test_is_met_by_a_clean_one_beside_it(self, project, item, infected, alice):
        clean = kept(project, alice, upload=ContentFile(PDF, name="另.pdf"))

        assert need_of(item).standing == MaterialState.HELD
        assert need_of(item).held == [clean]

    def test_is_met_by_a_newer_version(self, item, infected, alice):
        item.documents.add(infected)
        add_version(infected, by=alice, at=MONDAY + DAY, upload=ContentFile(PDF, name="新.pdf"))

        need = need_of(item)

        assert need.standing == MaterialState.HELD
        assert not need.refused[0].is_to_be_replaced

    def test_of_all_items_is_worst_where_it_was_refused(self, project, infected):
        need = kind_needs(project)[CONDITIONS]

        assert need.standing == MaterialState.REFUSED
        assert (need.documents, need.refused) == ([], [infected])

    def test_is_in_the_letter(self, project, infected):
        need = kind_needs(project)[CONDITIONS]

        assert "病毒检测" in list_of_lacking(project, [need]).facts[0][1]


class TestHandingIn:
    def test_does_not_take_it_along(self, item, stocked, alice):
        with pytest.raises(ValidationError) as refused:
            acts.submit(item, by=alice, at=MONDAY, version=item.version)

        assert stocked[0].kind.name in refused.value.message_dict["documents"][0]

    def test_of_it_is_refused_by_its_name(self, item, stocked, alice):
        with pytest.raises(ValidationError) as refused:
            acts.submit(item, by=alice, at=MONDAY, version=item.version, documents=stocked)

        assert stocked[0].filename in refused.value.message_dict["documents"][0]

    def test_again_does_not_take_it_either(self, submitted, omar, alice, infected):
        item = acts.request_correction(
            submitted, by=omar, at=MONDAY, version=submitted.version, missing=["x"]
        )

        with pytest.raises(ValidationError):
            acts.resubmit(item, by=alice, at=MONDAY, version=item.version, documents=[infected])

    def test_is_not_offered_it(self, item, stocked):
        form = SubmitForm(thing=item)

        assert f"held_{stocked[0].kind.code}" not in form.fields
        assert f"held_{stocked[1].kind.code}" in form.fields


class TestPromise:
    @pytest.fixture
    def document(self, promise, alice):
        """What was promised, in Alice's vault."""
        (document,) = stock(promise.item, alice)
        return document

    def test_is_not_kept_with_it(self, promise, alice, document):
        infect(document)

        with pytest.raises(ValidationError) as refused:
            keep(promise, alice, document)

        assert "病毒" in refused.value.message_dict["document"][0]
        assert not Commitment.objects.get().fulfilled_at

    def test_is_not_offered_it(self, promise, document):
        def offered():
            return "document" in KeepForm(thing=promise, today=civil_day(MONDAY)).fields

        assert offered()
        infect(document)
        assert not offered()
        assert document not in keepable(promise.item.project)


class TestAskedAgain:
    def test_it_needs_no_reason(self, submitted, omar, infected):
        asked = [MaterialRequest(infected.kind)]
        submitted.documents.remove(*submitted.documents.filter(kind=infected.kind))
        Document.objects.filter(kind=infected.kind).exclude(pk=infected.pk).delete()

        item = acts.request_correction(
            submitted, by=omar, at=MONDAY, version=submitted.version, materials=asked
        )

        assert item.corrections.get().missing == [CONDITIONS]

    def test_nor_with_an_application(self, application, alice, wei):
        licence = MaterialKind.objects.get(name="营业执照")
        infect(kept(application, alice, name=licence.name, project=None))

        return_application(
            application,
            by=wei,
            at=MONDAY,
            version=application.version,
            materials=[MaterialRequest(licence)],
        )

        assert application.events.last().missing == [licence.name]


class TestApplication:
    def test_is_not_handed_in_with_it(self, ready):  # noqa: F811
        assert check_draft(ready).problems == []
        document = infect(ready.documents.first())

        (problem,) = check_draft(ready).problems

        assert document.filename in problem.text
        assert problem.label == document.kind.name

    def test_shows_the_window_that_it_lacks(self, ready):  # noqa: F811
        assert gaps_of(ready) == []
        document = infect(ready.documents.first())

        assert gaps_of(ready) == [document.kind.name]

    def test_says_so_beside_the_file(self, client, ready, alice):  # noqa: F811
        infect(ready.documents.first())
        client.force_login(alice)

        for step in ("materials", "review"):
            page = client.get(reverse("projects:step", args=[ready.pk, step])).text
            assert to_be_replaced() in page or "发现病毒" in page


class TestJointCase:
    def test_begins_without_it(self, project, bundle, alice):
        item = five(project)["HD-LX-06"]
        sick, *_rest = stock(item, alice)
        infect(sick)

        joint.open_case(project, bundle=bundle, by=alice, at=MONDAY, risk_accepted=True)

        assert item.documents.exists()
        assert sick not in item.documents.all()

    def test_does_not_turn_formal_with_it(self, passed, wei):
        item = five(passed.project)["HD-LX-06"]
        kind = item.approval_type.requirements.filter(is_tolerable=False).first().kind
        Document.objects.filter(kind=kind).update(scan=Scan.INFECTED, virus="Eicar")

        with pytest.raises(ValidationError) as refused:
            register(passed, wei)

        assert kind.name in str(refused.value.messages)
        item.refresh_from_db()
        assert item.status == "pre_approved"

    def test_gives_a_clean_one_in_its_place(self, passed, alice, wei):
        item = five(passed.project)["HD-LX-06"]
        requirement = item.approval_type.requirements.first()
        sick = infect(kept(passed.project, alice, name=requirement.kind.name))
        item.documents.add(sick)

        register(passed, wei)

        assert sick not in item.documents.all()
        assert item.documents.filter(kind=sick.kind).exists()

    def test_does_not_rest_on_it(self, passed, wei):
        paper = infect(land_paper(passed.project, wei))

        with pytest.raises(ValidationError) as refused:
            joint.register_land(
                passed, by=wei, at=MONDAY + DAY, version=passed.version, land_paper=paper
            )

        assert list(refused.value.message_dict) == ["land_paper"]


def test_a_clock_is_not_stopped_by_a_notice_nobody_can_read(accepted, omar, infected):
    with pytest.raises(ValidationError) as refused:
        acts.suspend(
            accepted,
            by=omar,
            at=MONDAY,
            version=accepted.version,
            ground="hearing",
            expected_days=3,
            notice_file=infected,
        )

    assert list(refused.value.message_dict) == ["notice_file"]


class TestPages:
    @pytest.mark.parametrize("page", ["item", "project", "vault", "material"])
    def test_say_that_it_has_to_be_replaced(self, client, alice, project, item, infected, page):
        client.force_login(alice)
        address = {
            "item": item.get_absolute_url(),
            "project": reverse("approvals:project_materials", args=[project.pk]),
            "vault": reverse("approvals:vault"),
            "material": reverse("approvals:material", args=[infected.pk]),
        }[page]

        text = client.get(address).text

        assert infected.filename in text
        assert to_be_replaced() in text
        assert f'href="{infected.get_absolute_url()}"' not in text.split('id="used"')[0]

    def test_of_a_decided_item_say_what_became_of_its_file(self, client, granted, omar):
        document = infect(granted.documents.first())
        client.force_login(omar)

        assert document.filename in client.get(granted.get_absolute_url()).text

    def test_the_desk_says_it_to_the_officer(self, client, omar, submitted):
        infect(submitted.documents.first())
        client.force_login(omar)
        url = reverse("admin:approvals_approvalitem_change", args=[submitted.pk])

        text = client.get(url).text

        assert to_be_replaced() in text
        assert "未通过病毒检测" in text

    def test_an_officer_is_not_told_of_what_is_not_the_items(
        self, client, omar, alice, project, submitted
    ):
        submitted.documents.clear()
        infect(kept(project, alice, upload=ContentFile(PDF, name="内部文件名.pdf")))
        client.force_login(omar)

        page = client.get(submitted.get_absolute_url()).text
        rows = client.get(f"/api/v1/approval-items/{submitted.pk}/materials/").json()

        assert "内部文件名" not in page
        assert [row["refused"] for row in rows if row["refused"]] == []


class TestApi:
    def test_of_an_item_names_it_apart(self, client, alice, item, infected):
        client.force_login(alice)

        rows = client.get(f"/api/v1/approval-items/{item.pk}/materials/").json()

        (row,) = [row for row in rows if row["kind"]["name"] == CONDITIONS]
        assert (row["standing"], row["held"]) == ("refused", [])
        assert row["refused"] == [str(infected.pk)]

    def test_of_a_project_too(self, client, alice, project, infected):
        client.force_login(alice)

        rows = client.get(f"/api/v1/projects/{project.pk}/materials/?lacking=true").json()

        (row,) = [row for row in rows if row["kind"]["name"] == CONDITIONS]
        assert (row["documents"], row["refused"]) == ([], [str(infected.pk)])
