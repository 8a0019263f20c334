"""办事指南: what an applicant reads of an approval before applying."""

import pypdfium2
import pytest
from django.urls import reverse

from approvals.catalogue import guides
from approvals.catalogue import packaged as catalogue_data
from approvals.models import ApprovalType
from projects.models import MaterialKind, MaterialScope

CODES = [entry["code"] for entry in catalogue_data.entries()]


def url(code):
    return reverse("catalogue_entry", args=[code])


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
