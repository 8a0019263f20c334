"""办事指南: what an applicant reads of an approval before applying."""

import re
from datetime import timedelta

import pypdfium2
import pytest
from django.urls import reverse

from approvals.catalogue import guides
from approvals.catalogue import packaged as catalogue_data
from approvals.catalogue.operations import versions
from approvals.models import ApprovalType
from huadu_portal.accounts.models import Department
from huadu_portal.clock import civil_day, now
from projects.models import MaterialKind, MaterialScope

CODES = [entry["code"] for entry in catalogue_data.entries()]


def url(code):
    return reverse("catalogue_entry", args=[code])


def in_english(client, code):
    client.cookies["django_language"] = "en"
    return client.get(url(code)).text


class TestData:
    @pytest.mark.parametrize("language", ["zh-hans", "en", "ja"])
    def test_there_is_a_guide_to_every_approval(self, language):
        for code in CODES:
            guide = guides.guide_to(code, language)
            assert guide.what
            assert 2 <= len(guide.mistakes) <= 4

    def test_results_serve_as_kinds_that_are_asked_for(self):
        asked = {name for entry in catalogue_data.entries() for name in entry["materials"]}

        yielded = {name for names in guides.kinds_by_type().values() for name in names}

        assert yielded <= asked

    def test_every_form_is_made_out_for_one_approval(self, catalogue):
        forms = MaterialKind.objects.filter(scope=MaterialScope.ITEM)

        assert set(forms.values_list("name", flat=True)) == set(guides.samples())


class TestPage:
    def test_is_open_to_everybody(self, client, catalogue):
        for code in CODES:
            assert client.get(url(code)).status_code == 200

    def test_names_limits_with_unit_and_law_mistakes_and_what_comes_next(
        self, client, catalogue
    ):
        text = client.get(url("HD-GC-04"), headers={"Accept-Language": "zh-hans"}).text

        assert "30个自然日" in text
        assert "公示版与送审版内容不一致" in text
        assert "环境影响评价法" in text
        assert url("HD-LX-01") in text
        assert url("HD-JG-10") in text

    def test_marks_what_may_follow_later(self, client, catalogue):
        requirements = client.get(url("HD-SG-05")).context["requirements"]

        tolerable = [str(each.kind) for each in requirements if each.is_tolerable]
        assert tolerable == ["施工图审查合格书（或承诺书）"]

    def test_is_found_from_the_item(self, client, alice, item):
        client.force_login(alice)

        assert url(item.approval_type.code) in client.get(item.get_absolute_url()).text


class TestWhatIsEnteredAtTheDesk:
    def test_is_shown_in_the_readers_language(self, client, catalogue):
        entry = ApprovalType.objects.get(code="HD-GC-04")
        ApprovalType.objects.filter(pk=entry.pk).update(fee="不收费", fee_en="Free of charge")
        Department.objects.filter(pk=entry.department_id).update(
            place="公益路1号三楼", hours="工作日9:00—12:00", hours_en="Weekdays 9 to 12"
        )

        chinese = client.get(url("HD-GC-04"), headers={"Accept-Language": "zh-hans"}).text
        english = in_english(client, "HD-GC-04")

        assert all(each in chinese for each in ["不收费", "公益路1号三楼", "工作日9:00—12:00"])
        assert all(
            each in english for each in ["Free of charge", "公益路1号三楼", "Weekdays 9"]
        )

    def test_is_not_shown_while_it_is_empty(self, client, catalogue):
        text = in_english(client, "HD-GC-04")

        assert "Where to complain" not in text
        assert "Fee" not in text
        assert "comprehensive window tells you" in text

    def test_is_edited_by_the_administrator(self, client, catalogue, tom):
        department = Department.objects.get(code="planning")
        client.force_login(tom)
        address = f"/admin/accounts/department/{department.pk}/change/"
        form = client.get(address).context["adminform"].form
        sent = {field.html_name: field.value() or "" for field in form}

        client.post(address, sent | {"telephone": "020-86888888"})

        department.refresh_from_db()
        assert department.telephone == "020-86888888"

    def test_a_version_to_come_is_announced(self, client, catalogue, chen):
        entry = ApprovalType.objects.get(code="HD-GC-04")
        content = versions.content_of(entry)
        content["fields"] |= {"promised_days": 5, "aliases": "环评"}
        day = civil_day(now()) + timedelta(days=30)
        said = {"effective_on": day, "note": "提速", "replaces": 1}
        versions.publish_version(entry, content, by=chen, at=now(), **said)

        page = client.get(url("HD-GC-04"), headers={"Accept-Language": "zh-hans"})

        assert [(each.old, each.new) for each in page.context["coming"]] == [
            ("7个工作日", "5个工作日")
        ]
        assert "起调整" in page.text


