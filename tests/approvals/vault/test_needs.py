"""What items need against what is there: on the item, on the project, in the letter."""

from datetime import timedelta

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from approvals.acts import operations
from approvals.vault.letters import issue_list_of_lacking, list_of_lacking
from approvals.vault.needs import MaterialState, by_kind, needs_of_item, needs_of_project
from huadu_portal.clock import civil_day
from huadu_portal.papers.operations import opened
from huadu_portal.workdays.published import calendar
from projects.models import Document, DocumentSource, MaterialKind
from projects.operations import add_document
from tests.conftest import DAY, MONDAY, PDF, item_of

TODAY = civil_day(MONDAY)
# Asked for by the joint start alone, and by the design review too.
CONDITIONS = "规划条件"


def kept(owner, by, name=CONDITIONS, **said):
    said = {"project": owner, "upload": ContentFile(PDF, name=f"{name}.pdf")} | said
    kind = MaterialKind.objects.get(name=name)
    return add_document(owner.enterprise, by=by, at=MONDAY, kind=kind, **said)


def need_of(item, name=CONDITIONS):
    needs = needs_of_item(item, TODAY, calendar())
    return next(need for need in needs if need.kind.name == name)


def kind_needs(project):
    needs = by_kind(needs_of_project(project, TODAY, calendar()))
    return {need.kind.name: need for need in needs}


class TestStanding:
    def test_nothing_there_is_missing(self, item):
        assert need_of(item).standing == MaterialState.MISSING

    def test_kept_for_the_project_is_held(self, project, item, alice):
        kept(project, alice)

        assert need_of(item).standing == MaterialState.HELD

    def test_kept_for_all_projects_is_held(self, project, item, alice):
        kept(project, alice, project=None)

        assert need_of(item).standing == MaterialState.HELD

    def test_kept_for_another_project_is_missing(self, project, item, alice, other_project):
        kept(project, alice)
        other_project.enterprise = project.enterprise
        other_project.save()
        Document.objects.update(project=other_project)

        assert need_of(item).standing == MaterialState.MISSING

    def test_another_firms_is_missing(self, project, item, bob, other_project):
        kept(other_project, bob)

        assert need_of(item).standing == MaterialState.MISSING

    def test_expired_does_not_count_as_held(self, project, item, alice):
        kept(project, alice, valid_until=TODAY - timedelta(days=1))

        assert need_of(item).standing == MaterialState.EXPIRED
        assert need_of(item).is_lacking

    def test_valid_on_the_promised_day_is_enough(self, project, item, alice):
        kept(project, alice, valid_until=need_of(item).until)

        assert need_of(item).standing == MaterialState.HELD

    def test_a_day_less_expires_too_soon(self, project, item, alice):
        kept(project, alice, valid_until=need_of(item).until - timedelta(days=1))

        assert need_of(item).standing == MaterialState.EXPIRING

    def test_once_accepted_the_promised_date_counts(self, accepted):
        assert need_of(accepted).until == accepted.due_on

    def test_given_to_the_item_is_handed_in(self, project, item, alice):
        item.documents.add(kept(project, alice))

        assert need_of(item).standing == MaterialState.HANDED_IN

    def test_a_form_given_to_another_item_does_not_serve(self, project, alice):
        form = kept(project, alice, name="立案申请表")
        first, second = item_of(project, "HD-LX-06"), item_of(project, "HD-GC-02")
        assert need_of(second, "立案申请表").standing == MaterialState.HELD

        first.documents.add(form)

        assert need_of(second, "立案申请表").standing == MaterialState.MISSING

    def test_what_an_earlier_approval_yields_is_awaited(self, project):
        need = need_of(item_of(project, "HD-LX-06"), "项目备案证")

        assert need.standing == MaterialState.AWAITED
        assert need.awaited_from.approval_type.code == "HD-LX-01"

    def test_in_a_draft_it_does_not_count(self, project, item, alice):
        document = kept(project, alice)
        document.application = project.application
        Document.objects.update(
            application=project.application, source=DocumentSource.APPLICATION
        )
        assert need_of(item).standing == MaterialState.HELD

        type(project.application).objects.update(status="draft", number=None)

        assert need_of(item).standing == MaterialState.MISSING


