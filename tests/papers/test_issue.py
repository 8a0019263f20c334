"""A paper: a row with its number and all it says, then its PDF, once and for all."""

from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from pypdf import PdfReader

from huadu_portal.papers import operations
from huadu_portal.papers.drafts import Draft, Table
from huadu_portal.papers.models import Paper, PaperKind
from huadu_portal.papers.operations import Damaged, NotSet, issue, opened, set_due
from tests.approvals.moments import at_once

AT = datetime(2026, 3, 9, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def draft(**changes):
    said = {
        "title": "受理告知书",
        "recipient": "广州市锦华食品有限公司",
        "paragraphs": ["现予告知。"],
        "facts": [("项目名称", "锦华食品总部项目")],
        "deadline": ("承诺办结日期", "2026年3月16日", ""),
    }
    return Draft(**said | changes)


def issued(kind=PaperKind.ACCEPTANCE, **changes):
    with transaction.atomic():
        return issue(kind, draft(**changes), at=AT)


@pytest.fixture
def paper(db):
    return issued()


def read(paper):
    with opened(paper) as file:
        pages = PdfReader(BytesIO(file.read())).pages
        return "".join("".join(page.extract_text() for page in pages).split())


class TestIssue:
    def test_has_the_number_of_its_kind_and_year(self, paper):
        # Half past midnight in Huadu is still the day before in London.
        assert paper.number == "花产服受〔2026〕第0001号"
        assert issued().number == "花产服受〔2026〕第0002号"
        assert issued(PaperKind.REFUSAL).number == "花产服不准〔2026〕第0001号"

    def test_a_number_whose_act_fails_is_given_again(self, paper):
        with transaction.atomic():
            issue(PaperKind.ACCEPTANCE, draft(), at=AT)
            transaction.set_rollback(True)

        assert issued().number == "花产服受〔2026〕第0002号"

    def test_costs_two_statements(self, paper, django_assert_num_queries):
        with transaction.atomic(), django_assert_num_queries(2):
            issue(PaperKind.ACCEPTANCE, draft(), at=AT)

    def test_sets_nothing_yet(self, paper, media):
        assert (paper.is_set, media.exists()) == (False, False)

    def test_a_later_wording_changes_nothing_that_was_said(self, paper, monkeypatch):
        monkeypatch.setitem(operations.NOTES, "zh", "别的说法")

        assert "别的说法" not in read(paper)

    @pytest.mark.parametrize(
        ("column", "value"),
        [("number", "x"), ("recipient", "x"), ("data", "{}"), ("issued_at", "2020-01-01")],
    )
    def test_what_was_issued_cannot_be_changed(self, paper, column, value):
        with pytest.raises(IntegrityError, match="not changed"), connection.cursor() as cursor:
            cursor.execute(f"UPDATE papers_paper SET {column} = %s", [value])

    def test_nor_can_its_file_once_it_is_set(self, paper):
        set_due()

        with pytest.raises(IntegrityError, match="not changed"):
            Paper.objects.update(sha256="0" * 64)

    def test_nor_can_it_be_deleted(self, paper):
        with pytest.raises(IntegrityError, match="not changed"):
            paper.delete()


class TestSetting:
    def test_happens_at_the_first_opening(self, paper):
        said = read(paper)

        for fact in [
            "花产服受〔2026〕第0001号",
            "2026年3月16日",
            paper.check_code,
            "锦华食品总部项目",
        ]:
            assert "".join(fact.split()) in said
        paper.refresh_from_db()
        assert paper.size == default_storage.size(paper.file.name)

    def test_happens_in_the_sweep(self, paper):
        assert set_due() == 1
        assert set_due() == 0

    def test_happens_once(self, paper, monkeypatch):
        set_due()
        monkeypatch.setattr(operations, "render", None)

        assert "受理告知书" in read(Paper.objects.get())

    @pytest.mark.django_db(transaction=True)
    def test_of_several_at_once_one_sets_it(self, paper, monkeypatch):
        settings = []
        rendered = operations.render
        monkeypatch.setattr(
            operations, "render", lambda *args: settings.append(1) or rendered(*args)
        )

        outcomes = at_once(*[lambda: opened(paper)] * 4, *[set_due] * 2)

        assert outcomes == ["done"] * 6
        assert len(settings) == 1

    def test_one_that_cannot_be_set_holds_up_nobody(self, paper, monkeypatch):
        other = issued()
        rendered = operations.render

        def fail(name, data):
            if data["number"] == paper.number:
                raise RuntimeError("typesetter away")
            return rendered(name, data)

        monkeypatch.setattr(operations, "render", fail)

        assert set_due() == 1
        other.refresh_from_db()
        assert other.is_set
        with pytest.raises(NotSet):
            opened(paper)

    def test_is_tried_again(self, paper, monkeypatch):
        with monkeypatch.context() as broken:
            broken.setattr(operations, "render", None)
            set_due()

        assert set_due() == 1

    def test_what_an_attempt_left_behind_is_replaced(self, paper):
        left = operations.Paper.file.field.generate_filename(paper, "")
        default_storage.save(left, BytesIO(b"half a paper"))

        assert "受理告知书" in read(paper)


class TestIntegrity:
    def test_a_changed_byte_is_refused(self, paper, media):
        set_due()
        paper.refresh_from_db()
        file = media / paper.file.name
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)

        with pytest.raises(Damaged):
            opened(paper)

    def test_a_lost_file_is_refused_and_not_set_anew(self, paper, media):
        set_due()
        paper.refresh_from_db()
        (media / paper.file.name).unlink()

        with pytest.raises(Damaged):
            opened(paper)

    def test_a_row_that_says_something_else_is_not_set(self, paper):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE papers_paper DISABLE TRIGGER frozen")
            cursor.execute("""UPDATE papers_paper SET data = data || '{"title": "许可证"}'""")
            cursor.execute("ALTER TABLE papers_paper ENABLE TRIGGER frozen")

        with pytest.raises(NotSet):
            opened(paper)


class TestLook:
    def test_sixty_lines_go_on_under_their_head(self, db):
        rows = [[f"补正内容之{n}：总平面图缺少红线坐标"] for n in range(60)]
        table = Table(title="需要补正的内容", head=["补正内容"], rows=rows)

        said = read(issued(PaperKind.CORRECTION, tables=[table]))

        assert "补正内容之59" in said
        assert said.count("序号") == 3
        assert "第3页·共3页" in said

    def test_long_words_stay_on_the_paper(self, db):
        table = Table(title="x", head=["a", "b"], rows=[["W" * 400, "花" * 400]])
        paper = issued(paragraphs=["W" * 2000], tables=[table])

        with opened(paper) as file:
            pages = PdfReader(BytesIO(file.read())).pages
            lines = "\n".join(page.extract_text() for page in pages).splitlines()

        assert sum(line.count("W") for line in lines) == 2400
        assert max(map(len, lines)) < 120

    def test_speaks_english(self, db):
        with transaction.atomic():
            paper = issue(PaperKind.ACCEPTANCE, draft(remedies=["r"]), at=AT, language="en")

        said = read(paper)
        assert "Page1of1" in said
        assert "Remedies" in said
        assert "notanadministrativelicensingdecision" in said

    def test_embeds_noto_sans_sc_and_nothing_else(self, paper):
        with opened(paper) as file:
            fonts = {
                str(font.get_object()["/BaseFont"]).split("+")[-1].split("-")[0]
                for page in PdfReader(BytesIO(file.read())).pages
                for font in page["/Resources"]["/Font"].values()
            }

        assert fonts == {"NotoSansSC"}