class TestEnglish:
    def test_says_everything_but_law_in_english(self, client, catalogue):
        """Names of materials, results and procedures; quoted law stays Chinese."""
        for code in ["HD-GC-04", "HD-SG-05", "HD-JG-08"]:
            text = in_english(client, code)
            main = text[text.index("<main") : text.index("</main>")]
            main = re.sub(r'<(div|dd|span|p)[^>]* lang="zh-CN".*?</\1>', "", main, flags=re.S)

            assert re.findall(r"[\u4e00-\u9fff]+", main) == []


class TestSearch:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("环评", {"HD-GC-04", "HD-GC-05", "HD-GC-06"}),
            ("环评审批", {"HD-GC-04", "HD-GC-05", "HD-GC-06"}),
            ("EIA", {"HD-GC-04", "HD-GC-05", "HD-GC-06"}),
            ("能评", {"HD-LX-03"}),
            ("施工证", {"HD-SG-05"}),
            ("土地证", {"HD-LX-07"}),
            ("用地证", {"HD-LX-06"}),
            ("规划证", {"HD-GC-02", "HD-LX-06"}),
            ("水保", {"HD-GC-07", "HD-GC-08", "HD-JG-11"}),
            ("人防", {"HD-GC-03", "HD-JG-05"}),
        ],
    )
    def test_finds_short_forms(self, client, catalogue, asked, found):
        page = client.get(reverse("catalogue"), {"q": asked})

        entries = [entry for _stage, entries in page.context["stages"] for entry in entries]
        assert {entry.code for entry in entries} == found

    def test_every_short_form_finds_its_approval(self, client, catalogue):
        for code, words in catalogue_data.aliases().items():
            for word in words.split("、"):
                assert url(code) in client.get(reverse("catalogue"), {"q": word}).text


class TestSample:
    def url(self, code, name):
        kind = MaterialKind.objects.get(name=name)
        return reverse("sample", args=[code, kind.code])

    def test_is_a_blank_form_marked_as_a_sample(self, client, catalogue):
        response = client.get(self.url("HD-SG-05", "施工许可申请表"))

        page = pypdfium2.PdfDocument(response.content)[0]
        text = "".join(page.get_textpage().get_text_range().split())
        assert "施工许可申请表" in text
        assert "合同价款（万元）" in text
        assert "示例样表" in text

    def test_can_be_made_of_every_form(self, catalogue):
        for form in guides.samples().values():
            assert form.pdf().startswith(b"%PDF")

    def test_is_offered_with_every_form_that_is_asked_for(self, client, catalogue):
        for code in ("HD-SV-02", "HD-GC-10"):
            text = client.get(url(code)).text
            for kind in ApprovalType.objects.get(code=code).materials.all():
                assert (self.url(code, kind.name) in text) == (kind.name in guides.samples())

    def test_of_what_is_no_form_is_unknown(self, client, catalogue):
        assert client.get(self.url("HD-SV-01", "营业执照")).status_code == 404

    def test_of_a_form_the_approval_does_not_ask_for_is_unknown(self, client, catalogue):
        assert client.get(self.url("HD-SV-01", "施工许可申请表")).status_code == 404