class TestKinds:
    def test_each_stands_once_with_all_that_need_it(self, project):
        need = kind_needs(project)["国有建设用地使用权出让合同"]

        codes = [each.item.approval_type.code for each in need.needs]
        assert codes == ["HD-LX-06", "HD-LX-07", "HD-LX-08"]

    def test_the_worst_of_its_items_is_shown(self, project, alice):
        item = item_of(project, "HD-LX-06")
        item.documents.add(kept(project, alice, name="立案申请表"))

        need = kind_needs(project)["立案申请表"]

        assert {each.standing for each in need.needs} == {
            MaterialState.HANDED_IN,
            MaterialState.MISSING,
        }
        assert need.standing == MaterialState.MISSING

    def test_one_upload_serves_every_item(self, project, alice):
        kept(project, alice, name="国有建设用地使用权出让合同")

        need = kind_needs(project)["国有建设用地使用权出让合同"]

        assert len(need.needs) > 1
        assert need.standing == MaterialState.HELD

    def test_ended_items_need_nothing(self, project, item, alice):
        operations.withdraw(item, by=alice, at=MONDAY, version=item.version)

        codes = {
            n.item.approval_type.code for n in needs_of_project(project, TODAY, calendar())
        }

        assert "HD-GC-01" not in codes


class TestLetter:
    def text(self, project):
        lacking = [need for need in kind_needs(project).values() if need.is_lacking]
        link = issue_list_of_lacking(project, lacking, at=MONDAY)
        with opened(link.paper) as file:
            pages = pypdfium2.PdfDocument(file.read())
        return "".join(page.get_textpage().get_text_range() for page in pages), lacking

    def test_names_each_missing_kind_with_its_items(self, project):
        text, lacking = self.text(project)

        assert "补齐材料清单" in text
        assert project.enterprise.name in text
        squeezed = "".join(text.split())
        assert [n.kind.name for n in lacking if n.kind.name not in squeezed] == []
        assert "建设工程设计方案审查" in squeezed

    def test_does_not_ask_for_what_is_held(self, project, alice):
        kept(project, alice)

        _text, lacking = self.text(project)

        assert CONDITIONS not in [need.kind.name for need in lacking]

    def test_says_when_the_one_here_expired(self, project, alice):
        kept(project, alice, valid_until=TODAY - timedelta(days=1))

        text, _ = self.text(project)

        assert "原材料已于2025年3月2日到期" in "".join(text.split())

    def test_says_that_nothing_is_missing(self, project):
        draft = list_of_lacking(project, [])

        assert "已齐备" in draft.paragraphs[0]
        assert draft.facts == []

    def test_of_a_day_is_issued_once_and_again_when_it_says_something_else(self, project):
        lacking = [need for need in kind_needs(project).values() if need.is_lacking]

        twice = [issue_list_of_lacking(project, lacking, at=MONDAY) for _ in range(2)]
        changed = issue_list_of_lacking(project, lacking[1:], at=MONDAY)

        assert twice[0] == twice[1] != changed


class TestProjectPage:
    def url(self, project):
        return reverse("approvals:project_materials", args=[project.pk])

    @pytest.mark.parametrize("name", ["alice", "ann", "wei", "li", "ada"])
    def test_is_there_for_the_firm_and_the_centre(self, client, project, name, request):
        user = request.getfixturevalue(name)
        client.force_login(getattr(user, "user", user))

        assert client.get(self.url(project)).status_code == 200

    @pytest.mark.parametrize("name", ["stranger_to_firm", "eve", "omar", "olga", "sun", "tom"])
    def test_is_unknown_to_others(self, client, project, name, request):
        client.force_login(request.getfixturevalue(name))

        assert client.get(self.url(project)).status_code == 404
        assert client.post(f"{self.url(project)}list/").status_code == 404

    def test_asks_for_sign_in(self, client, project):
        assert client.get(self.url(project)).url.startswith("/accounts/login/")

    def test_shows_only_what_is_lacking_on_request(self, client, alice, project):
        kept(project, alice)
        client.force_login(alice)

        needs = client.get(self.url(project), {"only": "lacking"}).context["needs"]

        assert needs
        assert all(need.is_lacking for need, _form in needs)

    def test_takes_one_upload_for_all_items(self, client, alice, project):
        kind = MaterialKind.objects.get(name="国有建设用地使用权出让合同")
        client.force_login(alice)

        client.post(
            f"{self.url(project)}{kind.code}/",
            {f"{kind.code}-upload": ContentFile(PDF, name="合同.pdf")},
        )

        document = Document.objects.get(kind=kind)
        assert (document.project, document.source) == (project, DocumentSource.VAULT)
        assert kind_needs(project)[kind.name].standing == MaterialState.HELD

    def test_leads_whoever_comes_back_from_the_sign_in_to_it(self, client, alice, project):
        """The upload's address itself answers forms alone."""
        client.force_login(alice)

        response = client.get(f"{self.url(project)}x/")

        assert response.url == self.url(project)

    def test_takes_from_the_window_what_government_has(self, client, wei, project):
        kind = MaterialKind.objects.get(name=CONDITIONS)
        client.force_login(wei)

        client.post(
            f"{self.url(project)}{kind.code}/",
            {f"{kind.code}-upload": ContentFile(PDF, name="条件.pdf")},
        )

        assert Document.objects.get(kind=kind).source == DocumentSource.SHARED

    def test_takes_nothing_from_those_who_only_look_on(self, client, li, project):
        kind = MaterialKind.objects.get(name=CONDITIONS)
        client.force_login(li)

        response = client.post(
            f"{self.url(project)}{kind.code}/",
            {f"{kind.code}-upload": ContentFile(PDF, name="条件.pdf")},
        )

        assert response.status_code == 403

    def test_says_by_the_field_why_a_file_was_refused(self, client, alice, project):
        kind = MaterialKind.objects.get(name=CONDITIONS)
        client.force_login(alice)

        response = client.post(
            f"{self.url(project)}{kind.code}/",
            {f"{kind.code}-upload": ContentFile(b"<html>", name="坏.pdf")},
        )

        assert not Document.objects.filter(kind=kind).exists()
        assert "坏.pdf" in response.text

    def test_of_a_kind_nobody_needs_is_unknown(self, client, alice, project):
        kind = MaterialKind.objects.get(name="审批结果文件")
        client.force_login(alice)

        assert client.post(f"{self.url(project)}{kind.code}/").status_code == 404

    def test_asks_as_often_for_many_as_for_few(
        self, client, alice, project, django_assert_max_num_queries
    ):
        client.force_login(alice)
        kept(project, alice)
        client.get(self.url(project))
        with django_assert_max_num_queries(16) as for_one:
            client.get(self.url(project))
        for item in project.items.all()[:8]:
            requirement = item.approval_type.requirements.first()
            item.documents.add(kept(project, alice, name=requirement.kind.name))

        with django_assert_max_num_queries(len(for_one)):
            client.get(self.url(project))

    def test_issues_the_list_as_a_pdf(self, client, alice, project):
        client.force_login(alice)

        response = client.post(f"{self.url(project)}list/", follow=True)

        assert response["Content-Type"] == "application/pdf"
        assert b"".join(response.streaming_content).startswith(b"%PDF")

    def test_lets_nobody_who_only_reads_issue_one(self, client, li, project):
        client.force_login(li)

        assert client.post(f"{self.url(project)}list/").status_code == 403
        assert not project.papers.exists()


class TestItemPage:
    def test_shows_the_firm_what_lies_ready(self, client, alice, project, item):
        document = kept(project, alice)
        client.force_login(alice)

        assert document.get_absolute_url() in client.get(item.get_absolute_url()).text

    def test_shows_a_department_that_it_is_there_but_not_the_file(
        self, client, alice, omar, project, submitted
    ):
        submitted.documents.clear()
        document = kept(project, alice, upload=ContentFile(PDF, name="内部文件名.pdf"))
        client.force_login(omar)

        text = client.get(submitted.get_absolute_url()).text

        assert str(MaterialState.HELD.label) in text
        assert document.filename not in text

    def test_the_desk_says_what_expires(self, client, alice, omar, project, submitted):
        kept(project, alice, valid_until=civil_day(MONDAY + DAY))
        client.force_login(omar)
        url = reverse("admin:approvals_approvalitem_change", args=[submitted.pk])

        needs = client.get(url).context["needs"]

        assert CONDITIONS in {need.kind.name for need in needs}


class TestApi:
    def test_of_an_item_says_how_each_material_stands(self, client, alice, project, item):
        document = kept(project, alice)
        client.force_login(alice)

        rows = client.get(f"/api/v1/approval-items/{item.pk}/materials/").json()

        (row,) = [row for row in rows if row["kind"]["name"] == CONDITIONS]
        assert (row["standing"], row["held"]) == ("held", [str(document.pk)])

    def test_does_not_tell_a_department_what_was_not_given_to_it(
        self, client, alice, omar, project, submitted
    ):
        submitted.documents.clear()
        kept(project, alice)
        client.force_login(omar)

        rows = client.get(f"/api/v1/approval-items/{submitted.pk}/materials/").json()

        (row,) = [row for row in rows if row["kind"]["name"] == CONDITIONS]
        assert (row["standing"], row["held"]) == ("held", [])

    def test_of_a_project_names_each_kind_once(self, client, alice, project):
        kept(project, alice)
        client.force_login(alice)
        url = f"/api/v1/projects/{project.pk}/materials/"

        names = [row["kind"]["name"] for row in client.get(url).json()]
        lacking = [row["kind"]["name"] for row in client.get(url, {"lacking": "true"}).json()]

        assert len(names) == len(set(names))
        assert CONDITIONS in names
        assert CONDITIONS not in lacking

    @pytest.mark.parametrize("name", ["stranger_to_firm", "omar", "olga"])
    def test_of_a_project_is_unknown_to_others(self, client, project, name, request):
        client.force_login(request.getfixturevalue(name))

        response = client.get(f"/api/v1/projects/{project.pk}/materials/")

        assert response.status_code == 404

    def test_anonymous_is_unauthenticated(self, client, project):
        assert client.get(f"/api/v1/projects/{project.pk}/materials/").status_code == 401
